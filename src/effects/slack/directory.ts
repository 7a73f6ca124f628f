import type { Directory, Person, PersonId, Principal } from "../../core/actor.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { ExpiringCache } from "./expiring-cache.ts";
import { type PersonMapping, personFrom, type SlackUser } from "./person-from.ts";
import { SlackCallError } from "./slack-call-error.ts";
import type { SlackClient } from "./slack-client.ts";

/** How Slack's limits allow it: lists twenty times a minute, people a hundred times. */
const GROUPS_LIVE: Milliseconds = 60_000;
const MEMBERS_LIVE: Milliseconds = 5 * 60_000;
const ADDRESS_LIVES: Milliseconds = 5 * 60_000;
const PERSON_LIVES: Milliseconds = 60_000;

/** Who must be notified, as Slack mentions them. */
export type Mention =
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "person"; readonly id: PersonId };

/** Who people are, and who stands behind the names of the configuration. */
export interface SlackDirectory {
  /**
   * The people behind each principal: `@handle` of a user group, an e-mail address, a Slack user id,
   * `github:<login>` or a bare login. Never throws: `null` where Slack could not say.
   */
  resolve(principals: readonly Principal[]): Promise<Directory>;
  /** `teamId`: the workspace the person acted from. @throws SlackCallError when Slack cannot say */
  person(userId: PersonId, teamId: string): Promise<Person>;
  /** Whom to mention for these principals; those that cannot be resolved are left out. Never throws. */
  mentions(principals: readonly Principal[]): Promise<readonly Mention[]>;
  /** User groups have changed. */
  forgetGroups(): void;
}

export function createDirectory(options: {
  readonly client: SlackClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Our own workspace. */
  readonly teamId: string;
  /** As now configured. */
  readonly mappings: () => readonly PersonMapping[];
}): SlackDirectory {
  const { client, clock, log, teamId: ownTeam, mappings } = options;
  const groups = new ExpiringCache<ReadonlyMap<string, string>>({ clock, lives: GROUPS_LIVE });
  const members = new ExpiringCache<readonly PersonId[]>({ clock, lives: MEMBERS_LIVE });
  const addresses = new ExpiringCache<readonly PersonId[]>({ clock, lives: ADDRESS_LIVES });
  const users = new ExpiringCache<SlackUser | null>({ clock, lives: PERSON_LIVES });

  async function groupId(handle: string): Promise<string | null> {
    const ids = await groups.get("all", async () => {
      const { usergroups = [] } = await client.usergroups.list();
      return new Map(
        usergroups.flatMap(({ id, handle: name }) =>
          id === undefined || name === undefined ? [] : [[name.toLowerCase(), id] as const],
        ),
      );
    });
    return ids.get(handle) ?? null;
  }

  async function membersOf(handle: string): Promise<readonly PersonId[]> {
    const id = await groupId(handle);
    // Slack did say: there is no such group, so nobody is in it.
    if (id === null) return [];
    return members.get(id, async () => {
      const answer = await nobodyIf(["no_such_subteam"], () =>
        client.usergroups.users.list({ usergroup: id }),
      );
      return answer?.users ?? [];
    });
  }

  function withAddress(email: string): Promise<readonly PersonId[]> {
    const mapped = mappings().find((mapping) => mapping.email?.toLowerCase() === email);
    if (mapped !== undefined) return Promise.resolve([mapped.slack]);
    return addresses.get(email, async () => {
      const answer = await nobodyIf(["users_not_found"], () =>
        client.users.lookupByEmail({ email }),
      );
      return answer?.user?.id === undefined ? [] : [answer.user.id];
    });
  }

  function withLogin(login: string): readonly PersonId[] {
    const mapped = mappings().find(({ github }) => github?.toLowerCase() === login);
    return mapped === undefined ? [] : [mapped.slack];
  }

  async function peopleBehind(principal: Principal): Promise<readonly PersonId[]> {
    if (isPersonId(principal)) return [principal];
    const name = principal.toLowerCase();
    if (name.startsWith("@")) return membersOf(name.slice(1));
    if (name.startsWith("github:")) return withLogin(name.slice("github:".length));
    return name.includes("@") ? withAddress(name) : withLogin(name);
  }

  async function peopleOrNull(principal: Principal): Promise<readonly PersonId[] | null> {
    try {
      return await peopleBehind(principal);
    } catch (error) {
      log.warn({ principal, error: errorText(error) }, "slack principal not resolved");
      return null;
    }
  }

  return {
    async resolve(principals) {
      const unique = [...new Set(principals)];
      const people = await Promise.all(unique.map(peopleOrNull));
      return Object.fromEntries(
        unique.map((principal, index) => [principal, people[index] ?? null]),
      );
    },

    async person(userId, teamId) {
      const user = await users.get(userId, async () => {
        const answer = await nobodyIf(["user_not_found", "user_not_visible"], () =>
          client.users.info({ user: userId }),
        );
        return answer?.user ?? null;
      });
      return personFrom({ userId, user, teamId, ownTeam, mappings: mappings() });
    },

    async mentions(principals) {
      const mentions = await Promise.all(
        [...new Set(principals)].map(async (principal): Promise<readonly Mention[]> => {
          if (!principal.startsWith("@")) {
            const people = (await peopleOrNull(principal)) ?? [];
            return people.map((id) => ({ kind: "person", id }));
          }
          const id = await groupId(principal.slice(1).toLowerCase()).catch(() => null);
          return id === null ? [] : [{ kind: "group", id }];
        }),
      );
      return mentions.flat();
    },

    forgetGroups() {
      groups.clear();
      members.clear();
    },
  };
}

/** null where Slack says by one of these codes that there is nobody; any other failure stays one. */
async function nobodyIf<T>(codes: readonly string[], call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof SlackCallError && codes.includes(error.code)) return null;
    throw error;
  }
}

function isPersonId(principal: Principal): boolean {
  return /^[UW][A-Z0-9]{2,}$/.test(principal);
}
