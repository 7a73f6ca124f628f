import type { Json } from "../../core/json.ts";
import { find, keysAt, textAt } from "./find.ts";
import type { Finding } from "./references.ts";

/** Keys of a metrics source that need each other, or leave no room for each other. */
export function metricCredentials(root: Json): readonly Finding[] {
  return find(root, ["metrics", "*"]).flatMap((metrics): readonly Finding[] => {
    const keys = keysAt(metrics.value, []);
    const message = problemOf(textAt(metrics, "type") ?? "", new Set(keys));
    return message === null ? [] : [{ path: metrics.path, at: "key", message }];
  });
}

function problemOf(type: string, keys: ReadonlySet<string>): string | null {
  if (keys.has("bearer") && keys.has("basic")) return "has bearer and basic; write one of them";
  if (type === "http") return problemOfHttp(keys);
  if (type !== "cloudwatch") return null;
  if (keys.has("accessKeyId") === keys.has("secretAccessKey")) {
    const alone = keys.has("sessionToken") && !keys.has("accessKeyId");
    return alone ? "has a sessionToken without accessKeyId and secretAccessKey" : null;
  }
  return "has one of accessKeyId and secretAccessKey; write both, or neither for the role that the AWS SDK finds";
}

function problemOfHttp(keys: ReadonlySet<string>): string | null {
  if (keys.has("points") && keys.has("value")) return "has points and value; write one of them";
  return keys.has("points") || keys.has("value")
    ? null
    : "has neither points nor value; write points, e.g. body.points";
}
