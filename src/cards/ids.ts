/**
 * Every action id, callback id and button value that leaves for Slack, and how each is read again.
 * Printed by the cards, parsed by intake: what one writes the other must understand.
 */

export const BUTTONS = {
  approve: "release.approve",
  reject: "release.reject",
  promote: "release.promote",
  rollback: "release.rollback",
  details: "release.details",
  retry: "release.retry",
  stop: "release.stop",
  override: "release.override",
  falseAlarm: "release.false-alarm",
} as const;

export type ButtonKind = keyof typeof BUTTONS;

/** What a button is about. */
export interface ButtonValue {
  readonly component: string;
  readonly version: string;
  /** null only for `details`. */
  readonly environment: string | null;
  /** The digest that the card shows: `approve` is bound to it. */
  readonly digest: string | null;
}

/** Modals that ask for a reason. */
export const REASON_MODALS = {
  reject: "reason.reject",
  rollback: "reason.rollback",
  stop: "reason.stop",
  override: "reason.override",
  falseAlarm: "reason.false-alarm",
} as const;

export type ReasonKind = keyof typeof REASON_MODALS;

export const REASON_BLOCK = "reason";
export const REASON_INPUT = "reason.text";
export const DETAILS_MODAL = "release.details.modal";

/** How many characters of the digest a button carries: enough to tell two apart, short on the wire. */
export const DIGEST_CHARACTERS = 16;

export function printButtonValue(value: ButtonValue): string {
  return JSON.stringify([
    value.component,
    value.version,
    value.environment,
    value.digest?.slice(0, DIGEST_CHARACTERS) ?? null,
  ]);
}

/** null: not a value of ours. */
export function parseButtonValue(text: string): ButtonValue | null {
  const parsed = parseJson(text);
  if (!Array.isArray(parsed) || parsed.length !== 4) return null;
  const [component, version, environment, digest] = parsed as readonly unknown[];
  if (typeof component !== "string" || typeof version !== "string") return null;
  if (!isTextOrNull(environment) || !isTextOrNull(digest)) return null;
  return { component, version, environment, digest };
}

/** Which button an action id belongs to; null: not one of ours. */
export function parseButton(actionId: string): ButtonKind | null {
  for (const [kind, id] of Object.entries(BUTTONS)) {
    if (id === actionId) return kind as ButtonKind;
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
