/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly text: string;
  /** The values that were put in: treated as secrets. */
  readonly values: readonly string[];
  readonly problems: readonly string[];
}

const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Puts environment variables in for `${NAME}`; `$${` is a verbatim `${`. */
export function interpolate(text: string, environment: Environment): Interpolated {
  const values: string[] = [];
  const problems: string[] = [];
  const result = text.replace(REFERENCE, (whole: string, name: string | undefined) => {
    if (name === undefined) return "${";
    if (!whole.endsWith("}") || !NAME.test(name)) {
      problems.push(`${whole} is not a variable; write \${NAME}, or $\${ for a verbatim \${`);
      return "";
    }
    const value = environment[name];
    if (value === undefined || value === "") {
      const state = value === undefined ? "not set" : "set, and empty";
      problems.push(`the environment variable ${name} is ${state}; set it, or remove the key`);
      return "";
    }
    values.push(value);
    return value;
  });
  return { text: result, values, problems };
}
