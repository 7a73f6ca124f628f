import { type Answer, refused } from "./answer.ts";

/** How the next call of a method goes wrong. */
export type Failure =
  | { readonly kind: "error"; readonly error: string }
  | { readonly kind: "limited"; readonly retryAfterSeconds: number | null }
  | { readonly kind: "status"; readonly status: number }
  /** The line is cut; `before` the call reached Slack, or `after` Slack did what was asked. What happens `meanwhile` comes first. */
  | { readonly kind: "drop"; readonly when: "before" | "after"; readonly meanwhile?: () => void };

/** Failures to come, by method: each is used up by one call. */
export interface Failures {
  add(method: string, failure: Failure, times?: number): void;
  take(method: string): Failure | null;
}

export function createFailures(): Failures {
  const queues = new Map<string, Failure[]>();
  return {
    add(method, failure, times = 1) {
      const queue = queues.get(method) ?? [];
      queues.set(method, [...queue, ...Array.from({ length: times }, () => failure)]);
    },
    take: (method) => queues.get(method)?.shift() ?? null,
  };
}

/** What Slack would answer; null where the line is cut instead. */
export function failureAnswer(failure: Failure): Answer | null {
  switch (failure.kind) {
    case "error":
      return refused(failure.error);
    case "limited":
      return limited(failure.retryAfterSeconds);
    case "status":
      return { status: failure.status, body: { ok: false } };
    case "drop":
      return null;
  }
}

export function limited(retryAfterSeconds: number | null): Answer {
  const headers = retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
  return { status: 429, body: { ok: false, error: "ratelimited" }, headers };
}
