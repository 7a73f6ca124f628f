import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Build } from "./core/build.ts";
import type { ComponentPolicy } from "./core/policy.ts";
import { matchComponents, partOf } from "./intake/match-components.ts";
import { completeCommit } from "./intake/register-builds.ts";
import { createSourceAdapters } from "./intake/sources/registry.ts";
import type {
  ParsedEvent,
  RequestHeaders,
  SourceAdapter,
  SourceSettings,
} from "./intake/sources/source.ts";
import { ConfigError, errorText } from "./shared/errors.ts";

export interface EventRequest {
  /** The body, as the other system sends it; gzip is unfolded. */
  readonly file: string;
  readonly source: SourceSettings;
  /** Some systems say in a header what the event is. */
  readonly headers: RequestHeaders;
  readonly component: string;
  readonly components: Readonly<Record<string, ComponentPolicy>>;
  readonly now: number;
}

export type SimulatedEvent =
  | {
      readonly kind: "build";
      readonly build: Build;
      /** Of reports that are joined: which one it is. */
      readonly part?: string;
      readonly note: string | null;
    }
  /** One sentence: why it makes no release of the component. */
  | { readonly kind: "none"; readonly why: string };

const ADAPTERS = createSourceAdapters({
  keySets: {
    at: () => {
      throw new Error("a signature is not looked at, so no key is asked for");
    },
  },
});

/** What a delivery is known by: nobody sent this one. */
const UNSENT: RequestHeaders = { "webhook-id": "simulated", "x-github-delivery": "simulated" };

/**
 * What intake would make of an event, by the same adapter and the same matching; its signature is not
 * looked at. @throws ConfigError where the file is not what this source sends
 */
export function readSimulatedEvent(request: EventRequest): SimulatedEvent {
  const { file, source, now } = request;
  const adapter = ADAPTERS[source.type];
  if (adapter === undefined) throw new Error(`source ${source.id} has an unknown type`);
  const body = decode(adapter, request);
  const headers = { ...UNSENT, ...request.headers };
  const parsed = adapter.parse({ source: source.id, headers, body }, now);
  if (parsed.kind === "malformed") {
    throw new ConfigError([
      `${file} is not what a source of type ${source.type} is sent: ${parsed.message}${
        parsed.message.startsWith("header ") ? "; give headers with --header 'NAME: VALUE'" : ""
      }`,
    ]);
  }
  const seen = parsed.events.map((event) => look(event, request));
  return (
    seen.find(({ kind }) => kind === "build") ??
    seen[0] ?? { kind: "none", why: "there is no event in it" }
  );
}

function decode(adapter: SourceAdapter, { file, source, headers }: EventRequest): unknown {
  const type = headers["content-type"];
  const decoders = Object.entries(adapter.mediaTypes).filter(
    ([name]) => type === undefined || name === type,
  );
  if (decoders.length === 0) {
    throw new ConfigError([`source ${source.id} takes no Content-Type ${type}`]);
  }
  const bytes = readBytes(file);
  const problems = decoders.map(([, decoder]) => decoder(bytes));
  const decoded = problems.find((one) => one.kind === "decoded");
  if (decoded !== undefined) return decoded.value;
  const [first] = problems.flatMap((one) => (one.kind === "undecodable" ? [one.problem] : []));
  throw new ConfigError([`${file} ${first}`]);
}

function readBytes(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw new ConfigError([`--event ${file}: ${errorText(error)}`]);
  }
}

function look(event: ParsedEvent, request: EventRequest): SimulatedEvent {
  const { source, components } = request;
  switch (event.kind) {
    case "unsupported":
      return { kind: "none", why: event.message };
    case "alert":
      return { kind: "none", why: "it is an alert, which is for the watches of what is deployed" };
    case "fragment":
      return {
        kind: "none",
        why: "it is one of several events of a run, which make a release together when the run has ended",
      };
    case "build":
    case "lookup": {
      const match = matchComponents({ source, subject: event.subject, components });
      if (match.kind === "unmatched") return { kind: "none", why: match.message };
      const policy = match.components.find(({ name }) => name === request.component);
      if (policy === undefined) {
        const names = match.components.map(({ name }) => name).join(", ");
        return { kind: "none", why: `it belongs to ${names}, not to ${request.component}` };
      }
      const commit = completeCommit(event.build.commit, policy);
      if (commit === undefined) {
        return { kind: "none", why: "nothing says which repository its commit is of" };
      }
      return {
        kind: "build",
        build: { ...event.build, commit },
        ...partOf(policy, source, event.subject),
        note:
          event.kind === "lookup"
            ? `What the event does not say would be asked for at the API of ${source.id}: it is missing here.`
            : null,
      };
    }
  }
}
