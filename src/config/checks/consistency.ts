import type { Json } from "../../core/json.ts";
import { SOURCES } from "../adapters/registry.ts";
import { parseDuration } from "../duration.ts";
import { compileFreeze, cronProblem } from "../freeze-window.ts";
import { type Found, find, keysAt, textAt } from "./find.ts";
import type { Finding } from "./references.ts";
import { CHECKS_OF_WATCHES } from "./watch-places.ts";

/** Lists in which a name tells the members apart. */
const NAMED = [
  ["components", "*", "gates"],
  ["components", "*", "environments", "*", "verify"],
  ...CHECKS_OF_WATCHES,
];

/** A name that two members of a list have. */
export function duplicateNames(root: Json): readonly Finding[] {
  return NAMED.flatMap((pattern) =>
    find(root, pattern).flatMap((list) => {
      const seen = new Set<string>();
      return find(list.value, ["*", "name"]).flatMap(({ path, value }): readonly Finding[] => {
        if (typeof value !== "string") return [];
        const known = seen.has(value);
        seen.add(value);
        const message = `another one in this list has the same name "${value}"; choose a different one`;
        return known ? [{ path: [...list.path, ...path], at: "value", message }] : [];
      });
    }),
  );
}

/** One name for one credential, another for a list of them. */
const CREDENTIALS = [
  ["secret", "secrets"],
  ["token", "tokens"],
] as const;

/** A source has a credential: `secret` or `secrets`, `token` or `tokens`, as its type has them. */
export function sourceCredentials(root: Json): readonly Finding[] {
  return find(root, ["sources", "*"]).flatMap((source): readonly Finding[] => {
    const { path } = source;
    const type = textAt(source, "type") ?? "";
    const schema = Object.hasOwn(SOURCES, type) ? SOURCES[type as keyof typeof SOURCES] : undefined;
    if (schema === undefined) return [];
    const keys = keysAt(source.value, []);
    const taken = CREDENTIALS.filter(([one]) => Object.hasOwn(schema.shape, one));
    const twice = taken.find(([one, several]) => keys.includes(one) && keys.includes(several));
    if (twice !== undefined) {
      return [{ path, at: "key", message: `has ${twice.join(" and ")}; write one of them` }];
    }
    if (taken.length === 0 || taken.flat().some((key) => keys.includes(key))) return [];
    const message = `has no ${taken.map(([one]) => one).join(" or ")}, so nobody could be believed; write ${taken.flat().join(" or ")}`;
    return [{ path, at: "key", message }];
  });
}

/** Types whose events are alerts, some of them or all. */
const ALERTING = ["alertmanager", "grafana", "cdevents"];

/** Alerts that are wanted of a source that sends none: the watch would wait for ever. */
export function silentAlertSources(root: Json): readonly Finding[] {
  const types = new Map(
    find(root, ["sources", "*"]).map((source) => [source.path[1], textAt(source, "type")]),
  );
  const pattern = ["components", "*", "environments", "*", "watch", "alerts", "*", "source"];
  return find(root, pattern).flatMap(({ path, value }): readonly Finding[] => {
    const type = typeof value === "string" ? types.get(value) : undefined;
    if (typeof type !== "string" || ALERTING.includes(type)) return [];
    const message = `is of type ${type}, which sends no alerts; name a source of type ${ALERTING.join(", ")}`;
    return [{ path, at: "value", message }];
  });
}

/** `{{params.x}}` of a deployer that an environment using it does not give. */
export function missingParams(root: Json): readonly Finding[] {
  const wanted = new Map(
    find(root, ["deployers", "*"]).map(({ path, value }) => [String(path[1]), paramsIn(value)]),
  );
  const uses = [
    ...find(root, ["components", "*", "environments", "*", "deploy"]),
    ...find(root, ["components", "*", "environments", "*", "verify", "*"]),
  ];
  return uses.flatMap((use): readonly Finding[] => {
    const deployer = textAt(use, "use") ?? "";
    const given = keysAt(use.value, ["with"]);
    const lacking = (wanted.get(deployer) ?? []).filter((param) => !given.includes(param));
    if (lacking.length === 0) return [];
    const names = lacking.join(", ");
    const message = `with lacks ${names}, which the deployer "${deployer}" uses as {{params.${lacking[0]}}}`;
    return [{ path: use.path, at: "key", message }];
  });
}

function paramsIn(value: Json): readonly string[] {
  const text = JSON.stringify(value);
  return [
    ...new Set([...text.matchAll(/\{\{\s*params\.([\w-]+)/g)].map((match) => match[1] ?? "")),
  ];
}

/** Freezes whose windows follow one another for ever. */
export function endlessFreezes(root: Json): readonly Finding[] {
  return find(root, ["components", "*", "freeze", "*"]).flatMap((freeze): readonly Finding[] => {
    const cron = textAt(freeze, "cron");
    const length = durationAt(freeze, "for");
    if (cron === null || length === null || cronProblem(cron) !== null) return [];
    const compiled = compileFreeze(cron, length, "", "UTC");
    if (compiled.kind === "window") return [];
    return [{ path: [...freeze.path, "for"], at: "value", message: compiled.message }];
  });
}

function durationAt(found: Found, key: string): number | null {
  return parseDuration(textAt(found, key) ?? "");
}
