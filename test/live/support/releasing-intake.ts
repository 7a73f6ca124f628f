import { onTestFinished } from "vitest";
import { createBuildInbox } from "../../../src/build-inbox.ts";
import { createBurst } from "../../../src/burst.ts";
import type { ComponentState } from "../../../src/core/component.ts";
import type { Release } from "../../../src/core/release.ts";
import { createDispatcher } from "../../../src/dispatcher.ts";
import { createLookupHandler } from "../../../src/effects/lookups/lookup-handler.ts";
import { LOOKUP_READERS } from "../../../src/effects/lookups/registry.ts";
import { createWorker } from "../../../src/effects/worker.ts";
import type { SourceSettings } from "../../../src/intake/sources/source.ts";
import { createJobQueue } from "../../../src/job-queue.ts";
import { componentStream } from "../../../src/ledger/ledger.ts";
import { openMemoryLedger } from "../../../src/ledger/memory-ledger.ts";
import { createLookupInbox } from "../../../src/lookup-inbox.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { createTelemetry } from "../../../src/shared/telemetry.ts";
import { intakeRule } from "../../support/intake-policy.ts";
import { startIntake } from "../../support/intake-server.ts";
import { handlers } from "../../support/job-handlers.ts";
import { aComponent, aPolicy } from "../../support/policies.ts";
import { quietLog } from "../../support/quiet-log.ts";

const COMPONENT = "model-fraud";

/** Intake on a port of its own, the real decisions and look-ups behind it, and nothing of Slack. */
export async function startReleasingIntake(options: {
  readonly source: SourceSettings;
  readonly rule: Parameters<typeof intakeRule>[0];
}) {
  const { source } = options;
  const clock = systemClock;
  const ledger = openMemoryLedger({ clock });
  const component = aComponent({
    name: COMPONENT,
    repository: "acme/fraud-training",
    intake: [intakeRule({ source: source.id, ...options.rule })],
  });
  const policy = aPolicy(component);
  const waiting = new Set<() => void>();
  const dispatcher = createDispatcher({
    ledger,
    policy: () => policy,
    clock,
    onChange: () => {
      for (const look of waiting) look();
    },
  });
  const { dispatch } = dispatcher;
  const worker = createWorker({
    queue: createJobQueue(ledger, dispatcher, clock),
    handlers: handlers({
      lookup: createLookupHandler({
        sources: () => ({ [source.id]: source }),
        repositoryOf: () => component.repository,
        readers: LOOKUP_READERS,
        clock,
        random: Math.random,
      }),
    }),
    clock,
    logger: quietLog,
    telemetry: createTelemetry(),
    countJobs: () => ledger.jobs(clock.now()),
  });
  const intake = await startIntake({
    hooks: {
      sources: () => ({ [source.id]: source }),
      components: () => policy.components,
      register: createBuildInbox({ ledger, dispatch, clock, burst: createBurst(clock) }),
      lookUp: createLookupInbox({ ledger, clock }),
      dispatch,
      clock,
    },
  });
  worker.start();
  onTestFinished(() => worker.stop(1_000));

  async function releases(): Promise<readonly Release[]> {
    const { state } = await ledger.load(componentStream(COMPONENT));
    return Object.values((state as ComponentState | null)?.releases ?? {});
  }

  return {
    url: intake.url,
    lines: intake.lines,
    releases,
    /** The first release that there is, or will be. */
    release: () =>
      new Promise<Release>((resolve, reject) => {
        const look = () => {
          releases().then(([first]) => {
            if (first === undefined) return;
            waiting.delete(look);
            resolve(first);
          }, reject);
        };
        waiting.add(look);
        look();
      }),
  };
}
