/** What was asked for, or one sentence that says why it is not to be had and what to change. */
export type Result<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "problem"; readonly problem: string };

export function ok<T>(value: T): Result<T> {
  return { kind: "ok", value };
}

export function problem(text: string): { readonly kind: "problem"; readonly problem: string } {
  return { kind: "problem", problem: text };
}
