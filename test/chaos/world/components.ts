import { GROUPS } from "../../support/system.ts";

/** What becomes of a version once it serves: told by its name, so that nobody needs a list. */
export type Fate = "good" | "bad" | "silent" | "dark";

/**
 * What becomes of a good one after its watch, as its guard sees it. `fading`: nobody can measure it any more;
 * `wobbly`: nobody can for a while.
 */
export type LateFate = "spoilt" | "fading" | "wobbly";

export const COMPONENTS = 20;

/** The deployment system that a component uses: half of them each. */
export function deployerOf(index: number): "gate" | "yard" {
  return index % 2 === 0 ? "gate" : "yard";
}

export function nameOf(index: number): string {
  return `${index % 4 === 1 ? "model" : "svc"}-${String(index).padStart(2, "0")}`;
}

export const NAMES: readonly string[] = Array.from({ length: COMPONENTS }, (_, index) =>
  nameOf(index),
);

export function versionOf(number: number, fate: Fate | LateFate): string {
  return isLate(fate) ? `${number}.0.0-good.${fate}` : `${number}.0.0-${fate}`;
}

const FATES: readonly string[] = ["good", "bad", "silent", "dark"] satisfies readonly Fate[];
const LATE_FATES: readonly string[] = ["spoilt", "fading", "wobbly"] satisfies readonly LateFate[];

function isLate(fate: string): fate is LateFate {
  return LATE_FATES.includes(fate);
}

/** In its watch. @throws where a version was not made by `versionOf` */
export function fateOf(version: string): Fate {
  const fate = /-(\w+)(?:\.\w+)?$/.exec(version)?.[1] ?? "";
  if (!FATES.includes(fate)) throw new Error(`no fate was given to ${version}`);
  return fate as Fate;
}

/** While it is live. @throws where a version was not made by `versionOf` */
export function lateFateOf(version: string): Fate | LateFate {
  const fate = /\.(\w+)$/.exec(version)?.[1] ?? "";
  return isLate(fate) ? fate : fateOf(version);
}

/** Whether what is live in production is guarded: a third of the components. */
export function isGuarded(index: number): boolean {
  return index % 3 === 0;
}

/** Groups of which one person each must approve before production. */
export function approversOf(index: number): readonly string[] {
  return index % 3 === 0 ? ["@ml-leads"] : ["@ml-leads", "@sre"];
}

/** The people of a group, by Slack id. */
export function membersOf(group: string): readonly string[] {
  const found = GROUPS.find(({ handle }) => `@${handle}` === group);
  if (found === undefined) throw new Error(`there is no group ${group}`);
  return found.members;
}

/** Never counts for anything that she built, and she builds everything. */
export const AUTHOR = "dana@acme.test";
export const AUTHOR_ID = "U0DANA";
