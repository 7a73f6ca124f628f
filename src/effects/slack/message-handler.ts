import { freezesOf } from "../../cards/headline/brakes.ts";
import type { Message } from "../../cards/message.ts";
import type { ReleaseView } from "../../cards/view.ts";
import { hasCard, messageName, messageSince } from "../../core/card-place.ts";
import type { SystemCommand } from "../../core/command.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { authorsOf } from "../../core/permission.ts";
import type { MessageKey, MessageRef, Release } from "../../core/release.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import { readRelations } from "../read-relations.ts";
import type { StateReader } from "../state-reader.ts";
import { channelOf, type TroubleReport, troubleOf } from "./channel-trouble.ts";
import type { Channels } from "./channels.ts";
import type { SlackDirectory } from "./directory.ts";
import { laterWhenLimited, slackRetryDelay } from "./job-timing.ts";
import { authorPrincipal, componentPrincipals } from "./principals.ts";
import type { Published, Publisher, PublishRequest } from "./publisher.ts";
import { SlackCallError } from "./slack-call-error.ts";

/** Long enough to list a large workspace's channels. */
const TIMEOUT: Milliseconds = 60_000;

/** What a message is drawn from; what may be done now is the drawing's own business. */
export type DrawnFrom = Omit<ReleaseView, "offers">;

export interface MessageHandlerOptions {
  readonly publisher: Publisher;
  readonly channels: Channels;
  readonly directory: Pick<SlackDirectory, "resolve">;
  readonly state: StateReader;
  /** null: there is nothing (any more) that this message would show. */
  readonly draw: (key: MessageKey, from: DrawnFrom) => Message | null | Promise<Message | null>;
  readonly trouble: TroubleReport;
}

/** Makes one message of a release equal to what is drawn from the state, in the channel it belongs to. */
export function createMessageHandler(options: MessageHandlerOptions): JobHandler<"message"> {
  const { publisher, channels, directory, state, draw, trouble } = options;

  async function drawn(body: MessageBody, now: number) {
    const [component, global] = await Promise.all([
      state.component(body.component),
      state.global(),
    ]);
    const release =
      component.releases[body.release] ?? (await state.release(body.component, body.release));
    if (release === null || (body.key === CARD && !hasCard(release))) return null;
    const policy = state.policy().components[body.component] ?? null;
    const authors = authorsOf(release);
    const people = await directory.resolve([
      ...(policy === null ? [] : componentPrincipals(policy)),
      ...authors.map(authorPrincipal),
    ]);
    const { version } = release;
    const relations = await readRelations(state, { component: body.component, version });
    const named = authors.map(
      (author) => [author, people[authorPrincipal(author)] ?? null] as const,
    );
    const from: DrawnFrom = {
      state: component,
      release,
      policy,
      directory: { ...people, ...Object.fromEntries(named) },
      excluded: named.flatMap(([, ids]) => ids ?? []),
      freeze: global.freeze,
      relations,
      now,
    };
    const message = await draw(body.key, from);
    return message === null ? null : { release, message, until: outdatedAt(from) };
  }

  async function publish(
    body: MessageBody,
    { release, message }: { readonly release: Release; readonly message: Message },
    run: Run,
  ): Promise<Published> {
    const configured = channelOf(state.policy(), body.component);
    const ref = release.messages[body.key] ?? null;
    const content = {
      key: `${messageName(release, body.key)}/${body.key}`,
      message,
      since: messageSince(release, body.key),
      signal: run.signal,
    };
    try {
      const published = await publishIn(ref, configured, content);
      if (published.kind === "published") trouble.clear(body.component);
      return published;
    } catch (error) {
      if (isChannelError(error)) channels.forget(configured);
      const found = troubleOf(error, { channel: configured, component: body.component });
      if (found !== null) trouble.raise(found);
      throw error;
    }
  }

  /** Where the message stands, or else in the configured channel. */
  async function publishIn(
    ref: MessageRef | null,
    configured: string,
    content: Omit<PublishRequest, "channel" | "ref">,
  ): Promise<Published> {
    if (ref !== null) {
      try {
        return await joining({ ...content, channel: ref.channel, ref });
      } catch (error) {
        // The channel it stands in is lost; the configuration may name another one by now.
        if (!isChannelError(error)) throw error;
        const elsewhere = await channels.resolve(configured).catch(() => ref.channel);
        if (elsewhere === ref.channel) throw error;
      }
    }
    return joining({ ...content, channel: await channels.resolve(configured), ref: null });
  }

  /** Publishes, and joins the channel first where that is what lacks. */
  async function joining(request: PublishRequest): Promise<Published> {
    try {
      return await publisher.publish(request);
    } catch (error) {
      if (!isChannelError(error) || error.code !== "not_in_channel") throw error;
      await channels.join(request.channel);
      return publisher.publish(request);
    }
  }

  return {
    timeout: TIMEOUT,
    attempts: Number.POSITIVE_INFINITY,
    retryDelay: slackRetryDelay,
    buried: () => null,
    run: (body, run) =>
      laterWhenLimited(run, async () => {
        const wanted = await drawn(body, run.now);
        if (wanted === null) return { kind: "done", command: null };
        const published = await publish(body, wanted, run);
        return resultOf(published, body, wanted);
      }),
  };
}

const CARD: MessageKey = "card";

type MessageBody = Parameters<JobHandler<"message">["run"]>[0];

/** Slack could not say who somebody is: it is asked again, because the card says that nobody can approve. */
const ASKED_AGAIN: Milliseconds = 30_000;

/**
 * When the message may be wrong although nothing happens that would draw it anew: the first freeze that it
 * shows ends, or Slack may say again who people are.
 */
function outdatedAt(from: DrawnFrom): Instant | null {
  if (from.release.status.kind !== "candidate") return null;
  const ends = freezesOf(from).flatMap(({ until }) => until ?? []);
  const approvers = from.policy?.environments.flatMap(({ approval }) => approval) ?? [];
  const isUnsaid = approvers.some((rule) => rule.from.some((one) => from.directory[one] === null));
  const times = [...ends, ...(isUnsaid ? [from.now + ASKED_AGAIN] : [])];
  return times.length === 0 ? null : Math.min(...times);
}

function resultOf(
  published: Published,
  body: MessageBody,
  { release, until }: { readonly release: Release; readonly until: Instant | null },
): JobResult {
  const { ref } = published;
  const known = release.messages[body.key];
  const command: SystemCommand | null =
    ref === null || (known?.channel === ref.channel && known.ts === ref.ts)
      ? null
      : {
          type: "RecordMessage",
          component: body.component,
          release: body.release,
          key: body.key,
          channel: ref.channel,
          ts: ref.ts,
        };
  const at = published.kind === "later" ? published.at : until;
  return at === null ? { kind: "done", command } : { kind: "later", at, command };
}

function isChannelError(error: unknown): error is SlackCallError {
  return error instanceof SlackCallError && error.kind === "channel";
}
