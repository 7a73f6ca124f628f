import type { Variable } from "./environment.ts";

export interface Interpolated {
  readonly text: string;
  /** The values that were put in: treated as secrets. */
  readonly values: readonly string[];
  readonly problems: readonly string[];
}

const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Puts environment variables in for `${NAME}`; `$${` is a verbatim `${`. */
export function interpolate(text: string, variable: (name: string) => Variable): Interpolated {
  const values: string[] = [];
  const problems: string[] = [];
  const result = text.replace(REFERENCE, (whole: string, name: string | undefined) => {
    if (name === undefined) return "${";
    if (!whole.endsWith("}") || !NAME.test(name)) {
      problems.push(`${whole} is not a variable; write \${NAME}, or $\${ for a verbatim \${`);
      return "";
    }
    const found = variable(name);
    if (found.kind === "value") {
      values.push(found.value);
      return found.value;
    }
    problems.push(
      found.kind === "problem"
        ? found.message
        : `the environment variable ${name} is not set, or empty; set it, or ${name}_FILE`,
    );
    return "";
  });
  return { text: result, values, problems };
}
