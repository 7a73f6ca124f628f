import { isJsonObject, type JsonObject } from "./json-object.ts";
import { ok, problem, type Result } from "./result.ts";

/** `{ <revision>: { data: { <file>: { data: { … } } } } }`, with `error` for `data` where it failed. */
export function isDvcShow(value: JsonObject): boolean {
  const revisions = Object.values(value);
  return (
    revisions.length > 0 &&
    revisions.every((revision) => {
      if (!isJsonObject(revision)) return false;
      if (isDvcError(revision.error)) return true;
      return (
        isJsonObject(revision.data) &&
        Object.values(revision.data).every(
          (file) => isJsonObject(file) && (isJsonObject(file.data) || isDvcError(file.error)),
        )
      );
    })
  );
}

/** A metric may be called `error` too, but it does not say what type of error it is. */
function isDvcError(value: unknown): boolean {
  return isJsonObject(value) && (typeof value.type === "string" || typeof value.msg === "string");
}

/** The files of the working copy: DVC calls it `workspace`, or nothing at all. */
export function filesOfDvc(value: JsonObject): Result<readonly JsonObject[]> {
  const names = Object.keys(value);
  const name = ["workspace", ""].find((candidate) => names.includes(candidate)) ?? names[0] ?? "";
  if (names.length > 1 && name !== "workspace" && name !== "") {
    return problem(
      `holds ${names.length} revisions and no workspace: name one to dvc metrics show`,
    );
  }
  const revision = value[name];
  const found = isJsonObject(revision) ? revision.data : null;
  if (!isJsonObject(found)) return problem("says that DVC failed");
  const files: JsonObject[] = [];
  for (const [path, file] of Object.entries(found)) {
    const metrics = isJsonObject(file) ? file.data : null;
    if (!isJsonObject(metrics)) return problem(`says that DVC could not read ${path}`);
    files.push(metrics);
  }
  return ok(files);
}

/** `{ <file>: { <metric>: { old, new, diff } } }` */
export function isDvcDiff(value: JsonObject): boolean {
  const files = Object.values(value);
  const isChange = (change: unknown) => isJsonObject(change) && "new" in change && "old" in change;
  return (
    files.length > 0 &&
    files.every(
      (file) =>
        isJsonObject(file) && Object.values(file).length > 0 && Object.values(file).every(isChange),
    )
  );
}

/** The new side of a comparison. What is not there any more is null. */
export function newOfDvcDiff(value: JsonObject): readonly JsonObject[] {
  return Object.values(value).map((file) => {
    const changes = isJsonObject(file) ? Object.entries(file) : [];
    return Object.fromEntries(
      changes.map(([name, change]) => [name, isJsonObject(change) ? change.new : null]),
    );
  });
}
