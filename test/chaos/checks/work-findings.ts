import { decide } from "../../../src/core/decide.ts";
import type { JobKind } from "../../../src/core/job.ts";
import { isActive } from "../../../src/core/promotion.ts";
import { kindsOf, POOLS } from "../../../src/effects/worker/pools.ts";
import { loadContext } from "../../../src/load-context.ts";
import type { Quiet } from "../quiet.ts";
import type { Finding } from "./finding.ts";
import { componentsOf, type ReadBack } from "./read-back.ts";

const KINDS: readonly JobKind[] = POOLS.flatMap(kindsOf);
/** Their ends are told to the state, which goes on without them. */
const GIVEN_UP_SOME_DAY: readonly JobKind[] = ["operation.start", "operation.stop", "notes"];
const FOR_EVER = 10 * 365 * 24 * 3_600_000;

/** Whether everything came to an end, and nothing stands still that something should have moved. */
export async function workFindings(stored: ReadBack, quiet: Quiet): Promise<readonly Finding[]> {
  const { ledger } = stored;
  const left = await ledger.claim(KINDS, 10_000, 1, Date.now() + FOR_EVER);
  const promotions = componentsOf(stored).flatMap(({ releases }) =>
    Object.values(releases).flatMap((release) => release.promotions),
  );
  return [
    {
      rule: "all work came to an end",
      lookedAt: stored.events.length,
      violations: [
        ...(quiet.reached ? [] : [`after ${quiet.seconds} s there was still ${quiet.left}`]),
        ...left.map(({ key, attempt }) => `the job ${key} is left over, at its try ${attempt}`),
      ],
    },
    {
      rule: "no job is given up that has attempts without end",
      lookedAt: stored.events.length,
      violations: stored.dead
        .filter(({ kind }) => !GIVEN_UP_SOME_DAY.includes(kind))
        .map(({ key, error, attempts }) => `${key} was given up at its try ${attempts}: ${error}`),
    },
    {
      rule: "no promotion and no rollback is without the job that it waits for",
      lookedAt: promotions.length,
      violations: [
        ...promotions
          .filter(isActive)
          .map(({ id, state }) => `${id} is ${state.kind}, and no job is there that ends it`),
        ...rollbacksWithoutEnd(stored),
      ],
    },
    {
      rule: "nothing waits that could go on",
      lookedAt: promotions.length,
      violations: await couldGoOn(stored),
    },
  ];
}

function rollbacksWithoutEnd(stored: ReadBack): readonly string[] {
  return componentsOf(stored).flatMap(({ environments }) =>
    Object.values(environments).flatMap(({ rollback }) =>
      rollback?.state.kind === "running"
        ? [`${rollback.id} runs, and no job is there that ends it`]
        : [],
    ),
  );
}

/** If looking again changes something, then somebody forgot to look. */
async function couldGoOn(stored: ReadBack): Promise<readonly string[]> {
  const { ledger, policy } = stored;
  const found: string[] = [];
  for (const { component } of componentsOf(stored)) {
    const command = { type: "Review", component } as const;
    const { state, context } = await loadContext({ ledger, policy, now: Date.now() }, command, []);
    const { events } = decide(state, command, context);
    const news = events.map((event) => JSON.stringify(event).slice(0, 200));
    if (news.length > 0) found.push(`${component}: a review would do ${news.join(", ")}`);
  }
  return found;
}
