import type { PolicyStore } from "./config/policy-store.ts";
import type { Settings, SlackSettings } from "./config/settings.ts";
import { createConnections } from "./connections.ts";
import type { ComponentState } from "./core/component.ts";
import { assess } from "./core/verdict.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createDecisionHandlers } from "./effects/decision-handlers.ts";
import { createGitHub } from "./effects/github/github-client.ts";
import type { JobHandlers } from "./effects/job-handler.ts";
import { createNotesHandler } from "./effects/notes/notes-handler.ts";
import { createOperationHandlers } from "./effects/operations/operation-handlers.ts";
import { createWatchHandler } from "./effects/watch/watch-handler.ts";
import { createWorker } from "./effects/worker.ts";
import { createCronClock } from "./intake/cron-clock.ts";
import { createHooks } from "./intake/hooks.ts";
import { createHttpServer } from "./intake/http-server.ts";
import { createJobQueue } from "./job-queue.ts";
import { componentStream, type Ledger } from "./ledger/ledger.ts";
import { measure, measureLive } from "./measure.ts";
import { measureProcess } from "./measure-process.ts";
import { intakeReadinessOf, readinessOf } from "./readiness.ts";
import type { Clock } from "./shared/clock.ts";
import { errorText } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";
import { renderPromql } from "./shared/promql-template.ts";
import type { Telemetry } from "./shared/telemetry.ts";
import { createSlackSide } from "./slack-side.ts";
import { createStateReader } from "./state-reader.ts";

export interface AppPorts {
  readonly settings: Settings & { readonly slack: SlackSettings };
  readonly store: PolicyStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** The process's environment, of which command deployers see an allow-list. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly random: () => number;
  readonly newId: () => string;
  /** Begins nothing that touches a deployment or a metrics server: such jobs wait. */
  readonly withoutDeployments?: boolean;
}

export interface App {
  /** Resolves to the port of the HTTP server once it takes requests. @throws ConfigError */
  start(): Promise<number>;
  /**
   * Takes nothing more, finishes what is under way or hands it back, and closes the ledger: within
   * `grace` milliseconds.
   */
  stop(grace: number): Promise<void>;
}

/** Of the time to stop: for requests under way, and for jobs. */
const INTAKE_SHARE = 0.3;
const WORKER_SHARE = 0.6;
/** Those under way together share the writes to the disk. */
const REVIEWS_AT_ONCE = 64;

/** Wires the parts together; starts nothing. */
export function buildApp(ports: AppPorts): App {
  const { settings, store, ledger, clock, logger, telemetry, random } = ports;
  const { withoutDeployments = false } = ports;
  const policy = () => store.policy();
  const state = createStateReader(ledger, policy);
  const dispatcher = createDispatcher({
    ledger,
    policy,
    clock,
    onChange: (change) => measure(telemetry, change),
  });
  const { dispatch } = dispatcher;
  const github = createGitHub({
    credentials: settings.github.credentials ?? { kind: "none" },
    apiUrl: settings.github.apiUrl,
    clock,
    logger,
  });
  const connections = createConnections(store, {
    clock,
    logger,
    github,
    environment: ports.environment,
    telemetry,
    releaseUrl: async ({ component, release }) =>
      (await state.release(component, release))?.build.run?.url ?? null,
  });
  const slack = createSlackSide({
    settings: settings.slack,
    state,
    dispatch,
    people: () => store.current().people,
    clock,
    logger,
    telemetry,
  });

  const handlers: JobHandlers = {
    ...slack.handlers,
    ...createOperationHandlers({ deployers: connections.deployers, state, clock, logger, random }),
    ...createDecisionHandlers({
      random,
      components,
      dispatch: async (command) => {
        await dispatch(command, []);
      },
    }),
    watch: createWatchHandler({
      state,
      sources: connections.metrics,
      assess,
      render: renderPromql,
      clock,
      random,
      telemetry,
    }),
    notes: createNotesHandler({ github, state, clock, random }),
  };
  const worker = createWorker({
    queue: createJobQueue(ledger, dispatcher, clock),
    handlers,
    clock,
    logger,
    telemetry,
    countJobs: () => ledger.jobs(clock.now()),
    slots: withoutDeployments ? { operations: 0, watches: 0 } : {},
  });

  let stopping = false;
  const readiness = () =>
    readinessOf({
      stopping,
      ledger: ledger.health(),
      worker: worker.health(),
      slack: { problems: slack.problems(), warnings: slack.warnings() },
      configuration: store.lastProblem(),
      withoutDeployments,
    });
  const intakeReadiness = () => intakeReadinessOf({ stopping, ledger: ledger.health() });
  const dataPath = settings.databaseUrl === null ? settings.dataPath : null;
  const server = createHttpServer({
    host: settings.host,
    port: settings.port,
    clock,
    logger,
    newId: ports.newId,
    registry: {
      contentType: telemetry.registry.contentType,
      metrics: async () => {
        await measureProcess(telemetry, { readiness, intakeReadiness, dataPath });
        return telemetry.registry.metrics();
      },
    },
    hooks: createHooks({
      sources: () => store.current().sources,
      components: () => store.policy().components,
      dispatch,
      clock,
      telemetry,
      logger,
    }),
    slack: slack.receive,
    readiness,
    intakeReadiness,
  });
  const digestClock = createCronClock({
    name: "digest",
    logger,
    onTime: async (time) => {
      await dispatch({ type: "RequestDigest", time }, [`digest:${time}`]);
    },
  });

  /** Names of all components that are configured, or that anything is recorded of. */
  async function components(): Promise<readonly string[]> {
    const prefix = componentStream("");
    const recorded = (await ledger.streams())
      .filter((stream) => stream.startsWith(prefix))
      .map((stream) => stream.slice(prefix.length));
    return [...new Set([...Object.keys(store.policy().components), ...recorded])];
  }

  /** What waits was decided on under a policy that may not be the present one. */
  async function review(): Promise<void> {
    const unreviewed = (await components()).values();
    const reviewOneByOne = async () => {
      for (const component of unreviewed) await dispatch({ type: "Review", component }, []);
    };
    await Promise.all(Array.from({ length: REVIEWS_AT_ONCE }, reviewOneByOne));
  }

  function scheduleDigest(): void {
    const { slack: configured, timezone } = store.policy();
    digestClock.set(configured.digest, timezone);
  }

  let unsubscribe = (): void => {};
  return {
    async start() {
      for (const component of await components()) {
        const { state: recorded } = await ledger.load(componentStream(component));
        if (recorded !== null) measureLive(telemetry, recorded as ComponentState);
      }
      await review();
      unsubscribe = store.onChange(() => {
        scheduleDigest();
        review().catch((error: unknown) => {
          logger.error(
            { error: errorText(error) },
            "the new configuration was not applied everywhere",
          );
        });
      });
      store.start();
      scheduleDigest();
      const port = await server.start();
      await slack.start();
      worker.start();
      logger.info({ port, mode: settings.slack.mode }, "started");
      return port;
    },
    async stop(grace) {
      stopping = true;
      logger.info({}, "stopping");
      unsubscribe();
      store.stop();
      await digestClock.stop();
      await server.stop(grace * INTAKE_SHARE);
      await slack.stop();
      await worker.stop(grace * WORKER_SHARE);
      await ledger.close();
      logger.info({}, "stopped");
    },
  };
}
