import type { App as BoltApp } from "@slack/bolt";
import { drawDigest } from "./cards/digest.ts";
import { drawThread } from "./cards/thread-lines.ts";
import type { PersonMapping } from "./config/configuration.ts";
import type { SlackSettings } from "./config/settings.ts";
import type { Principal } from "./core/actor.ts";
import type { JobKind } from "./core/job.ts";
import type { Dispatch } from "./core/outcome.ts";
import { drawMessage } from "./drawings.ts";
import { createChartDesk } from "./effects/charts/chart-desk.ts";
import { CHART_ATTEMPTS, createChartHandler } from "./effects/charts/chart-handler.ts";
import { createPictureTrouble } from "./effects/charts/picture-trouble.ts";
import { createRasteriser } from "./effects/charts/rasteriser.ts";
import type { JobHandler, JobHandlers } from "./effects/job-handler.ts";
import { createSlackAnswers } from "./effects/slack/answers.ts";
import { Troubles } from "./effects/slack/channel-trouble.ts";
import { createChannels } from "./effects/slack/channels.ts";
import { createDigestHandler, DIGEST_ATTEMPTS } from "./effects/slack/digest-handler.ts";
import { createDirectory } from "./effects/slack/directory.ts";
import { slackRetryDelay } from "./effects/slack/job-timing.ts";
import { createMessageHandler } from "./effects/slack/message-handler.ts";
import { SlackPublisher } from "./effects/slack/publisher.ts";
import { SlackCallError } from "./effects/slack/slack-call-error.ts";
import {
  authenticate,
  createSlackClients,
  type SlackIdentity,
} from "./effects/slack/slack-client.ts";
import { tellOwners } from "./effects/slack/tell-owners.ts";
import { createThreadHandler } from "./effects/slack/thread-handler.ts";
import { createPictureUpload } from "./effects/slack/upload-picture.ts";
import type { StateReader } from "./effects/state-reader.ts";
import type { HttpAnswer } from "./intake/answer.ts";
import { HttpReceiver } from "./intake/slack/http-receiver.ts";
import { createSlackApp } from "./intake/slack/slack-app.ts";
import { SocketReceiver } from "./intake/slack/socket-receiver.ts";
import type { SignedRequest } from "./intake/sources/source.ts";
import type { Clock } from "./shared/clock.ts";
import { AdapterError, ConfigError, errorText } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";
import type { Telemetry } from "./shared/telemetry.ts";
import { createDesk, type Sights } from "./slack-desk.ts";

type SlackJob = Extract<JobKind, "message" | "thread" | "digest" | "chart">;

/** Everything that touches Slack, in and out. */
export interface SlackSide {
  /** What Slack posts over HTTP; null in Socket Mode. */
  readonly receive: ((request: SignedRequest) => Promise<HttpAnswer>) | null;
  readonly handlers: Pick<JobHandlers, SlackJob>;
  /**
   * Finds out who the token belongs to and begins to listen. While Slack cannot be reached it goes on
   * trying; its jobs wait.
   * @throws ConfigError when Slack says that the tokens are no good
   */
  start(): Promise<void>;
  /** Takes nothing more over the socket, so that Slack gives it to other replicas. Its jobs go on. */
  handOver(): Promise<void>;
  /** Takes nothing more, and waits for what has begun. */
  stop(): Promise<void>;
  /** Why it cannot do its work; empty when it can. */
  problems(): readonly string[];
  /** What somebody should mend: channels that cannot be written to. */
  warnings(): readonly string[];
}

const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 60_000;

