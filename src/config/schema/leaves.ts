import { validate as isNodeCron } from "node-cron";
import { z } from "zod";
import type { Milliseconds } from "../../core/json.ts";
import { DURATION, parseDuration } from "../duration.ts";
import { cronProblem } from "../freeze-window.ts";

const DURATION_TEXT = "must be a duration such as 500ms, 30s, 10m, 24h or 7d";
const LONGEST: Milliseconds = 366 * 86_400_000;

/** A text that is checked, and kept as it is. `problem` says what is wrong with it; null: nothing. */
function text(problem: (value: string) => string | null) {
  return z.string().superRefine((value, context) => {
    const message = problem(value);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
}

function matching(pattern: RegExp, message: string) {
  return z.string().regex(pattern, { error: message });
}

/** A duration of at least `least` milliseconds, in milliseconds. */
export function duration(least: Milliseconds) {
  return z
    .string({ error: DURATION_TEXT })
    .regex(DURATION, { error: DURATION_TEXT })
    .transform((value, context): Milliseconds => {
      const milliseconds = parseDuration(value) ?? 0;
      const message =
        milliseconds < least
          ? `must be at least ${least} ms`
          : milliseconds > LONGEST
            ? "must be at most 366d"
            : null;
      if (message !== null) context.addIssue({ code: "custom", message });
      return milliseconds;
    });
}

/** The name of a component, an environment or an entry: it stands in ids, addresses and file names. */
export const name = matching(
  /^(?!\d+$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  "a name has letters, digits, . _ and -, begins with a letter or digit, is not only digits, and is at most 64 long",
);

/** Words that follow `/release` and are not components. */
const COMMAND_WORDS = ["help", "freeze", "unfreeze", "stats", "audit"];

export const componentName = name.refine((value) => !COMMAND_WORDS.includes(value), {
  error: `is a word of the /release command (${COMMAND_WORDS.join(", ")}); choose another name`,
});

/** The id of a source is a part of an address. */
export const sourceId = matching(
  /^(?!\d+$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  "an id has letters, digits, _ and -, because it is the path of /hooks/<id>",
);

/** A text that is not only white space. */
export const words = text((value) => (value.trim() === "" ? "must not be empty" : null));

/** For names and reasons that are shown on cards. */
export const title = words.max(150, { error: "must be at most 150 characters" });

export const timezone = text((value) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return null;
  } catch {
    return "unknown time zone; write an IANA name such as America/Los_Angeles or UTC";
  }
});

export const cron = text(cronProblem);

/** A cron expression that the scheduler runs. */
export const scheduledCron = text(
  (value) => cronProblem(value) ?? (isNodeCron(value) ? null : "not a cron expression"),
);

/** The name of a channel without its #, or its id. */
export const channel = matching(
  /^(?:#?[\p{Ll}\p{Lo}\p{N}_-]{1,80}|[CG][A-Z0-9]{7,20})$/u,
  "must be the name of a channel such as releases, or its id such as C024BE91L",
).transform((value) => value.replace(/^#/, ""));

const GROUP = /^@[a-z0-9][\w.-]{0,79}$/i;
const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;
const USER_ID = /^[UW][A-Z0-9]{6,20}$/;

/** How people are named; e-mail addresses in lower case, as they are compared. */
export const principal = text((value) =>
  [GROUP, EMAIL, USER_ID].some((shape) => shape.test(value))
    ? null
    : "must be a user group such as @ml-leads, an e-mail address, or a Slack user id such as U024BE7LH",
).transform((value) => (EMAIL.test(value) ? value.toLowerCase() : value));

export const userId = matching(USER_ID, "must be a Slack user id such as U024BE7LH");

export const email = matching(EMAIL, "must be an e-mail address").transform((value) =>
  value.toLowerCase(),
);

export const repository = matching(
  /^[A-Za-z0-9][A-Za-z0-9-]*\/[\w.-]+$/,
  "must be owner/name, e.g. acme/pymk",
);

/** A repository of any system, also where groups hold groups. */
export const repositoryPath = matching(
  /^[A-Za-z0-9_][\w.-]*(?:\/[\w.-]+)+$/,
  "must be owner/name, e.g. acme/pymk, or a path such as acme/search/pymk",
);

export const repositoryGlob = matching(
  /^[\w.*-]+\/[\w.*-]+$/,
  "must be owner/name, with * for any part of either, e.g. acme/*",
);

export const projectGlob = matching(
  /^[\w.*-]+(?:\/[\w.*-]+)+$/,
  "must be the path of a project, with * for any part of a segment and ** for any segments, e.g. acme/* or acme/**",
);

/** The address of a server. */
export const url = text((value) => {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    return "must be an address such as http://prometheus:9090";
  }
  const { username, password } = new URL(value);
  return username === "" && password === ""
    ? null
    : "a password does not belong in an address; use headers";
});

export const headerName = matching(
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/,
  "must be the name of a header, e.g. authorization",
);

export const headerValue = matching(/^[\x20-\x7e\t]*$/, "must be one line of plain text");
