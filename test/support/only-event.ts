import type {
  BuildSubject,
  ParsedDelivery,
  ParsedEvent,
  ReportedBuild,
  SourceAdapter,
} from "../../src/intake/sources/source.ts";
import { NOW } from "./signed-request.ts";

/** Reads one event of a system, as a test of its mapping looks at it. Each throws where it is something else. */
export interface EventReader {
  parse(body: unknown, headers?: Readonly<Record<string, string>>): ParsedDelivery;
  event(body: unknown): ParsedEvent;
  build(body: unknown): ReportedBuild;
  subject(body: unknown): BuildSubject;
  /** Why it makes no release. */
  whyNot(body: unknown): string;
  /** Why it is not what this system sends. */
  problem(body: unknown): string;
}

export function eventReader(
  adapter: SourceAdapter,
  source: string,
  sent: Readonly<Record<string, string>> = {},
): EventReader {
  const parse = (body: unknown, headers = sent) => adapter.parse({ source, headers, body }, NOW);
  const event = (body: unknown) => {
    const parsed = parse(body);
    if (parsed.kind === "malformed") throw new Error(parsed.message);
    const [first, ...others] = parsed.events;
    if (first === undefined || others.length > 0) throw new Error("not one event");
    return first;
  };
  const aBuild = (body: unknown) => {
    const read = event(body);
    if (read.kind !== "build") throw new Error(JSON.stringify(read));
    return read;
  };
  return {
    parse,
    event,
    build: (body) => aBuild(body).build,
    subject: (body) => aBuild(body).subject,
    whyNot(body) {
      const read = event(body);
      if (read.kind !== "unsupported") throw new Error(`it is a ${read.kind}`);
      return read.message;
    },
    problem(body) {
      const parsed = parse(body);
      if (parsed.kind !== "malformed") throw new Error("it is well formed");
      return parsed.message;
    },
  };
}
