import { ConfigError, errorText } from "../../shared/errors.ts";
import { COUNT_LABELS, type ContentCounts, type LedgerContents } from "../ledger-contents.ts";
import {
  type Batch,
  type LedgerTarget,
  type Progress,
  STAGES,
  type Stage,
} from "./ledger-target.ts";

export interface MoveRequest {
  readonly contents: LedgerContents;
  /** What is moved, for people: `lowdb:DIR`, or the address of a database without its password. */
  readonly name: string;
  readonly target: LedgerTarget;
  /** How far it has come, one sentence at a time. */
  tell(sentence: string): void;
}

export type MoveResult =
  /** Everything is there, and was compared with the source. */
  | {
      readonly kind: "moved";
      readonly source: ContentCounts;
      readonly target: ContentCounts;
      /** What was verified. */
      readonly chain: { readonly events: number; readonly streams: number };
    }
  /** It was moved before; nothing was changed. */
  | { readonly kind: "finished"; readonly at: Date }
  /** What was moved is not whole; the target stays closed to everybody. */
  | { readonly kind: "broken"; readonly sentence: string };

/**
 * Moves a ledger into an empty store, or goes on where an interrupted move of the same ledger stopped.
 * Nobody can start on the target until all of it is there and was verified. The source is only read.
 * @throws ConfigError where the target is not for this ledger, or is not what was to be moved
 */
export async function moveLedger(request: MoveRequest): Promise<MoveResult> {
  const { contents, name, target, tell } = request;
  const beginning = await target.begin(contents, name);
  if (beginning.kind === "finished") return beginning;
  if (beginning.kind === "resumed") {
    const { stage, done } = beginning.from;
    tell(`goes on where it was interrupted: ${stage}, ${done} done`);
  }
  try {
    const start: Progress = { stage: "events", done: 0 };
    return await moveFrom(beginning.kind === "resumed" ? beginning.from : start, request);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const why = errorText(error);
    throw new Error(`${why}. Run the same command again: it goes on where it was`, {
      cause: error,
    });
  }
}

async function moveFrom(
  from: Progress,
  { contents, target, tell }: MoveRequest,
): Promise<MoveResult> {
  let at = from;
  for (const stage of STAGES.slice(STAGES.indexOf(from.stage))) {
    let done = stage === from.stage ? from.done : 0;
    for await (const { batch, after } of batches(stage, contents, done, target)) {
      const to = { stage, done: after };
      await target.put(batch, { from: at, to });
      at = to;
      done = after;
    }
    if (stage !== "jobs") tell(`${stage}: ${done}`);
  }
  tell("verifying the hash chains of what was written");
  const chain = await target.verify();
  if (chain.kind === "broken") return { kind: "broken", sentence: chain.at.sentence };
  if (chain.kind === "unreadable") return { kind: "broken", sentence: chain.sentence };
  const { events, streams } = chain;
  await contents.checkAlone();
  const there = await target.finish(at);
  return { kind: "moved", source: contents.counts, target: there, chain: { events, streams } };
}

interface Portion {
  readonly batch: Batch;
  /** How much of its stage is there with it. */
  readonly after: number;
}

/** What is left of one stage. */
function batches(
  stage: Stage,
  contents: LedgerContents,
  done: number,
  { batchSizes }: LedgerTarget,
): AsyncIterable<Portion> | readonly Portion[] {
  switch (stage) {
    case "events":
      return portions(contents.events(done), batchSizes.events, (items) => ({
        batch: { stage, items },
        after: items.at(-1)?.position ?? done,
      }));
    case "archived releases":
      return counted(contents.archivedReleases(done), batchSizes[stage], done, (items) => ({
        stage,
        items,
      }));
    case "command ids":
      return counted(contents.commandFingerprints(done), batchSizes[stage], done, (items) => ({
        stage,
        items,
      }));
    case "streams":
      return counted(skipping(contents.streams(), done), batchSizes[stage], done, (items) => ({
        stage,
        items,
      }));
    case "jobs":
      return [];
  }
}

function counted<T>(
  items: AsyncIterable<T>,
  size: number,
  from: number,
  batchOf: (items: readonly T[]) => Batch,
): AsyncIterable<Portion> {
  let after = from;
  return portions(items, size, (some) => {
    after += some.length;
    return { batch: batchOf(some), after };
  });
}

async function* portions<T>(
  items: AsyncIterable<T>,
  size: number,
  portionOf: (items: readonly T[]) => Portion,
): AsyncGenerator<Portion> {
  let some: T[] = [];
  for await (const item of items) {
    some.push(item);
    if (some.length < size) continue;
    yield portionOf(some);
    some = [];
  }
  if (some.length > 0) yield portionOf(some);
}

async function* skipping<T>(
  items: AsyncIterable<T> | Iterable<T>,
  count: number,
): AsyncGenerator<T> {
  let left = count;
  for await (const item of items) {
    if (left === 0) yield item;
    else left -= 1;
  }
}

/** In which counts two stores differ, for people. */
export function differences(source: ContentCounts, target: ContentCounts): string[] {
  const kinds = Object.keys(COUNT_LABELS) as (keyof ContentCounts)[];
  return kinds
    .filter((kind) => source[kind] !== target[kind])
    .map(
      (kind) =>
        `${source[kind]} ${COUNT_LABELS[kind]} were to be moved, and ${target[kind]} are there`,
    );
}
