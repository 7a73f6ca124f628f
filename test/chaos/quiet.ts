import type { LocalSlack } from "../../src/demo/gateway/local-slack.ts";
import { answerQuestions } from "./actors/crowd.ts";
import type { Hands } from "./actors/hands.ts";
import type { Fleet } from "./replica/fleet.ts";
import type { Look } from "./replica/replica.ts";
import { after } from "./world/faulty-gate.ts";

export interface Quiet {
  /** Nothing is left to do. Else: what is. */
  readonly reached: boolean;
  readonly left: string;
  readonly seconds: number;
}

/** Seen twice in a row, so that a job between two looks is not overlooked. */
const LOOKS = 2;
const PAUSE = 1_000;

/**
 * Waits until no job is left and nothing is on its way into an environment, while people answer what they
 * are asked. What waits for an approval, a hold or another release may wait. Guards have no end: once each
 * has come to a verdict, they are ended.
 */
export async function untilQuiet(options: {
  readonly fleet: Fleet;
  readonly slack: LocalSlack;
  readonly hands: Hands;
  readonly endGuards: () => void;
  readonly within: number;
}): Promise<Quiet> {
  const { fleet, slack, hands, endGuards, within } = options;
  const begun = Date.now();
  let quietLooks = 0;
  let judgedLooks = 0;
  let last: Look | null = null;
  while (Date.now() - begun < within) {
    last = (await fleet.look()) ?? last;
    quietLooks = last !== null && isQuiet(last) ? quietLooks + 1 : 0;
    const seconds = Math.round((Date.now() - begun) / 1000);
    if (quietLooks >= LOOKS) return { reached: true, left: "", seconds };
    judgedLooks = last !== null && isJudged(last) ? judgedLooks + 1 : 0;
    if (judgedLooks === LOOKS) endGuards();
    const asked =
      last?.active.filter(({ isAsked, state }) => isAsked && state === "watching") ?? [];
    await answerQuestions(slack, hands, asked);
    await after(PAUSE);
  }
  const left = last === null ? "no replica ever answered" : JSON.stringify(last);
  return { reached: false, left, seconds: Math.round(within / 1000) };
}

function isJudged({ active, unjudged }: Look): boolean {
  return active.length + unjudged.length === 0;
}

function isQuiet({ jobs, active }: Look): boolean {
  return jobs.ready + jobs.waiting + jobs.claimed + active.length === 0;
}
