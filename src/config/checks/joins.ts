import type { Json } from "../../core/json.ts";
import { didYouMean } from "../did-you-mean.ts";
import { type Found, find, textAt } from "./find.ts";
import type { Finding } from "./references.ts";

/** Systems whose events never name the digest of what was built. */
const WITHOUT_DIGEST = [
  "airflow",
  "azkaban",
  "circleci",
  "gitlab",
  "jenkins",
  "openlineage",
  "prefect",
  "wandb",
];

/** Parts that no rule of intake is, and rules that are none of the parts. */
export function unknownParts(root: Json): readonly Finding[] {
  return joined(root).flatMap(({ component, rules }): readonly Finding[] => {
    const parts = find(component.value, ["join", "parts", "*"]);
    const names = parts.map(({ value }) => value);
    const known = rules.map(({ part }) => part);
    const unknown = parts.flatMap(({ path, value }): readonly Finding[] => {
      if (typeof value !== "string" || known.includes(value)) return [];
      const message = `no rule of intake is the part "${value}"${didYouMean(value, known)}; there is ${known.join(", ") || "none"}`;
      return [{ path: [...component.path, ...path], at: "value", message }];
    });
    const others = rules
      .filter(({ part }) => !names.includes(part))
      .map(
        ({ rule, part }): Finding => ({
          path: rule.path,
          at: "key",
          message: `its part "${part}" is not in join.parts; add it there, or name another part`,
        }),
      );
    return names.length === 0 ? [] : [...unknown, ...others];
  });
}

/** Reports that can never be joined, because they never say by what. */
export function partsWithoutKey(root: Json): readonly Finding[] {
  return joined(root).flatMap(({ component, rules }): readonly Finding[] => {
    const [by] = find(component.value, ["join", "by"]);
    if (by?.value !== "digest") return [];
    return rules.flatMap(({ rule }): readonly Finding[] => {
      const source = textAt(rule, "source") ?? "";
      const [entry] = find(root, ["sources", source]);
      const type = entry === undefined ? null : textAt(entry, "type");
      if (type === null || !sendsNoDigest(type, rule)) return [];
      const message = `events of ${type} name no digest, so they cannot be joined by digest; join by commit or version`;
      return [{ path: rule.path, at: "key", message }];
    });
  });
}

/** Of GitHub, only packages have one. */
function sendsNoDigest(type: string, rule: Found): boolean {
  if (type !== "github") return WITHOUT_DIGEST.includes(type);
  const event = textAt(rule, "event");
  return textAt(rule, "workflow") !== null || event === "workflow_run" || event === "release";
}

/** The components whose reports are joined, with what part each rule is. */
function joined(root: Json) {
  return find(root, ["components", "*"])
    .filter((component) => find(component.value, ["join"]).length > 0)
    .map((component) => ({
      component,
      rules: find(component.value, ["intake", "*"]).map((rule) => ({
        rule: { path: [...component.path, ...rule.path], value: rule.value },
        part: textAt(rule, "part") ?? textAt(rule, "source") ?? "",
      })),
    }));
}
