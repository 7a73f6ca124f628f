import type { ReleaseId } from "../core/release-id.ts";
import type { HookReply } from "./answer.ts";

/** What became of one event of a delivery, for one component. */
export type EventResult =
  | { readonly kind: "accepted" | "queued" | "duplicate"; readonly release: ReleaseId | null }
  | { readonly kind: "ignored" | "refused"; readonly code: string; readonly message: string };

/** The first of these that happened is the outcome of the whole. */
const PRECEDENCE = ["accepted", "queued", "refused", "duplicate", "ignored"] as const;
const STATUS = { accepted: 202, queued: 202, refused: 400, duplicate: 200, ignored: 200 } as const;

/**
 * One answer for a delivery that concerns several components or holds several events. What was recorded
 * counts first, so that the sender does not repeat it; the message tells of all of them.
 */
export function combineResults(delivery: string, results: readonly EventResult[]): HookReply {
  const first = PRECEDENCE.find((kind) => results.some((result) => result.kind === kind));
  const kind = first ?? "ignored";
  const releases = results.flatMap((result) =>
    "release" in result && result.release !== null ? [result.release] : [],
  );
  const sentences = PRECEDENCE.flatMap((kind) => [
    ...new Set(results.filter((result) => result.kind === kind).map(sentenceOf)),
  ]);
  return {
    status: STATUS[kind],
    headers: {},
    answer: {
      outcome: kind === "queued" ? "accepted" : kind,
      code: codeOf(kind, results),
      message: sentences.join("; ") || "the delivery holds no event",
      delivery,
      releases,
    },
  };
}

function codeOf(kind: EventResult["kind"], results: readonly EventResult[]): string {
  if (kind === "accepted" || kind === "queued" || kind === "duplicate") return kind;
  const first = results.find((result) => result.kind === kind);
  return first !== undefined && "code" in first ? first.code : "nothing_reported";
}

function sentenceOf(result: EventResult): string {
  if ("message" in result) return result.message;
  const done = DONE[result.kind];
  return result.release === null ? done : `${done} as ${result.release}`;
}

const DONE = {
  accepted: "recorded",
  queued: "on the disk, to be recorded in its turn",
  duplicate: "already recorded",
} as const;
