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

/** Which page of the details a modal shows. */
export interface DetailsPosition {
  readonly component: string;
  readonly version: string;
  /** From 1. */
  readonly page: number;
  /** What the pages were made of: another one says that the release has changed since. null: it does not matter. */
  readonly seen: string | null;
}

/** Buttons inside the details. */
export const PAGE_BUTTONS = {
  earlier: "release.details.earlier",
  next: "release.details.next",
} as const;

export type PageButton = keyof typeof PAGE_BUTTONS;

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

export function printPosition({ component, version, page, seen }: DetailsPosition): string {
  return JSON.stringify([component, version, page, seen]);
}

/** null: not a position of ours. */
export function parsePosition(text: string): DetailsPosition | null {
  const parsed = parseJson(text);
  if (!Array.isArray(parsed) || parsed.length !== 4) return null;
  const [component, version, page, seen] = parsed as readonly unknown[];
  if (typeof component !== "string" || typeof version !== "string") return null;
  if (!Number.isSafeInteger(page) || !isTextOrNull(seen)) return null;
  return { component, version, page: page as number, seen };
}

/** Which way a button in the details leads; null: it is none of theirs. */
export function parsePageButton(actionId: string): PageButton | null {
  for (const [button, id] of Object.entries(PAGE_BUTTONS)) {
    if (id === actionId) return button as PageButton;
  }
  return null;
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
