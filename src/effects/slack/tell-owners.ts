import type { PersonId, Principal } from "../../core/actor.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { plainMessage } from "../../shared/plain-message.ts";
import type { SlackAnswers } from "./answers.ts";
import type { ChannelTrouble } from "./channel-trouble.ts";
import type { SlackDirectory } from "./directory.ts";

/**
 * Tells the owners of a component, each directly, what keeps its messages from being written. The channel
 * cannot say it: it is the channel that is wrong. Never throws; resolves to the people who were told.
 */
export async function tellOwners(options: {
  readonly trouble: ChannelTrouble;
  readonly owners: readonly Principal[];
  readonly directory: Pick<SlackDirectory, "resolve">;
  readonly answers: Pick<SlackAnswers, "direct">;
  readonly log: Logger;
}): Promise<readonly PersonId[]> {
  const { trouble, owners, directory, answers, log } = options;
  const resolved = await directory.resolve(owners);
  const people = [...new Set(Object.values(resolved).flatMap((members) => members ?? []))];
  const message = plainMessage(trouble.sentence);
  const told = await Promise.all(
    people.map(async (person) => {
      try {
        await answers.direct(person, message);
        return [person];
      } catch (error) {
        log.warn({ person, error: errorText(error) }, "owner not told");
        return [];
      }
    }),
  );
  if (told.flat().length === 0) {
    log.error({ component: trouble.component, channel: trouble.channel }, "no owner could be told");
  }
  return told.flat();
}
