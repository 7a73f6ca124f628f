import type { Instant } from "../core/json.ts";
import { type ChainHead, type ChainVerdict, verifyChain } from "./chain.ts";
import {
  componentStream,
  Damaged,
  type Ledger,
  type RecordedEvent,
  type StreamId,
} from "./ledger.ts";

export interface AuditQuery {
  /** null: every component, and the freezes over everything. */
  readonly component: string | null;
  /** null: from the beginning. */
  readonly since: Instant | null;
}

/** The recorded events as JSON lines, each ended by a line feed, as they are read: none is kept. */
export async function* exportLedger(ledger: Ledger, query: AuditQuery): AsyncGenerator<string> {
  const stream = query.component === null ? null : componentStream(query.component);
  for await (const event of ledger.read({ stream, since: query.since })) {
    yield `${JSON.stringify(event)}\n`;
  }
}

export type AuditVerdict =
  | ChainVerdict
  /** A stored entry cannot even be read; the sentence names the file and the line. */
  | { readonly kind: "unreadable"; readonly sentence: string };

/** The part of a ledger that its audit reads. */
type Verifiable = Pick<Ledger, "versions" | "load" | "read" | "anchors">;

/**
 * Reads every event from where it is stored and checks the chains, up to the first broken entry.
 * What is committed meanwhile is not looked at, or is found whole. `earlier`: the events that are not kept
 * there any more, all of them; null: they are not looked at, and the chains begin at their anchors.
 */
export async function verifyLedger(
  ledger: Verifiable,
  earlier: AsyncIterable<RecordedEvent> | null = null,
): Promise<AuditVerdict> {
  try {
    const heads = await chainHeads(ledger);
    const kept = ledger.read({ stream: null, since: null });
    const later = () => chainHeads(ledger);
    if (earlier !== null) return await verifyChain(chained(earlier, kept), heads, [], later);
    return await verifyChain(kept, heads, await ledger.anchors(), later);
  } catch (error) {
    if (error instanceof Damaged) return { kind: "unreadable", sentence: error.message };
    throw error;
  }
}

export type StreamVerdict =
  | { readonly kind: "whole"; readonly events: number; readonly head: string }
  | { readonly kind: "broken"; readonly sentence: string };

/** The same of one stream, each of whose events is told as it is read. */
export async function verifyStream(
  ledger: Pick<Ledger, "load" | "read" | "anchors">,
  stream: StreamId,
  tell: (event: RecordedEvent) => void,
): Promise<StreamVerdict> {
  const headOf = async () => {
    const { version, head } = await ledger.load(stream);
    return { version, head };
  };
  const ends = async () => new Map([[stream, await headOf()]]);
  try {
    const { version, head } = await headOf();
    const anchors = (await ledger.anchors()).filter((anchor) => anchor.stream === stream);
    const events = told(ledger.read({ stream, since: null }), tell);
    const heads = new Map(version === 0 ? [] : [[stream, { version, head }]]);
    const verdict = await verifyChain(events, heads, anchors, ends);
    return verdict.kind === "whole"
      ? { kind: "whole", events: verdict.events, head }
      : { kind: "broken", sentence: verdict.at.sentence };
  } catch (error) {
    if (error instanceof Damaged) return { kind: "broken", sentence: error.message };
    throw error;
  }
}

async function* told(
  events: AsyncIterable<RecordedEvent>,
  tell: (event: RecordedEvent) => void,
): AsyncGenerator<RecordedEvent> {
  for await (const event of events) {
    tell(event);
    yield event;
  }
}

async function* chained(
  earlier: AsyncIterable<RecordedEvent>,
  kept: AsyncIterable<RecordedEvent>,
): AsyncGenerator<RecordedEvent> {
  yield* earlier;
  yield* kept;
}

async function chainHeads(ledger: Verifiable): Promise<ReadonlyMap<StreamId, ChainHead>> {
  const heads = new Map<StreamId, ChainHead>();
  for (const stream of (await ledger.versions()).keys()) {
    const { version, head } = await ledger.load(stream);
    heads.set(stream, { version, head });
  }
  return heads;
}
