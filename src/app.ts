import { createAuditAnswer } from "./audit-answer.ts";
import { createBuildInbox } from "./build-inbox.ts";
import { createBurst } from "./burst.ts";
import type { PolicyStore } from "./config/policy-store.ts";
import type { Settings, SlackSettings } from "./config/settings.ts";
import { createConnections } from "./connections.ts";
import { assess } from "./core/watch/assess.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createWatchLook } from "./effects/charts/watch-look.ts";
import { createDecisionHandlers } from "./effects/decision-handlers.ts";
import { createGitHub } from "./effects/github/github-client.ts";
import type { JobHandlers } from "./effects/job-handler.ts";
import { createLookupHandler } from "./effects/lookups/lookup-handler.ts";
import { LOOKUP_READERS } from "./effects/lookups/registry.ts";
import { createNotesHandler } from "./effects/notes/notes-handler.ts";
import { createOperationHandlers } from "./effects/operations/operation-handlers.ts";
import { createEpisodeReplayer } from "./effects/replay/replay-episode.ts";
import { createFalseAlarmReplay } from "./effects/replay/replay-false-alarm.ts";
import { createSinkHandler } from "./effects/sinks/sink-handler.ts";
import { createConfirmHandler, createGuardHandler } from "./effects/watch/guard-handler.ts";
import { createCheckMeter } from "./effects/watch/measure-checks.ts";
import { createWatchHandler } from "./effects/watch/watch-handler.ts";
import { createWorker, SHARED_LEASE, type WorkerOptions } from "./effects/worker.ts";
import { createCronClock } from "./intake/cron-clock.ts";
import { createHooks } from "./intake/hooks.ts";
import { createHttpServer } from "./intake/http-server.ts";
import { createKeySets } from "./intake/sources/key-sets.ts";
import { createSourceAdapters } from "./intake/sources/registry.ts";
import { createJobQueue } from "./job-queue.ts";
import { keptSamplesIn } from "./kept-samples.ts";
import { componentStream, type Ledger } from "./ledger/ledger.ts";
import type { ReplicaReport } from "./ledger/replicas.ts";
import { createLiveReleases } from "./live-releases.ts";
import { createLookupInbox } from "./lookup-inbox.ts";
import { measure } from "./measure.ts";
import { measureProcess } from "./measure-process.ts";
import { readEpisodes } from "./read-episodes.ts";
import { intakeReadinessOf, readinessOf } from "./readiness.ts";
import { createReplicaWatch } from "./replica-watch.ts";
import { createReviews } from "./reviews.ts";
import type { Clock } from "./shared/clock.ts";
import type { Logger } from "./shared/logger.ts";
import type { Telemetry } from "./shared/telemetry.ts";
import { createSlackSide } from "./slack-side.ts";
import { createStateReader } from "./state-reader.ts";
import { createStatsAnswer } from "./stats-answer.ts";

export interface AppPorts {
  readonly settings: Settings & { readonly slack: SlackSettings };
  readonly store: PolicyStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** The process's environment, of which command deployers see an allow-list. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who this replica says that it is. */
  readonly self: Pick<ReplicaReport, "host" | "version">;
  readonly random: () => number;
  readonly newId: () => string;
  /** How it claims jobs, where that is to differ from what ships. */
  readonly worker?: WorkerTiming;
  /** Begins nothing that touches a deployment or a metrics server: such jobs wait. */
  readonly withoutDeployments?: boolean;
}

export type WorkerTiming = Pick<WorkerOptions, "lease" | "poll">;

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

