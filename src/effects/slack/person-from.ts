import type { Person, PersonId } from "../../core/actor.ts";

/** One person's names in systems that Slack knows nothing of, from the configuration. */
export interface PersonMapping {
  readonly slack: PersonId;
  readonly github: string | null;
  readonly email: string | null;
}

/** The members of Slack's user object that say who somebody is. */
export interface SlackUser {
  readonly team_id?: string;
  readonly name?: string;
  readonly real_name?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly profile?: {
    readonly display_name?: string;
    readonly real_name?: string;
    readonly email?: string;
  };
  /** On an Enterprise Grid a person belongs to several workspaces. */
  readonly enterprise_user?: { readonly teams?: readonly string[] };
}

/**
 * A person from what Slack says of them. A full member belongs to our workspace, acted from it, and is
 * neither a guest nor a bot nor deactivated; whom Slack does not show us (`user` null) is none.
 */
export function personFrom(facts: {
  readonly userId: PersonId;
  readonly user: SlackUser | null;
  /** The workspace the person acted from. */
  readonly teamId: string;
  readonly ownTeam: string;
  readonly mappings: readonly PersonMapping[];
}): Person {
  const { userId, user, teamId, ownTeam } = facts;
  const mapped = facts.mappings.filter(({ slack }) => slack === userId);
  const identities = [
    user?.profile?.email,
    ...mapped.flatMap(({ email, github }) => [email, github]),
  ].flatMap((identity) => (identity ? [identity.toLowerCase()] : []));
  return {
    kind: "person",
    id: userId,
    name: nameOf(user) ?? userId,
    identities: [...new Set(identities)],
    fullMember: user !== null && isFullMember(user, teamId, ownTeam),
  };
}

function isFullMember(user: SlackUser, teamId: string, ownTeam: string): boolean {
  if (user.deleted || user.is_bot || user.is_stranger) return false;
  if (user.is_restricted || user.is_ultra_restricted) return false;
  const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])];
  return teams.includes(ownTeam) && teams.includes(teamId);
}

function nameOf(user: SlackUser | null): string | null {
  const { profile } = user ?? {};
  return profile?.display_name || profile?.real_name || user?.real_name || user?.name || null;
}
