import type { Directory, Person, PersonId, Principal } from "./actor.ts";
import type { ComponentPolicy, EnvironmentPolicy, Policy } from "./policy.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { Release } from "./release.ts";

/** Every principal that a decision about a component may need resolved, besides the authors of its releases. */
export function principalsOf(policy: Policy, component: string): readonly Principal[] {
  const configured = policy.components[component];
  return [
    ...new Set([
      ...policy.admins,
      ...(configured?.owners ?? []),
      ...(configured?.environments ?? []).flatMap(({ approval, rollbackFrom }) => [
        ...approval.flatMap(({ from }) => from),
        ...(rollbackFrom ?? []),
      ]),
    ]),
  ];
}

/**
 * Whose change or retrain it is: e-mail addresses or logins, in lower case. The directory is asked for
 * them under these names.
 */
export function authorsOf({ build }: Release): readonly string[] {
  const authors = [build.commit?.author ?? null, build.startedBy];
  return [...new Set(authors.flatMap((author) => (author === null ? [] : [author.toLowerCase()])))];
}

/** The authors' ids in Slack: people who never count. Empty when nobody there is known to be an author. */
export function excludedFor(
  release: Release,
  environment: EnvironmentPolicy,
  directory: Directory,
): readonly PersonId[] {
  return environment.selfApproval
    ? []
    : authorsOf(release).flatMap((author) => directory[author] ?? []);
}

/** Whether a person is an author of a release; null when that cannot be said. */
export function isAuthor(person: Person, release: Release, directory: Directory): boolean | null {
  const authors = authorsOf(release).map((author) => ({
    author,
    known: directory[author] ?? [],
  }));
  if (
    authors.some(
      ({ author, known }) => person.identities.includes(author) || known.includes(person.id),
    )
  ) {
    return true;
  }
  const nameless = person.identities.length === 0;
  return nameless && authors.some(({ known }) => known.length === 0) ? null : false;
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
