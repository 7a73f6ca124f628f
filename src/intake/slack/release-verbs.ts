import { parseDuration } from "../../shared/duration.ts";
import { action, misunderstood, query, type ReleaseCommand } from "./release-command.ts";

/** A word that stands behind a component's name, and what may follow it. */
interface Verb {
  /** How it is written, for help. */
  readonly form: string;
  /** null: what follows is not what the form says. */
  parse(component: string, rest: readonly string[]): ReleaseCommand | null;
}

/** By the word itself, in the order in which help shows them. */
export const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>(
  Object.entries({
    history: {
      form: "history [before VERSION]",
      parse(component: string, [preposition, before, ...more]: readonly string[]) {
        if (preposition === undefined) return query({ kind: "history", component, before: null });
        if (!is(preposition, "before") || before === undefined || more.length > 0) return null;
        return query({ kind: "history", component, before });
      },
    },
    diff: {
      form: "diff [VERSION [VERSION]]",
      parse(component: string, [first, second, ...more]: readonly string[]) {
        if (more.length > 0) return null;
        return second === undefined
          ? query({ kind: "diff", component, from: null, to: first ?? null })
          : query({ kind: "diff", component, from: first ?? null, to: second });
      },
    },
    lineage: {
      form: "lineage [VERSION]",
      parse(component: string, [version, ...more]: readonly string[]) {
        if (more.length > 0) return null;
        return query({ kind: "lineage", component, version: version ?? null });
      },
    },
    watch: {
      form: "watch [in ENVIRONMENT]",
      parse(component: string, [preposition, environment, ...more]: readonly string[]) {
        if (preposition === undefined)
          return query({ kind: "watch", component, environment: null });
        if (!is(preposition, "in") || environment === undefined || more.length > 0) return null;
        return query({ kind: "watch", component, environment });
      },
    },
    stats: { form: "stats [DURATION]", parse: parseStats },
    simulate: {
      form: "simulate ENVIRONMENT",
      parse(component: string, [environment, ...more]: readonly string[]) {
        if (environment === undefined || more.length > 0) return null;
        return query({ kind: "simulate", component, environment });
      },
    },
    promote: {
      form: "promote VERSION to ENVIRONMENT",
      parse(component: string, [version, to, environment, ...more]: readonly string[]) {
        if (version === undefined || environment === undefined || more.length > 0) return null;
        if (!is(to, "to")) return null;
        return action({ kind: "promote", component, version, environment });
      },
    },
    rollback: {
      form: "rollback [to VERSION] [in ENVIRONMENT] [because REASON]",
      parse: parseRollback,
    },
    hold: {
      form: "hold REASON",
      parse: (component: string, rest: readonly string[]) =>
        rest.length === 0 ? null : action({ kind: "hold", component, reason: rest.join(" ") }),
    },
    unhold: {
      form: "unhold [in ENVIRONMENT]",
      parse(component: string, [preposition, environment, ...more]: readonly string[]) {
        if (preposition === undefined)
          return action({ kind: "unhold", component, environment: null });
        if (!is(preposition, "in") || environment === undefined || more.length > 0) return null;
        return action({ kind: "unhold", component, environment });
      },
    },
    freeze: { form: "freeze DURATION REASON", parse: parseFreeze },
    unfreeze: { form: "unfreeze", parse: parseUnfreeze },
  }),
);

const DAY = 24 * 60 * 60_000;
const USUAL_PERIOD = 30 * DAY;
const LONGEST_PERIOD = 365 * DAY;

/** `component` null: everything. */
export function parseStats(
  component: string | null,
  [length, ...more]: readonly string[],
): ReleaseCommand | null {
  if (more.length > 0) return null;
  if (length === undefined) return query({ kind: "stats", component, period: USUAL_PERIOD });
  const period = parseDuration(length);
  if (period !== null && period <= LONGEST_PERIOD)
    return query({ kind: "stats", component, period });
  return misunderstood(
    period === null
      ? `“${length}” is not a length of time. Write for example 24h, 7d or 90d, or nothing for 30d.`
      : `“${length}” is too long: statistics go back 365d at most.`,
  );
}

/** `component` null: everything. */
export function parseFreeze(
  component: string | null,
  [length, ...reason]: readonly string[],
): ReleaseCommand | null {
  if (length === undefined) return null;
  const duration = parseDuration(length);
  if (duration === null) {
    return misunderstood(
      `“${length}” is not a length of time. Write for example 30m, 24h or 7d, then the reason.`,
    );
  }
  if (reason.length === 0) return null;
  return action({ kind: "freeze", component, duration, reason: reason.join(" ") });
}

export function parseUnfreeze(
  component: string | null,
  rest: readonly string[],
): ReleaseCommand | null {
  return rest.length === 0 ? action({ kind: "unfreeze", component }) : null;
}

/** `to` and `in` in either order; everything behind `because` is the reason. */
function parseRollback(component: string, rest: readonly string[]): ReleaseCommand | null {
  const because = rest.findIndex((word) => is(word, "because"));
  const clauses = because === -1 ? rest : rest.slice(0, because);
  const reason = because === -1 ? null : rest.slice(because + 1).join(" ");
  if (reason === "" || clauses.length % 2 !== 0) return null;
  let version: string | null = null;
  let environment: string | null = null;
  for (let index = 0; index < clauses.length; index += 2) {
    const [preposition, name = ""] = clauses.slice(index, index + 2);
    if (is(preposition, "to") && version === null) version = name;
    else if (is(preposition, "in") && environment === null) environment = name;
    else return null;
  }
  return action({ kind: "rollback", component, version, environment, reason });
}

function is(word: string | undefined, expected: string): boolean {
  return word?.toLowerCase() === expected;
}
