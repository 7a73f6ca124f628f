import { typedText } from "./command-text.ts";
import { nearest } from "./nearest.ts";
import { misunderstood, query, type ReleaseCommand } from "./release-command.ts";
import { parseFreeze, parseStats, parseUnfreeze, VERBS } from "./release-verbs.ts";

/** Words that stand in the place of a component's name. */
const FIRST_WORDS = ["help", "freeze", "unfreeze", "stats", "audit"] as const;

const FREEZE_FORM = "/release freeze DURATION REASON";
const UNFREEZE_FORM = "/release unfreeze";
const STATS_FORM = "/release stats [DURATION]";
const AUDIT_FORM = "/release audit COMPONENT [before NUMBER]";

/**
 * Reads what stands behind `/release`. `components`: the names of those that are configured; their case
 * does not matter, nor does that of the words of the grammar.
 */
export function parseReleaseCommand(text: string, components: readonly string[]): ReleaseCommand {
  const words = typedText(text).split(/\s+/).filter(Boolean);
  const [first, ...rest] = words;
  if (first === undefined) return query({ kind: "overview" });
  switch (first.toLowerCase()) {
    case "help":
      return query({ kind: "help" });
    case "freeze":
      return parseFreeze(null, rest) ?? write(FREEZE_FORM);
    case "unfreeze":
      return parseUnfreeze(null, rest) ?? write(UNFREEZE_FORM);
  }
  const component = find(first, components);
  if (component !== null) return parseAboutComponent(component, rest);
  if (first.toLowerCase() === "audit") return parseAudit(rest, components);
  if (first.toLowerCase() === "stats") return parseStats(null, rest) ?? write(STATS_FORM);
  return misunderstood(unknownFirstWord(first, components));
}

function parseAudit(
  [name, preposition, before, ...more]: readonly string[],
  components: readonly string[],
): ReleaseCommand {
  if (name === undefined || more.length > 0) return write(AUDIT_FORM);
  const component = find(name, components);
  if (component === null) return misunderstood(unknownFirstWord(name, components));
  if (preposition === undefined) return query({ kind: "audit", component, before: null });
  const number = /^\d{1,15}$/.test(before ?? "") ? Number(before) : null;
  return preposition.toLowerCase() === "before" && number !== null
    ? query({ kind: "audit", component, before: number })
    : write(AUDIT_FORM);
}

function parseAboutComponent(component: string, words: readonly string[]): ReleaseCommand {
  const [word, ...rest] = words;
  if (word === undefined) return query({ kind: "card", component });
  const verb = VERBS.get(word.toLowerCase());
  if (verb !== undefined) {
    return verb.parse(component, rest) ?? write(`/release ${component} ${verb.form}`);
  }
  const meant = nearest(word, [...VERBS.keys()]);
  return misunderstood(
    meant === null
      ? `“${word}” is not something that can be asked of ${component}. Write one of: ${[...VERBS.keys()].join(", ")}.`
      : `“${word}” is not a command. Did you mean “/release ${component} ${VERBS.get(meant)?.form}”?`,
  );
}

function unknownFirstWord(word: string, components: readonly string[]): string {
  const verb = VERBS.get(word.toLowerCase());
  if (verb !== undefined) return `Name the component first: “/release COMPONENT ${verb.form}”.`;
  const meant = nearest(word, [...components, ...FIRST_WORDS]);
  const hint =
    meant === null
      ? "“/release” shows every component, “/release help” every command."
      : `Did you mean “/release ${meant}”?`;
  return `There is no component “${word}”. ${hint}`;
}

function write(form: string): ReleaseCommand {
  return misunderstood(`Write “${form}”.`);
}

function find(name: string, components: readonly string[]): string | null {
  if (components.includes(name)) return name;
  return components.find((known) => known.toLowerCase() === name.toLowerCase()) ?? null;
}
