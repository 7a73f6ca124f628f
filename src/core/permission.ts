import type { Directory, Person, PersonId, Principal } from "./actor.ts";
import type { ComponentPolicy, EnvironmentPolicy, Policy } from "./policy.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { Release } from "./release.ts";

/** Every principal that a decision about this component may need resolved. */
export function principalsOf(
  policy: Policy,
  component: string,
  release: Release | null,
): readonly Principal[] {
  const configured = policy.components[component];
  const author = release === null ? null : authorOf(release);
  return [
    ...new Set([
      ...policy.admins,
      ...(configured?.owners ?? []),
      ...(configured?.environments ?? []).flatMap(({ approval, rollbackFrom }) => [
        ...approval.flatMap(({ from }) => from),
        ...(rollbackFrom ?? []),
      ]),
      ...(author === null ? [] : [author]),
    ]),
  ];
}

/** The author of the change or of the retrain: an e-mail address or a login, in lower case. */
export function authorOf(release: Release): string | null {
  return release.build.commit?.author?.toLowerCase() ?? null;
}

/** The author's ids in Slack: people who never count. Empty when nobody there is known to be the author. */
export function excludedFor(
  release: Release,
  environment: EnvironmentPolicy,
  directory: Directory,
): readonly PersonId[] {
  const author = authorOf(release);
  return environment.selfApproval || author === null ? [] : (directory[author] ?? []);
}

/** Whether a person is the author of a release; null when that cannot be said. */
export function isAuthor(person: Person, release: Release, directory: Directory): boolean | null {
  const author = authorOf(release);
  if (author === null) return false;
  if (person.identities.includes(author)) return true;
  const known = directory[author] ?? [];
  if (known.includes(person.id)) return true;
  return known.length === 0 && person.identities.length === 0 ? null : false;
}

/** Refuses the author, and whoever cannot be told from the author; null: may go on. */
export function refuseAuthor(
  person: Person,
  release: Release,
  environment: EnvironmentPolicy,
  directory: Directory,
): Refusal | null {
  if (environment.selfApproval) return null;
  const author = isAuthor(person, release, directory);
  if (author === true) {
    return refusal(
      "own_change",
      `${person.name} is the author of ${release.id}: somebody else has to approve it`,
    );
  }
  if (author === null) {
    return refusal(
      "identity_unknown",
      `Slack shows no e-mail address for ${person.name}, so nobody can say whether they are the author; an admin can add them under people: in the configuration`,
    );
  }
  return null;
}

/** Refuses people who are in none of the principals; null: may go on. */
export function refuseUnlessAmong(
  person: Person,
  principals: readonly Principal[],
  directory: Directory,
  otherwise: Refusal,
): Refusal | null {
  if (principals.some((principal) => directory[principal]?.includes(person.id))) return null;
  const unread = principals.filter((principal) => (directory[principal] ?? null) === null);
  return unread.length === 0
    ? otherwise
    : refusal(
        "directory_unavailable",
        `Slack could not say who ${unread.join(" and ")} is; try again in a minute`,
      );
}

export function refuseGuests(person: Person): Refusal | null {
  return person.fullMember
    ? null
    : refusal(
        "not_permitted",
        `${person.name} is not a full member of this workspace, or Slack could not say so`,
      );
}

/** Owners, and whoever may approve into the environment; every full member where neither is named. */
export function refuseUnlessOperator(
  person: Person,
  policy: Policy,
  component: ComponentPolicy,
  environment: EnvironmentPolicy,
  directory: Directory,
): Refusal | null {
  const named = environment.rollbackFrom ?? [
    ...component.owners,
    ...environment.approval.flatMap(({ from }) => from),
  ];
  if (environment.rollbackFrom === null && named.length === 0) return refuseGuests(person);
  return refuseUnlessAmong(
    person,
    [...named, ...policy.admins],
    directory,
    refusal(
      "not_permitted",
      `in ${environment.name} this is for ${named.join(", ") || "nobody"}; ${person.name} is none of them`,
    ),
  );
}