/** Wires the parts together; starts nothing. */
export function buildApp(ports: AppPorts): App {
  const { settings, store, ledger, clock, logger, telemetry, random } = ports;
  const { withoutDeployments = false } = ports;
  const policy = () => store.policy();
  const shared = settings.databaseUrl !== null;
  const state = createStateReader(ledger, policy);
  const dispatcher = createDispatcher({
    ledger,
    policy,
    clock,
    onChange: (change) => measure(telemetry, change),
  });
  const { dispatch } = dispatcher;
  const burst = createBurst(clock);
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
    sights: {
      look: createWatchLook({
        sources: connections.metrics,
        assess,
        kept: keptSamplesIn(ledger),
        clock,
      }),
      replayFalseAlarm: createFalseAlarmReplay({
        state,
        episodes: (component, since) => readEpisodes(ledger, component, since),
        replayer: createEpisodeReplayer({ sources: connections.metrics, clock }),
        clock,
      }),
      audit: createAuditAnswer(ledger),
      stats: createStatsAnswer({ state, ledger, clock }),
    },
    clock,
    logger,
    telemetry,
    shared,
  });

  const sinks = createSinkHandler({ sinks: () => store.current().sinks, clock, random, telemetry });
  const meter = createCheckMeter({ sources: connections.metrics, assess, clock, telemetry });
  const measuring = { state, meter, clock, random };
  const handlers: JobHandlers = {
    ...slack.handlers,
    ...createOperationHandlers({ deployers: connections.deployers, state, clock, logger, random }),
    ...createDecisionHandlers({
      random,
      components,
      calmed: burst.calmed,
      dispatch: (command) => dispatch(command, []),
    }),
    lookup: createLookupHandler({
      sources: () => store.current().sources,
      repositoryOf: (component) => policy().components[component]?.repository ?? null,
      readers: LOOKUP_READERS,
      clock,
      random,
    }),
    watch: createWatchHandler(measuring),
    guard: createGuardHandler(measuring),
    confirm: createConfirmHandler(measuring),
    notes: createNotesHandler({
      github,
      state,
      isElsewhere: (source) => store.current().sources[source]?.type === "gitlab",
      clock,
      random,
    }),
    sink: sinks.handler,
  };
  const worker = createWorker({
    queue: createJobQueue(ledger, dispatcher, clock),
    handlers,
    clock,
    logger,
    telemetry,
    countJobs: () => ledger.jobs(clock.now()),
    slots: withoutDeployments ? { operations: 0, watches: 0 } : {},
    ...(shared ? { lease: SHARED_LEASE } : {}),
    ...ports.worker,
  });

  const live = createLiveReleases({ ledger, telemetry, clock, logger });
  const replicaWatch = createReplicaWatch({
    replicas: ledger.replicas,
    report: () => ({ ...ports.self, configuration: store.current().digest }),
    clock,
    logger,
    telemetry,
    onOutdated: () => {
      logger.warn({}, "a newer version has taken over: Slack is left to it");
      void slack.handOver();
    },
  });
  let stopping = false;
  const readiness = () =>
    readinessOf({
      stopping,
      ledger: ledger.health(),
      worker: worker.health(),
      slack: { problems: slack.problems(), warnings: slack.warnings() },
      configuration: store.lastProblem(),
      replicas: replicaWatch.warnings(),
      sinks: sinks.warnings(),
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
        await live.refresh();
        return telemetry.registry.metrics();
      },
    },
    hooks: createHooks({
      adapters: createSourceAdapters({ keySets: createKeySets({ fetch, clock }) }),
      sources: () => store.current().sources,
      components: () => store.policy().components,
      register: createBuildInbox({ ledger, dispatch, clock, burst }),
      lookUp: createLookupInbox({ ledger, clock }),
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
    const recorded = [...(await ledger.versions()).keys()]
      .filter((stream) => stream.startsWith(prefix))
      .map((stream) => stream.slice(prefix.length));
    return [...new Set([...Object.keys(store.policy().components), ...recorded])];
  }

  const reviews = createReviews({ components, dispatch, clock, logger });

  function scheduleDigest(): void {
    const { slack: configured, timezone } = store.policy();
    digestClock.set(configured.digest, timezone);
  }

  let unsubscribe = (): void => {};
  return {
    async start() {
      unsubscribe = store.onChange(() => {
        replicaWatch.configured();
        scheduleDigest();
        reviews.begin();
      });
      store.start();
      scheduleDigest();
      const port = await server.start();
      await slack.start();
      reviews.begin();
      worker.start();
      replicaWatch.start();
      logger.info({ port, mode: settings.slack.mode }, "started");
      return port;
    },
    async stop(grace) {
      stopping = true;
      logger.info({}, "stopping");
      unsubscribe();
      store.stop();
      await digestClock.stop();
      await reviews.stop();
      await replicaWatch.stop();
      await server.stop(grace * INTAKE_SHARE);
      await slack.stop();
      await worker.stop(grace * WORKER_SHARE);
      await ledger.close();
      logger.info({}, "stopped");
    },
  };
}
