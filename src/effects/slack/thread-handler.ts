import { createHash } from "node:crypto";
import type { Message } from "../../cards/message.ts";
import type { ThreadView } from "../../cards/view.ts";
import { hasCard } from "../../core/card-place.ts";
import { canonicalJson, type Instant, type Json, type Milliseconds } from "../../core/json.ts";
import { AdapterError } from "../../shared/errors.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import type { StateReader } from "../state-reader.ts";
import { channelOf, type TroubleReport, troubleOf } from "./channel-trouble.ts";
import type { SlackDirectory } from "./directory.ts";
import { slackRetryDelay } from "./job-timing.ts";
import type { Publisher } from "./publisher.ts";
import { SlackCallError } from "./slack-call-error.ts";

const TIMEOUT: Milliseconds = 60_000;
/** How soon to look whether the card is there, and how rarely at last. */
const FIRST_LOOK: Milliseconds = 200;
const LONGEST_LOOK: Milliseconds = 60_000;
/** The card that a thread hung on was deleted: how often to look whether there is a new one. */
const TRIES_WITHOUT_CARD = 10;

export interface ThreadHandlerOptions {
  readonly publisher: Publisher;
  readonly directory: Pick<SlackDirectory, "mentions">;
  readonly state: StateReader;
  /** null: nothing of this is shown in the thread. */
  readonly draw: (from: ThreadView) => Message | null;
  readonly trouble: TroubleReport;
}

/** Adds to the thread under a release's card. */
export function createThreadHandler(options: ThreadHandlerOptions): JobHandler<"thread"> {
  const { publisher, directory, state, draw, trouble } = options;
  return {
    timeout: TIMEOUT,
    attempts: Number.POSITIVE_INFINITY,
    retryDelay: slackRetryDelay,
    buried: () => null,

    async run(body, run): Promise<JobResult> {
      const component = await state.component(body.component);
      const release =
        component.releases[body.release] ?? (await state.release(body.component, body.release));
      if (release === null || !hasCard(release)) return DONE;
      const card = release.messages.card;
      if (card === undefined) return { kind: "later", at: whenPosted(body, run), command: null };
      const mentions = await directory.mentions(body.mention);
      const policy = state.policy().components[body.component] ?? null;
      const { lines, broadcast } = body;
      const message = draw({ state: component, release, policy, lines, broadcast, mentions });
      if (message === null) return DONE;
      try {
        const replied = await publisher.reply({
          channel: card.channel,
          threadTs: card.ts,
          key: keyOf(body),
          message,
          broadcast: body.broadcast,
          attempt: run.attempt,
          signal: run.signal,
        });
        if (replied.kind === "later") return { kind: "later", at: replied.at, command: null };
        trouble.clear(body.component);
        return DONE;
      } catch (error) {
        const channel = channelOf(state.policy(), body.component);
        const found = troubleOf(error, { channel, component: body.component });
        if (found !== null) trouble.raise(found);
        throw cardMayComeBack(error, run.attempt) ? asRetryable(error) : error;
      }
    },
  };
}

const DONE: JobResult = { kind: "done", command: null };

type ThreadBody = Parameters<JobHandler<"thread">["run"]>[0];

/** The card is being posted at the same time, or cannot be: soon at first, and then ever more rarely. */
function whenPosted({ lines }: ThreadBody, { now, due }: Run): Instant {
  const since = lines[0]?.fact.at ?? due;
  return now + Math.min(Math.max(FIRST_LOOK, now - since), LONGEST_LOOK);
}

/** The same for every run of one job: its lines carry the instants of what happened. */
function keyOf(body: ThreadBody): string {
  const text = canonicalJson(body as unknown as Json);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 32);
  return `${body.release}/thread/${digest}`;
}

/** A card deleted by hand is posted anew by its next change, and the thread goes on under that one. */
function cardMayComeBack(error: unknown, attempt: number): boolean {
  const gone = error instanceof SlackCallError && error.kind === "gone";
  return gone && attempt < TRIES_WITHOUT_CARD;
}

function asRetryable(cause: unknown): AdapterError {
  return new AdapterError("the card was deleted, and there is no new one yet", {
    retryable: true,
    cause,
  });
}
