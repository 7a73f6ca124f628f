import type { Actor } from "../core/actor.ts";
import type { DomainEvent } from "../core/event.ts";
import type { Instant } from "../core/json.ts";
import { contexts, header } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { listPart } from "./blocks/list-part.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { counted } from "./text/lines.ts";
import { actor } from "./text/mention.ts";
import { code, EMPTY, fallback, line, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import { time } from "./text/time.ts";

/** An event as the ledger has it. */
export interface AuditEntry {
  /** Its place among the events of the component, from 1. */
  readonly version: number;
  readonly at: Instant;
  readonly by: Actor;
  readonly event: DomainEvent;
}

export interface AuditView {
  readonly component: string;
  /** The newest first, one page of them. */
  readonly entries: readonly AuditEntry[];
  /** What reading all of them has shown of their hash chain. */
  readonly chain:
    | {
        readonly kind: "whole";
        readonly events: number;
        /** Hash of the last one. */
        readonly head: string;
        /** Those up to this one were exported, and are not kept; 0: all are. */
        readonly exported: number;
      }
    | { readonly kind: "broken"; readonly sentence: string };
  /** What asks for the events before these; null: there are none. */
  readonly older: string | null;
}

const ENTRIES = [25, 15, 8];
const REASON = 200;
const SENTENCE = 600;
const HEAD = 12;

/** `/release audit COMPONENT`: what was recorded of it, by whom, and whether nobody has changed it since. */
export function drawAudit(view: AuditView): Message {
  const title = plain`Record of ${view.component}`;
  return {
    text: fallback(line(title.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(title)]] },
      chainPart(view),
      ...listPart({
        name: "events",
        title: "events",
        rank: 50,
        heading: md`The newest first:`,
        items: view.entries,
        counts: ENTRIES,
        line: entryLine,
      }),
      ...olderPart(view),
    ]),
  };
}

function chainPart({ chain }: AuditView): Part {
  return { name: "chain", title: null, rank: 90, forms: [contexts([chainLine(chain)])] };
}

function chainLine(chain: AuditView["chain"]): Mrkdwn {
  if (chain.kind === "broken") {
    return md`❌ *The hash chain is broken*: ${line(chain.sentence, SENTENCE)}. Whoever runs Slipway should know at once.`;
  }
  const { events, head, exported } = chain;
  if (events === 0) return md`Nothing has been recorded of it yet.`;
  const earlier =
    exported === 0 ? EMPTY : md`; those up to number ${exported} were exported before`;
  return md`✅ The hash chain is whole: ${line(counted(events, "event", "events"))}, the last one ${code(head.slice(0, HEAD))}${earlier}.`;
}

function olderPart({ older, entries }: AuditView): readonly Part[] {
  if (entries.length === 0) return [];
  const words = older === null ? md`There are no earlier ones.` : md`Earlier ones: ${code(older)}`;
  return [{ name: "older", title: null, rank: 60, forms: [contexts([words])] }];
}

function entryLine({ version, at, by, event }: AuditEntry): Mrkdwn {
  const about = subjectOf(event);
  const why = reasonOf(event);
  return md`• ${version} · ${time(at)} · ${actor(by)} · *${wordsOf(event.type)}*${
    about === null ? EMPTY : md` · ${line(about)}`
  }${why === null ? EMPTY : md` · “${line(why, REASON)}”`}`;
}

/** `ApprovalGiven` as “approval given”. */
function wordsOf(type: DomainEvent["type"]): string {
  return type.replace(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital}`).toLowerCase();
}

/** A promotion names its release and its environment. */
function subjectOf(event: DomainEvent): string | null {
  if ("promotion" in event) return event.promotion;
  if ("release" in event) {
    return typeof event.release === "string" ? event.release : event.release.id;
  }
  return "environment" in event ? event.environment : null;
}

function reasonOf(event: DomainEvent): string | null {
  if ("reason" in event) return event.reason;
  return "why" in event ? event.why : null;
}