export function createSlackSide(ports: {
  readonly settings: SlackSettings;
  readonly state: StateReader;
  readonly dispatch: Dispatch;
  readonly people: () => readonly PersonMapping[];
  readonly sights: Sights;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Whether other processes do the same work. */
  readonly shared: boolean;
}): SlackSide {
  const { settings, state, clock, logger: log, telemetry } = ports;
  const { apiUrl, botToken: token } = settings;
  const clients = createSlackClients({ token, apiUrl, log, telemetry });
  const answers = createSlackAnswers(clients.interactive);
  const channels = createChannels({ client: clients.background, clock });
  const receiver =
    settings.mode === "socket"
      ? new SocketReceiver({ appToken: settings.appToken, apiUrl, clock, log })
      : new HttpReceiver({ signingSecret: settings.signingSecret, clock, log });
  const stopping = new AbortController();
  let problem: string | null = "Slack has not been reached yet";
  let app: BoltApp | null = null;
  let handlers: Pick<JobHandlers, SlackJob> | null = null;
  let connecting: Promise<void> = Promise.resolve();
  let leaving: Promise<unknown> | null = null;
  let handedOver = false;

  const troubles = new Troubles((trouble) => {
    log.error(
      { component: trouble.component, channel: trouble.channel, code: trouble.code },
      "slack channel unusable",
    );
    void tell(trouble);
  }, clock);
  let tell: (trouble: Parameters<typeof tellOwners>[0]["trouble"]) => Promise<unknown> =
    async () => {};

  const rasteriser = createRasteriser();
  const pictureTrouble = createPictureTrouble((sentence) => {
    log.warn({ sentence }, "charts cannot be shown");
  });

  async function connect(identity: SlackIdentity): Promise<void> {
    const directory = createDirectory({
      client: clients.interactive,
      clock,
      log,
      teamId: identity.teamId,
      mappings: ports.people,
    });
    tell = (trouble) => {
      const policy = state.policy();
      const owners: readonly Principal[] = policy.components[trouble.component]?.owners ?? [];
      return tellOwners({
        trouble,
        owners: owners.length > 0 ? owners : policy.admins,
        directory,
        answers,
        log,
      });
    };
    const publisher = new SlackPublisher({
      client: clients.background,
      identity,
      clock,
      log,
      shared: ports.shared,
    });
    const common = { publisher, directory, state, trouble: troubles };
    handlers = {
      message: createMessageHandler({
        ...common,
        channels,
        draw: (key, from) => drawMessage(key, from, (who) => directory.mentions(who)),
      }),
      thread: createThreadHandler({ ...common, draw: drawThread }),
      chart: createChartHandler({
        rasteriser,
        upload: createPictureUpload({ client: clients.background, identity, clock }),
        state,
        look: ports.sights.look,
        trouble: pictureTrouble,
        clock,
      }),
      digest: createDigestHandler({ publisher, channels, draw: (since) => digest(since) }),
    };
    const desk = createDesk({
      dispatch: ports.dispatch,
      state,
      directory,
      answers,
      ...ports.sights,
      charts: createChartDesk({
        rasteriser,
        upload: createPictureUpload({ client: clients.interactive, identity, clock }),
        form: () => state.policy().slack.charts,
        trouble: pictureTrouble,
        clock,
      }),
      clock,
    });
    app = await createSlackApp({
      receiver,
      token,
      apiUrl,
      identity,
      context: { desk, answers, clock, log },
      onGroupsChanged: directory.forgetGroups,
    });
    if (!handedOver) await app.start();
    problem = null;
  }

  function leave(): Promise<unknown> {
    leaving ??= app === null ? null : app.stop();
    return leaving ?? Promise.resolve();
  }

  async function digest(since: number) {
    const policies = Object.values(state.policy().components);
    const components = await Promise.all(
      policies.map(async (policy) => ({ policy, state: await state.component(policy.name) })),
    );
    const { freeze } = await state.global();
    return drawDigest({ components, freeze, since, now: clock.now() });
  }

  /** Resolves when it is connected, or has been told to stop. */
  async function keepTrying(): Promise<void> {
    for (
      let wait = FIRST_RETRY;
      !stopping.signal.aborted;
      wait = Math.min(wait * 2, LONGEST_RETRY)
    ) {
      await clock.sleep(wait, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await connect(await authenticate(clients.interactive));
        log.info({}, "slack reached");
        return;
      } catch (error) {
        problem = `Slack cannot be reached: ${errorText(error)}`;
        log.warn({ error: errorText(error) }, "slack not reached");
      }
    }
  }

  function late<K extends SlackJob>(kind: K, attempts = Number.POSITIVE_INFINITY): JobHandler<K> {
    const present = () => handlers?.[kind] as JobHandler<K> | undefined;
    return {
      timeout: 60_000,
      attempts,
      retryDelay: slackRetryDelay,
      buried: () => null,
      run: async (body, run) => {
        const handler = present();
        if (handler === undefined) {
          throw new AdapterError("Slack has not been reached yet", { retryable: true });
        }
        return handler.run(body, run);
      },
    };
  }

  return {
    handlers: {
      message: late("message"),
      thread: late("thread"),
      digest: late("digest", DIGEST_ATTEMPTS),
      chart: late("chart", CHART_ATTEMPTS),
    },
    receive:
      receiver instanceof HttpReceiver ? receiveWith(receiver, clock, () => app !== null) : null,
    async start() {
      let identity: SlackIdentity;
      try {
        identity = await authenticate(clients.interactive);
      } catch (error) {
        if (error instanceof SlackCallError && error.kind === "credentials") {
          throw new ConfigError([`SLACK_BOT_TOKEN: ${error.message}`]);
        }
        problem = `Slack cannot be reached: ${errorText(error)}`;
        log.warn({ error: errorText(error) }, "slack not reached");
        connecting = keepTrying();
        return;
      }
      await connect(identity);
    },
    async handOver() {
      if (!(receiver instanceof SocketReceiver)) return;
      handedOver = true;
      await leave();
    },
    async stop() {
      stopping.abort();
      await connecting;
      await leave();
    },
    problems: () => {
      const socket = receiver instanceof SocketReceiver && app !== null ? receiver.problem() : null;
      return [problem, socket].flatMap((reason) => (reason === null ? [] : [reason]));
    },
    warnings: () => [
      ...troubles.list().map(({ sentence }) => sentence),
      ...[pictureTrouble.sentence()].flatMap((sentence) => sentence ?? []),
    ],
  };
}

function receiveWith(
  receiver: HttpReceiver,
  clock: Clock,
  ready: () => boolean,
): (request: SignedRequest) => Promise<HttpAnswer> {
  return async ({ headers, body }) => {
    if (!ready()) return { status: 503, body: null, headers: { "retry-after": "5" } };
    return receiver.handle(body, headers, clock.now());
  };
}
