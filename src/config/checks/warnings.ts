import type { Json } from "../../core/json.ts";
import { find, keysAt } from "./find.ts";
import type { Finding } from "./references.ts";
import { CHECKS_OF_WATCHES } from "./watch-places.ts";

/** What is allowed, and hardly what anybody wants. Only for a configuration without problems. */
export function warningsOf(root: Json): readonly Finding[] {
  return [
    ...find(root, ["components", "*", "environments", "*", "approval", "*", "from"])
      .filter(({ value }) => Array.isArray(value) && value.length === 0)
      .map(({ path }) => at(path, "names no one, so nobody can approve and nothing is deployed")),
    ...find(root, ["components", "*", "environments", "*", "rollback", "from"])
      .filter(({ value }) => Array.isArray(value) && value.length === 0)
      .map(({ path }) => at(path, "names no one, so nobody can roll back by hand")),
    ...CHECKS_OF_WATCHES.flatMap((pattern) => find(root, [...pattern, "*", "noData"]))
      .filter(({ value }) => value === "pass")
      .map(({ path }) => at(path, "counts data that is not there as success")),
    ...find(root, ["components", "*"])
      .filter(({ value }) => keysAt(value, ["intake"]).length === 0)
      .map(
        ({ path }): Finding => ({
          path,
          at: "key",
          message: "has no intake, so no source may report its builds",
        }),
      ),
    ...(keysAt(root, ["components"]).length === 0
      ? [at([], "has no components: nothing can be released")]
      : []),
  ];
}

function at(path: Finding["path"], message: string): Finding {
  return { path, at: "value", message };
}
