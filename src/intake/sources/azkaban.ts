import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import { artifactOf } from "./artifact-reference.ts";
import { buildOf, subjectOf } from "./blank.ts";
import { decodeLatinJson } from "./decode.ts";
import { madeKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import type { Decoded, ParsedEvent, ReportedCommit, SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";
import { cleanLine, isCommitSha, isVersion, line } from "./text.ts";

/** Azkaban puts in what it knows, and leaves what it does not know as it was written. */
const filledIn = (text: string) => !/\?\{|\$\{/.test(text);
const FILL_IN =
  "holds a token ?{…} or a property in braces that Azkaban did not fill in: correct its name";

const text = (longest: number) => line(longest).refine(filledIn, FILL_IN);

/** In a query there is nothing but texts, so that an empty one stands for none. */
function optional<T extends z.ZodType>(type: T) {
  return z.preprocess((value) => (value === "" ? null : value), type.nullish());
}

/** The tokens of Azkaban by their own names, and what the properties of the flow add. */
export const callback = z.object({
  server: optional(text(300)),
  project: text(255),
  flow: text(255),
  executionId: z.preprocess(
    (value) => (typeof value === "number" ? String(value) : value),
    text(100),
  ),
  job: text(255),
  status: text(100),
  subject: optional(text(200)),
  version: optional(
    z
      .string()
      .refine(isVersion, "must be 1 to 128 visible characters without spaces")
      .refine(filledIn, FILL_IN),
  ),
  commit: optional(
    z
      .string()
      .toLowerCase()
      .refine(isCommitSha, "must be the whole commit id: 40 or 64 hexadecimal digits"),
  ),
  branch: optional(text(255)),
  artifact: optional(text(2_000).regex(/^\S+$/, "must not hold spaces")),
});

type Callback = z.output<typeof callback>;

/** A word that is not listed is an error: what is not known is not a success. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["succeeded", "success"],
  ["failed", "failure"],
  ["failed_finishing", "failure"],
  ["failed_succeeded", "failure"],
  ["killed", "cancelled"],
  ["killing", "cancelled"],
  ["cancelled", "cancelled"],
  ["execution_stopped", "cancelled"],
  ["skipped", "cancelled"],
  ["disabled", "cancelled"],
]);

/** Words of a job that has not ended, which a `started` callback sends. */
export const UNFINISHED: readonly string[] = [
  "ready",
  "dispatching",
  "preparing",
  "queued",
  "running",
  "paused",
];

/**
 * Job callbacks of Azkaban, sent once and without an id. It sends a GET unless told otherwise: then the
 * query is the event, and the token stands in a header all the same, since addresses are logged on the way.
 */
export const azkabanSource: SourceAdapter = {
  mediaTypes: { "application/json": decode, "text/plain": decode, "": decode },
  readQuery,
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const parsed = callback.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const { data } = parsed;
    const delivery = madeKey([
      data.server ?? null,
      data.project,
      data.flow,
      data.executionId,
      [data.job, data.status, data.version ?? null],
    ]);
    return { kind: "delivery", delivery, events: [readCallback(data, source)] };
  },
};

/** The body is in ISO-8859-1, whatever Content-Type says, with the values put in as they are. */
function decode(bytes: Buffer): Decoded {
  const decoded = decodeLatinJson(bytes);
  return decoded.kind === "decoded"
    ? decoded
    : {
        kind: "undecodable",
        problem: `${decoded.problem}: put every ?{token} and \${property} between quotes; a value with a quote, a backslash or a line break in it breaks the JSON, because Azkaban puts values in as they are: take it out of the value, or use GET, where values are encoded`,
      };
}

function readQuery(query: string): Decoded {
  const entries = [...new URLSearchParams(query)];
  const names = new Set(entries.map(([name]) => name));
  return names.size === entries.length
    ? { kind: "decoded", value: Object.fromEntries(entries) }
    : { kind: "undecodable", problem: "has a name twice" };
}

function readCallback(sent: Callback, source: string): ParsedEvent {
  const status = sent.status.toLowerCase();
  const what = `execution ${cleanLine(sent.executionId, 60)} of ${cleanLine(sent.flow, 80)}`;
  if (UNFINISHED.includes(status)) {
    return {
      kind: "unsupported",
      code: "not_finished",
      message: `job ${cleanLine(sent.job, 80)} in ${what} is ${status}; send callbacks for success and failure`,
    };
  }
  const commit = commitOf(sent);
  return {
    kind: "build",
    subject: subjectOf({
      component: sent.subject ?? null,
      event: "job",
      workflow: `${sent.project}/${sent.flow}`,
      branch: commit?.branch ?? null,
    }),
    build: buildOf({
      version: sent.version ?? sent.executionId,
      outcome: OUTCOMES.get(status) ?? "error",
      source,
      run: { id: sent.executionId, attempt: 1, url: pageOf(sent) },
      artifact: sent.artifact ? artifactOf(sent.artifact) : null,
      commit,
    }),
  };
}

/** Its repository is that of the component: Azkaban knows none. */
function commitOf({ commit, branch }: Callback): ReportedCommit | null {
  if (!commit) return null;
  const unknown = { repository: null, tag: null, author: null, subject: null };
  return { ...unknown, sha: commit, branch: branch ?? null };
}

/** The server calls itself host:port. 8081 is its own default for plain HTTP. */
function pageOf({ server, executionId }: Callback): string | null {
  if (!/^[\w.-]+(?::\d{1,5})?$/.test(server ?? "")) return null;
  const scheme = server?.endsWith(":8081") ? "http" : "https";
  return `${scheme}://${server}/executor?execid=${encodeURIComponent(executionId)}`;
}
