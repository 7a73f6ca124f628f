import { z } from "zod";
import type { Dataset, Gap } from "../../core/build.ts";
import type { Instant } from "../../core/json.ts";
import { numbersAmong } from "../../shared/sent-numbers.ts";
import { digestOf } from "./delivery-key.ts";
import { REPORT_LIMITS } from "./report-schema.ts";
import type { ReportedBuild } from "./source.ts";
import { cleanLine, instant, isCommitSha, isImageDigest, isVersion, webUrl } from "./text.ts";

/*
 * What people fill into a body by templates of the system that sends it: every value may arrive as a text, and
 * one that the template found nothing for as an empty text, as None, or as the template itself.
 */

const NOTHING = new Set(["", "None", "null", "undefined", "<no value>"]);

/** A text with something in it; null: nothing was filled in. */
export const filled = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value): string | null => {
    const text = cleanLine(String(value ?? ""), REPORT_LIMITS.text);
    return NOTHING.has(text) || /\{\{|\$\{/.test(text) ? null : text;
  });

/** The members that such a body may have, whichever system sends it. */
export const templateFields = {
  version: filled,
  model: filled,
  subject: filled,
  commit: filled,
  branch: filled,
  artifact: filled,
  digest: filled,
  url: filled,
  metrics: z.unknown().optional(),
  datasets: z.unknown().optional(),
};

type TemplateFields = {
  readonly [K in Exclude<keyof typeof templateFields, "metrics" | "datasets">]: string | null;
} & {
  readonly metrics?: unknown;
  readonly datasets?: unknown;
};

export type FilledIn = Pick<ReportedBuild, "artifact" | "commit" | "metrics" | "datasets"> & {
  readonly gaps?: readonly Gap[];
};

/** What the members say of a build. What cannot be read is a gap, which says how to send it. */
export function readTemplateFields(fields: TemplateFields): FilledIn {
  const metrics = readMetrics(fields.metrics);
  const datasets = readDatasets(fields.datasets);
  const commit = readCommit(fields);
  const gaps = [...metrics.gaps, ...datasets.gaps, ...commit.gaps];
  const { artifact: uri, digest } = fields;
  return {
    artifact:
      uri === null
        ? null
        : {
            uri: uri.replaceAll(/\s+/g, "%20"),
            digest: digest !== null && isImageDigest(digest) ? digest : null,
          },
    commit: commit.value,
    metrics: metrics.value,
    datasets: datasets.value,
    ...(gaps.length === 0 ? {} : { gaps }),
  };
}

interface Read<T> {
  readonly value: T;
  readonly gaps: readonly Gap[];
}

/** `{name: number}`, a list of `{name, value}`, or either of them as a JSON text. */
function readMetrics(given: unknown): Read<FilledIn["metrics"]> {
  const value = unwrapped(given);
  if (value === null) return { value: {}, gaps: [] };
  const entries = entriesIn(value);
  if (entries === null) return { value: {}, gaps: [notJson("metrics")] };
  const { metrics, leftOut } = numbersAmong(entries);
  if (leftOut.length === 0) return { value: metrics, gaps: [] };
  const names = leftOut.slice(0, 5).map((name) => cleanLine(name, 60));
  const what = `metric ${names.join(", ")}${leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : ""}`;
  const why = "it is no finite number, or has no name; send one that can be compared";
  return { value: metrics, gaps: [{ what, why, blocks: false }] };
}

const pairs = z.array(z.object({ name: z.string(), value: z.unknown().optional() }));

/** null: it is neither. */
export function entriesIn(value: unknown): readonly (readonly [string, unknown])[] | null {
  const list = pairs.safeParse(value);
  if (list.success) return list.data.map((pair) => [pair.name, pair.value] as const);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : null;
}

const datasetList = z.array(
  z.object({ name: filled, version: filled, digest: filled, rows: z.unknown().optional() }),
);

/** A list of `{name, version, digest, rows}`, `{name: version}`, or either of them as a JSON text. */
function readDatasets(given: unknown): Read<readonly Dataset[]> {
  const value = unwrapped(given);
  if (value === null) return { value: [], gaps: [] };
  const list = datasetList.safeParse(value);
  const known = list.success ? list.data : (entriesIn(value)?.map(fromEntry) ?? null);
  if (known === null) return { value: [], gaps: [notJson("datasets")] };
  const datasets = new Map<string, Dataset>();
  for (const { name, version, digest, rows } of known.slice(0, REPORT_LIMITS.datasets)) {
    if (name === null) continue;
    const key = cleanLine(name, REPORT_LIMITS.name);
    datasets.set(key, {
      name: key,
      version: cleanLine(version ?? "", REPORT_LIMITS.name),
      digest: digest === null ? null : cleanLine(digest, REPORT_LIMITS.name),
      rows: rowsIn(rows),
    });
  }
  return { value: [...datasets.values()], gaps: [] };
}

function fromEntry([name, version]: readonly [string, unknown]) {
  const text = filled.safeParse(version);
  return { name, version: text.success ? text.data : null, digest: null, rows: null };
}

function rowsIn(rows: unknown): number | null {
  const count = typeof rows === "string" && /^\d+$/.test(rows) ? Number(rows) : rows;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

function readCommit({ commit, branch }: TemplateFields): Read<FilledIn["commit"]> {
  if (commit === null) return { value: null, gaps: [] };
  const sha = commit.toLowerCase();
  if (!isCommitSha(sha)) {
    const why = "it is not a whole commit id: send all its 40 or 64 hexadecimal digits";
    return { value: null, gaps: [{ what: `commit ${cleanLine(commit, 60)}`, why, blocks: false }] };
  }
  const name = branch === null ? null : cleanLine(branch, REPORT_LIMITS.name);
  const whole = { repository: null, sha, tag: null, branch: name, author: null, subject: null };
  return { value: whole, gaps: [] };
}

/** A text is read as JSON, since a template makes texts of everything. null: nothing was filled in. */
export function unwrapped(given: unknown): unknown {
  if (given === undefined || given === null) return null;
  if (typeof given !== "string") return given;
  const text = filled.parse(given.slice(0, 64)) === null ? "" : given;
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function notJson(what: string): Gap {
  return {
    what,
    why: "they are neither an object nor a list: a template must write them as JSON",
    blocks: false,
  };
}

/** A time as a template prints it, which may have a blank for the T; null: it is none. */
export function timeIn(text: string | null): Instant | null {
  const time = instant.safeParse((text ?? "").replace(/^(\d{4}-\d\d-\d\d) /, "$1T"));
  return time.success ? time.data : null;
}

export function urlIn(text: string | null): string | null {
  const url = webUrl.safeParse(text ?? "");
  return url.success && url.data.length <= REPORT_LIMITS.url ? url.data : null;
}

const LONGEST_VERSION = 128;

/** A text of the system as a version: as it is where it is one, else made one that no other text is made. */
export function asVersion(text: string): string {
  if (isVersion(text)) return text;
  const digest = digestOf(text).slice(0, 12);
  const visible = text.replaceAll(/[\s\p{C}]+/gu, "-");
  return `${cleanLine(visible, LONGEST_VERSION - digest.length - 1)}-${digest}`;
}
