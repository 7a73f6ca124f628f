import { type Guarded, isGuarded, openIncident } from "../../../src/core/after-watch.ts";
import type { ComponentState } from "../../../src/core/component.ts";
import { isActive } from "../../../src/core/promotion.ts";
import type { JobCounts, Ledger } from "../../../src/ledger/ledger.ts";
import { GLOBAL_STREAM } from "../../../src/ledger/ledger.ts";
import { startServing, untilToldToStop } from "../../../src/serve.ts";
import { openForgetfulLedger } from "./open-forgetful-ledger.ts";

/*
 * `slipway serve` as one replica of the chaos suite: the same wiring, with a shorter lease, so that a run of
 * a minute sees many takeovers. It answers its parent what is under way, since nobody else may open a folder
 * that it holds.
 */

/** What a replica knows of the work that is left. */
export interface Look {
  readonly jobs: JobCounts;
  /** Promotions between `deploying` and `watching`, and rollbacks that run. */
  readonly active: readonly ActiveWork[];
  /** What is guarded, and of which it is not known yet whether it is good or people are to be asked. */
  readonly unjudged: readonly string[];
}

export interface ActiveWork {
  readonly component: string;
  readonly environment: string;
  readonly release: string;
  readonly state: string;
  /** People have been asked what to do with it. */
  readonly isAsked: boolean;
}

const { CHAOS_LEASE = "3000", CHAOS_POLL = "200", CHAOS_FORGETFUL } = process.env;

// Whoever started it has died: nobody would stop it any more.
process.on("disconnect", () => process.exit(1));

const running = await startServing(process.env, process.stdout, {
  worker: { lease: Number(CHAOS_LEASE), poll: Number(CHAOS_POLL) },
  ...(CHAOS_FORGETFUL === undefined ? {} : { openLedger: openForgetfulLedger }),
});
process.on("message", () => {
  look(running.ledger).then(
    (seen) => process.send?.({ look: seen }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.send?.({ port: running.port });
process.exitCode = await untilToldToStop({ ...running, signals: process });
process.exit();

async function look(ledger: Ledger): Promise<Look> {
  const jobs = await ledger.jobs(Date.now());
  const active: ActiveWork[] = [];
  const unjudged: string[] = [];
  for (const stream of (await ledger.versions()).keys()) {
    if (stream === GLOBAL_STREAM) continue;
    const { state } = await ledger.load(stream);
    if (state === null) continue;
    active.push(...activeIn(state as ComponentState));
    unjudged.push(...unjudgedIn(state as ComponentState));
  }
  return { jobs, active, unjudged };
}

function unjudgedIn({ releases }: ComponentState): readonly string[] {
  return Object.values(releases)
    .flatMap(({ promotions }) => promotions)
    .filter(isGuarded)
    .filter((promotion) => !isJudged(promotion))
    .map(({ id }) => id);
}

/** An incident of earlier, before it gave way and came back, says nothing of how it is now. */
function isJudged(promotion: Guarded): boolean {
  const { checks } = promotion.guard;
  const isGood = checks.every(({ verdict }) => verdict === "success");
  const isAsked = openIncident(promotion) !== null || promotion.overridden !== null;
  return checks.length > 0 && (isGood || isAsked);
}

function activeIn({ component, releases, environments }: ComponentState): readonly ActiveWork[] {
  const promoted = Object.values(releases).flatMap((release) =>
    release.promotions.filter(isActive).map(({ environment, state, incident }) => ({
      component,
      environment,
      release: release.id,
      state: state.kind,
      isAsked: incident !== null,
    })),
  );
  const rolling = Object.values(environments).flatMap(({ name, rollback }) =>
    rollback?.state.kind === "running"
      ? [
          {
            component,
            environment: name,
            release: rollback.from,
            state: "rolling-back",
            isAsked: false,
          },
        ]
      : [],
  );
  return [...promoted, ...rolling];
}
