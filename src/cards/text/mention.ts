import type { Actor } from "../../core/actor.ts";
import { line, type Mrkdwn } from "./mrkdwn.ts";

/** Someone who is told, as far as Slack knows them. */
export type Mention =
  | { readonly kind: "person"; readonly id: string }
  | { readonly kind: "group"; readonly id: string }
  /** The configuration names it, and Slack does not know it: shown, and nobody is notified. */
  | { readonly kind: "name"; readonly name: string };

const PERSON = /^[UW][A-Z0-9]{2,31}$/;
const GROUP = /^S[A-Z0-9]{2,31}$/;

export function mention(who: Mention): Mrkdwn {
  switch (who.kind) {
    case "person":
      return person(who.id, who.id);
    case "group":
      return GROUP.test(who.id) ? { mrkdwn: `<!subteam^${who.id}>` } : line(who.id);
    case "name":
      return line(who.name);
  }
}

/** `name` is shown where the id is not one of Slack's. */
export function person(id: string, name: string): Mrkdwn {
  return PERSON.test(id) ? { mrkdwn: `<@${id}>` } : line(name);
}

/** Whoever caused something. */
export function actor(by: Actor): Mrkdwn {
  if (by.kind === "person") return person(by.id, by.name);
  return by.name === "slipway" ? { mrkdwn: "Slipway" } : line(by.name);
}

/** A principal of the configuration: a group or an address by its name, a person by mention. */
export function principal(name: string): Mrkdwn {
  return person(name, name);
}
