import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { SlackCallError } from "./slack-call-error.ts";
import type { SlackClient } from "./slack-client.ts";

const PAGE = 1000;
/** A name that is not there is looked for again after this long. */
const LIST_LIVES: Milliseconds = 60_000;
const CHANNEL_ID = /^[CDG][A-Z0-9]{5,}$/;

/** The channels of the workspace, as the configuration names them. */
export interface Channels {
  /**
   * The id of a channel given by name (with or without `#`) or by id.
   * @throws SlackCallError `channel_not_found`, or that of the listing
   */
  resolve(nameOrId: string): Promise<string>;
  /** Forgets the id behind a name: it is looked for again, though not more often than once a minute. */
  forget(nameOrId: string): void;
  /**
   * Joins a public channel.
   * @throws SlackCallError `not_in_channel`, with what a person must do, where the app may not join by itself
   */
  join(id: string): Promise<void>;
}

export function createChannels(options: {
  readonly client: SlackClient;
  readonly clock: Clock;
}): Channels {
  const { client, clock } = options;
  const ids = new Map<string, string>();
  let cursor: string | null = null;
  let listedAt = Number.NEGATIVE_INFINITY;
  let listing: Promise<void> | null = null;

  /** A listing that was stopped by a rate limit goes on where it was: large workspaces have many pages. */
  async function list(): Promise<void> {
    try {
      do {
        const page = await client.conversations.list({
          types: "public_channel,private_channel",
          exclude_archived: true,
          limit: PAGE,
          ...(cursor === null ? {} : { cursor }),
        });
        for (const { id, name } of page.channels ?? []) {
          if (id !== undefined && name !== undefined) ids.set(name, id);
        }
        cursor = page.response_metadata?.next_cursor || null;
      } while (cursor !== null);
      listedAt = clock.monotonic();
    } catch (error) {
      if (!(error instanceof SlackCallError && error.kind === "limited")) cursor = null;
      throw error;
    }
  }

  function refresh(): Promise<void> {
    listing ??= list().finally(() => {
      listing = null;
    });
    return listing;
  }

  return {
    async resolve(nameOrId) {
      if (CHANNEL_ID.test(nameOrId)) return nameOrId;
      const name = plainName(nameOrId);
      if (!ids.has(name) && clock.monotonic() - listedAt >= LIST_LIVES) await refresh();
      const id = ids.get(name);
      if (id !== undefined) return id;
      throw new SlackCallError("conversations.list", "channel_not_found", {
        detail: `the app sees no channel #${name}: check the name in the configuration, and if it is a private channel, invite the app there with "/invite"`,
      });
    },

    forget(nameOrId) {
      ids.delete(plainName(nameOrId));
    },

    async join(id) {
      try {
        await client.conversations.join({ channel: id });
      } catch (error) {
        if (!(error instanceof SlackCallError) || error.kind === "limited") throw error;
        if (error.kind === "uncertain" || error.kind === "unavailable") throw error;
        throw new SlackCallError("conversations.join", "not_in_channel", {
          detail: `the app is not in the channel and may not join it (${error.code}): invite it there with "/invite"`,
          cause: error,
        });
      }
    },
  };
}

function plainName(nameOrId: string): string {
  return nameOrId.replace(/^#/, "").toLowerCase();
}
