import { type ComponentState, emptyComponent, emptyGlobal } from "../../../src/core/component.ts";
import type { ComponentEvent, GlobalEvent } from "../../../src/core/event.ts";
import { evolve, evolveGlobal } from "../../../src/core/evolve.ts";
import { canonicalJson, type Json } from "../../../src/core/json.ts";
import type { Release } from "../../../src/core/release.ts";
import { GLOBAL_STREAM, type RecordedEvent, type StreamState } from "../../../src/ledger/ledger.ts";

/** What is stored beside the events. */
export interface Stored {
  readonly states: ReadonlyMap<string, StreamState>;
  /** By id, as they were when they went to the archive last. */
  readonly archived: ReadonlyMap<string, Release>;
}

/** Rule 8: the state is the fold of the events, byte for byte, and so is what went to the archive. */
export function foldDiffers(events: readonly RecordedEvent[], stored: Stored): readonly string[] {
  const states = new Map<string, StreamState>();
  const archived = new Map<string, Release>();
  for (const { stream, at, by, event } of events) {
    if (stream === GLOBAL_STREAM) {
      const before = (states.get(stream) ?? emptyGlobal()) as ReturnType<typeof emptyGlobal>;
      states.set(stream, evolveGlobal(before, { at, by, event: event as GlobalEvent }));
      continue;
    }
    const name = stream.slice(stream.indexOf("/") + 1);
    const before = (states.get(stream) ?? emptyComponent(name)) as ComponentState;
    if (event.type === "ReleaseRetired") {
      const retired = before.releases[event.release];
      if (retired !== undefined) archived.set(retired.id, retired);
    }
    states.set(stream, evolve(before, { at, by, event: event as ComponentEvent }));
  }
  return [
    ...differences("the state of", states, stored.states),
    ...differences("the archived release", archived, stored.archived),
  ];
}

function differences(
  what: string,
  folded: ReadonlyMap<string, unknown>,
  stored: ReadonlyMap<string, unknown>,
): readonly string[] {
  const names = [...new Set([...folded.keys(), ...stored.keys()])];
  return names.flatMap((name) => {
    const [a, b] = [textOf(folded.get(name)), textOf(stored.get(name))];
    if (a === b) return [];
    const at = [...a].findIndex((character, index) => character !== b[index]);
    const around = (text: string) => text.slice(Math.max(0, at - 40), at + 60);
    return [
      `${what} ${name} is not the fold of its events: …${around(a)}… is stored as …${around(b)}…`,
    ];
  });
}

function textOf(value: unknown): string {
  return value === undefined ? "nothing" : canonicalJson(value as Json);
}
