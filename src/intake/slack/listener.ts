import { randomUUID } from "node:crypto";
import type { DetailsPosition } from "../../cards/ids.ts";
import type { Directory, Person } from "../../core/actor.ts";
import type { Command } from "../../core/command.ts";
import type { Outcome } from "../../core/outcome.ts";
import { refusal } from "../../core/refusal.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { plainMessage } from "../../shared/plain-message.ts";
import type { Answers, Desk, Query, Reply, ShownModal } from "./desk.ts";
import { plainModal } from "./plain-modal.ts";

/** What every listener works with. */
export interface ListenerContext {
  readonly desk: Desk;
  readonly answers: Answers;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Who did something. */
export interface Asker {
  readonly user: string;
  readonly team: string;
}

/** What became of it, for the person who did it. */
export type Result =
  | Outcome
  /** The world is broken; the sentence says so without saying how. */
  | { readonly kind: "failed"; readonly sentence: string };

/**
 * Finds out who asks, and dispatches what they ask for. Never rejects: who cannot be identified is
 * refused, and what breaks is logged with a reference that the person is told.
 */
export async function dispatchAs(
  context: ListenerContext,
  asker: Asker,
  request: {
    /** null: everything. */
    readonly component: string | null;
    readonly commandId: string;
    command(person: Person, directory: Directory): Command;
  },
): Promise<Result> {
  const known = await identify(context, asker, request.component);
  if (known === null) {
    const sentence =
      "Who you are and who may do this could not be looked up, so nothing was changed. Try again in a minute.";
    return { kind: "refused", refusal: refusal("directory_unavailable", sentence), release: null };
  }
  try {
    const command = request.command(known.person, known.directory);
    return await context.desk.dispatch(command, [request.commandId]);
  } catch (error) {
    const sentence =
      "That failed, and may not have been recorded. Look at the card, then try again in a minute.";
    return { kind: "failed", sentence: failure(context, error, sentence) };
  }
}

/** Logs what broke, and returns what the person is told: the sentence, and where the log tells more. */
function failure(context: ListenerContext, error: unknown, sentence: string): string {
  const reference = randomUUID().slice(0, 8);
  context.log.error({ reference, error: errorText(error) }, "slack request failed");
  return `${sentence} Reference for the log: ${reference}.`;
}

/** What the desk draws, or that it could not. Never rejects. */
export async function askDesk(context: ListenerContext, query: Query): Promise<Reply> {
  try {
    return await context.desk.ask(query);
  } catch (error) {
    const sentence = "That could not be shown. Try again in a minute.";
    return plainMessage(failure(context, error, sentence));
  }
}

/** A page of the details, or that it could not be drawn. Never rejects. */
export async function drawDetails(
  context: ListenerContext,
  position: DetailsPosition,
): Promise<ShownModal> {
  try {
    return await context.desk.details(position);
  } catch (error) {
    const sentence = "That could not be shown. Close this and click Details again in a minute.";
    return plainModal("Release details", plainMessage(failure(context, error, sentence)));
  }
}

/** Tells one person something, by the first way that works. */
export async function tellPrivately(
  context: ListenerContext,
  to: {
    readonly user: string;
    readonly channel: string | null;
    readonly responseUrl: string | null;
  },
  reply: Reply,
): Promise<void> {
  const { answers, log } = context;
  const { user, channel, responseUrl } = to;
  const ways = [
    ...(responseUrl === null ? [] : [() => answers.respond(responseUrl, reply)]),
    ...(channel === null ? [] : [() => answers.ephemeral({ channel, user }, reply)]),
    () => answers.direct(user, reply),
  ];
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      log.warn({ user, error: errorText(error) }, "slack answer not delivered");
    }
  }
  log.error({ user }, "slack answer lost");
}

/** What a result says to the person; null where the card says enough. */
export function replyTo(result: Result, desk: Pick<Desk, "explain">): Reply | null {
  switch (result.kind) {
    case "accepted":
      return result.sentence === null ? null : plainMessage(result.sentence);
    case "duplicate":
      return null;
    case "refused":
      return desk.explain(result.refusal);
    case "failed":
      return plainMessage(result.sentence);
  }
}

async function identify(
  context: ListenerContext,
  asker: Asker,
  component: string | null,
): Promise<{ readonly person: Person; readonly directory: Directory } | null> {
  try {
    const [person, directory] = await Promise.all([
      context.desk.person(asker.user, asker.team),
      context.desk.directory(component),
    ]);
    return { person, directory };
  } catch (error) {
    context.log.warn({ user: asker.user, error: errorText(error) }, "slack directory unavailable");
    return null;
  }
}
