/** Somebody in the local workspace. */
export interface LocalPerson {
  /** Starts with U, e.g. `U0ANA`. */
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  /** A guest: may look, is no full member. */
  readonly guest?: boolean;
  readonly deactivated?: boolean;
  /** The workspace they belong to, when it is another one. */
  readonly team?: string;
}

export interface LocalGroup {
  /** Starts with S, e.g. `S0SRE`. */
  readonly id: string;
  /** Without the `@`. */
  readonly handle: string;
  /** Ids of people. */
  readonly members: readonly string[];
}

export interface LocalChannel {
  readonly name: string;
  readonly private?: boolean;
  /** Whether the app is in it; true unless said otherwise. */
  readonly app?: boolean;
  /** Ids of people; everybody unless said otherwise. */
  readonly members?: readonly string[];
}

export interface Workspace {
  readonly people: readonly LocalPerson[];
  readonly groups: readonly LocalGroup[];
  readonly channels: readonly LocalChannel[];
}

/** What the local workspace and the app in it are called: the same in every run. */
export const TEAM_ID = "T000000001";
export const APP_ID = "A0SLIPWAY";
export const BOT_ID = "B0SLIPWAY";
export const BOT_USER_ID = "U0SLIPWAY";
export const BOT_NAME = "slipway";
export const BOT_TOKEN = "xoxb-local-slipway";
export const APP_TOKEN = "xapp-1-local-slipway";
export const SIGNING_SECRET = "local-signing-secret";

export function findPerson(workspace: Workspace, id: string): LocalPerson {
  const person = workspace.people.find((candidate) => candidate.id === id);
  if (person === undefined) throw new Error(`there is no person ${id} in the local workspace`);
  return person;
}

/** A person as Slack's users.info shows them. */
export function userObject(person: LocalPerson): Readonly<Record<string, unknown>> {
  const team = person.team ?? TEAM_ID;
  return {
    id: person.id,
    team_id: team,
    name: person.name,
    real_name: person.realName,
    deleted: person.deactivated ?? false,
    is_bot: false,
    is_restricted: person.guest ?? false,
    is_ultra_restricted: false,
    is_stranger: team !== TEAM_ID,
    profile: {
      display_name: person.name,
      real_name: person.realName,
      // Slack does not show the addresses of people of other workspaces.
      ...(team === TEAM_ID ? { email: person.email } : {}),
    },
  };
}
