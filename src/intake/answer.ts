/** What goes back over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  /** An object goes out as JSON, a text as it is, null as nothing. */
  readonly body: object | string | null;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type HookOutcome = "accepted" | "duplicate" | "ignored" | "refused" | "unavailable";

/** The JSON that a sender of events gets, whatever happened. */
export interface HookAnswer {
  readonly outcome: HookOutcome;
  /** Stable, in snake_case: scripts may rely on it. */
  readonly code: string;
  /** One sentence: what happened, and what to do. */
  readonly message: string;
  readonly delivery: string | null;
  readonly releases: readonly string[];
}

export interface HookReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: HookAnswer;
}

/** Codes of what intake itself refuses, and the HTTP status that each has. */
export const REFUSED_STATUS = {
  not_decodable: 400,
  not_this_system: 400,
  repository_unknown: 400,
  signature_missing: 401,
  signature_wrong: 401,
  outside_time_window: 401,
  repository_not_allowed: 403,
  unknown_path: 404,
  unknown_source: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  media_type_not_supported: 415,
  encoding_not_supported: 415,
} as const;

export type RefusedCode = keyof typeof REFUSED_STATUS;

/** What a sender should wait before the next try, in seconds. */
const RETRY_AFTER_SECONDS = 5;

export function refuse(
  code: RefusedCode,
  message: string,
  more: {
    readonly delivery?: string | null;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): HookReply {
  return {
    status: REFUSED_STATUS[code],
    headers: more.headers ?? {},
    answer: { outcome: "refused", code, message, delivery: more.delivery ?? null, releases: [] },
  };
}

export function unavailable(
  code: "store_unavailable" | "overloaded" | "keys_unavailable",
  message: string,
  more: { readonly delivery?: string | null; readonly releases?: readonly string[] } = {},
): HookReply {
  return {
    status: 503,
    headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
    answer: {
      outcome: "unavailable",
      code,
      message,
      delivery: more.delivery ?? null,
      releases: more.releases ?? [],
    },
  };
}
