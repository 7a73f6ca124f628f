/** Slack's id of a person, e.g. `U024BE7LH`. */
export type PersonId = string;

/** How the configuration names people: a user group `@ml-leads`, an e-mail address, or a Slack user id. */
export type Principal = string;

/** Who caused an event, as it is recorded. */
export type Actor =
  | { readonly kind: "person"; readonly id: PersonId; readonly name: string }
  | { readonly kind: "system"; readonly name: string };

/** A person who asks for something, with what is known about them at that moment. */
export interface Person {
  readonly kind: "person";
  readonly id: PersonId;
  readonly name: string;
  /** Lower-case e-mail addresses and logins of this person in other systems; empty when none is known. */
  readonly identities: readonly string[];
  /** False for guests, for people of another workspace, and where Slack could not say. */
  readonly fullMember: boolean;
}

/**
 * The people behind each principal at the moment of a decision.
 * `null`: Slack could not say; such a principal counts for nobody.
 */
export type Directory = Readonly<Record<Principal, readonly PersonId[] | null>>;

export const SLIPWAY: Actor = { kind: "system", name: "slipway" };

export function recordedActor(person: Person): Actor {
  return { kind: "person", id: person.id, name: person.name };
}
