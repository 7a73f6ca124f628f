/** What an error of the Slack Web API means for us. */
export type SlackErrorKind =
  /** Asked too often: again after `retryAfter`. */
  | "limited"
  /** Nobody can say whether the call took effect. */
  | "uncertain"
  /** It did not take effect, and Slack may be able to do it later. */
  | "unavailable"
  /** The channel is not there, or not open to the app: somebody must mend that. */
  | "channel"
  /** The app's token or its scopes are not good enough: somebody must mend that. */
  | "credentials"
  /** The message cannot be edited, or answered, any more. */
  | "gone"
  /** Slack does not take this content. */
  | "content"
  /** The person or the group is not there. */
  | "people"
  /** The moment in which a modal could be opened or changed is over. */
  | "dialog"
  | "other";

interface Treatment {
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Whether it may have taken effect. */
  readonly uncertain: boolean;
}

export const TREATMENTS: Readonly<Record<SlackErrorKind, Treatment>> = {
  limited: { retryable: true, uncertain: false },
  uncertain: { retryable: true, uncertain: true },
  unavailable: { retryable: true, uncertain: false },
  channel: { retryable: true, uncertain: false },
  credentials: { retryable: true, uncertain: false },
  gone: { retryable: false, uncertain: false },
  content: { retryable: false, uncertain: false },
  people: { retryable: false, uncertain: false },
  dialog: { retryable: false, uncertain: false },
  other: { retryable: false, uncertain: false },
};

/** Codes of our own, for failures that carry none of Slack's. */
export const NO_ANSWER = "no_answer";
export const NOT_CONNECTED = "not_connected";
export const UNREADABLE_ANSWER = "unreadable_answer";
export const HTTP_ERROR = "http_error";
export const RATE_LIMITED = "ratelimited";
export const ABORTED = "aborted";

const CODES: Readonly<Record<Exclude<SlackErrorKind, "other">, readonly string[]>> = {
  limited: [RATE_LIMITED, "rate_limited"],
  // Slack says of internal_error and fatal_error that a part of the work may have been done.
  uncertain: [
    NO_ANSWER,
    UNREADABLE_ANSWER,
    HTTP_ERROR,
    ABORTED,
    "internal_error",
    "fatal_error",
    "request_timeout",
    "service_unavailable",
  ],
  unavailable: [NOT_CONNECTED, "accesslimited", "team_added_to_org"],
  channel: [
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
    "method_not_supported_for_channel_type",
  ],
  credentials: [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "no_permission",
    "access_denied",
    "not_allowed_token_type",
    "team_access_not_granted",
    "ekm_access_denied",
    "org_login_required",
    "two_factor_setup_required",
  ],
  gone: [
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "thread_not_found",
    "cannot_reply_to_message",
  ],
  content: [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "block_mismatch",
    "no_text",
  ],
  people: [
    "users_not_found",
    "user_not_found",
    "user_not_visible",
    "user_not_in_channel",
    "cannot_dm_bot",
    "user_disabled",
    "no_such_subteam",
    // User groups do not exist on Slack's free plan.
    "plan_upgrade_required",
  ],
  dialog: [
    "expired_trigger_id",
    "trigger_expired",
    "exchanged_trigger_id",
    "trigger_exchanged",
    "invalid_trigger_id",
    "hash_conflict",
    "view_not_found",
    "not_found",
    "push_limit_reached",
  ],
};

const KIND_OF = new Map<string, SlackErrorKind>(
  Object.entries(CODES).flatMap(([kind, codes]) =>
    codes.map((code) => [code, kind as SlackErrorKind] as const),
  ),
);

export function kindOfCode(code: string): SlackErrorKind {
  return KIND_OF.get(code) ?? "other";
}

/** Whether a code is one of the table: metrics are labelled with these only. */
export function isKnownCode(code: string): boolean {
  return KIND_OF.has(code);
}

/** What to do about it, for the codes where there is something to do. */
const ADVICE: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the app to the channel with "/invite"',
  channel_not_found:
    'check the channel\'s name in the configuration, and invite the app with "/invite" if the channel is private',
  is_archived: "unarchive the channel, or name another one in the configuration",
  invalid_auth: "the token is not valid: check SLACK_BOT_TOKEN",
  not_authed: "the token is missing: check SLACK_BOT_TOKEN",
  account_inactive: "the app was removed from the workspace: install it again",
  token_revoked: "the token was revoked: install the app again and renew SLACK_BOT_TOKEN",
  token_expired: "the token has expired: install the app without token rotation",
  [NOT_CONNECTED]: "Slack cannot be reached from here",
};

export function adviceFor(code: string): string | null {
  return ADVICE[code] ?? null;
}
