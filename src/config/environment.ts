import { errorText } from "../shared/errors.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error when there is no such file, or it cannot be read */
export type ReadFile = (path: string) => string;

export type Variable =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "unset" }
  /** `message` names the variable. */
  | { readonly kind: "problem"; readonly message: string };

/**
 * A variable, or the content of the file that `<name>_FILE` names, without the line break at its end.
 * An empty variable counts as unset.
 */
export function readVariable(name: string, environment: Environment, readFile: ReadFile): Variable {
  const value = environment[name] ?? "";
  const file = environment[`${name}_FILE`] ?? "";
  if (file === "") return value === "" ? { kind: "unset" } : { kind: "value", value };
  if (value !== "") {
    return problem(`${name} and ${name}_FILE are both set; keep one of them`);
  }
  try {
    const content = readFile(file).replace(/[\r\n]+$/, "");
    if (content !== "") return { kind: "value", value: content };
    return problem(`${name}_FILE names ${file}, which is empty`);
  } catch (error) {
    return problem(`${name}_FILE names ${file}, which cannot be read (${errorText(error)})`);
  }
}

function problem(message: string): Variable {
  return { kind: "problem", message };
}
