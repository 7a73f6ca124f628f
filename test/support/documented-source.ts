import { expect } from "vitest";
import { type Match, matchComponents } from "../../src/intake/match-components.ts";
import { SOURCE_ADAPTERS } from "../../src/intake/sources/registry.ts";
import type { ParsedEvent, RequestHeaders } from "../../src/intake/sources/source.ts";
import { documentedSetup } from "./documented-setup.ts";
import { NOW } from "./signed-request.ts";

/** What the adapter of a type makes of a body, one event after the other. */
export function parsedBy(
  type: string,
  body: unknown,
  headers: RequestHeaders = {},
): readonly ParsedEvent[] {
  const parsed = SOURCE_ADAPTERS[type]?.parse({ source: type, headers, body }, NOW);
  if (parsed?.kind !== "delivery") throw new Error(JSON.stringify(parsed));
  return parsed.events;
}

/** The page of a source, and whether the set-up that it shows takes what its system sends. */
export function documentedSource(
  type: string,
  environment: Readonly<Record<string, string>>,
): { readonly page: string; readonly match: (event: ParsedEvent | undefined) => Match } {
  const { page, sources, components } = documentedSetup(type, environment);
  const [source] = Object.values(sources);
  if (source === undefined) throw new Error("the page sets up no source");
  expect(source.type).toBe(type);
  return {
    page,
    match: (event) => {
      if (event === undefined || !("subject" in event)) throw new Error(JSON.stringify(event));
      return matchComponents({ source, subject: event.subject, components });
    },
  };
}
