import { z } from "zod";
import type { HttpAnswer } from "../../http-exchange.ts";
import { oneLine } from "../../one-line.ts";
import { jsonOf, notFrom, type Refused, refusalOf } from "../answer-words.ts";

export type ReadLines = { readonly kind: "lines"; readonly lines: readonly string[] } | Refused;

export interface LineLimits {
  /** Nanoseconds since the epoch; they do not fit into a number. */
  readonly from: bigint;
  /** Exclusive, as for Loki. */
  readonly to: bigint;
  readonly atOnce: number;
  readonly most: number;
}

interface LogLine {
  readonly at: bigint;
  readonly key: string;
  readonly line: string;
}

const Answer = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.string(),
    result: z.array(
      z.object({
        stream: z.record(z.string(), z.string()),
        // A third member has structured metadata.
        values: z.array(z.tuple([z.string().regex(/^\d{1,20}$/), z.string()], z.unknown())),
      }),
    ),
    warnings: z.array(z.string()).nullish(),
  }),
  warnings: z.array(z.string()).nullish(),
});

/**
 * Every line of a window, the newest first, page by page: an answer holds only so many, and does not say that
 * there are more. The next page ends at the oldest line of this one, and takes that moment again, since more
 * lines may have it. More lines than the limit are `partial`: which patterns are new cannot be said then.
 */
export async function readLines(
  ask: (start: bigint, end: bigint) => Promise<HttpAnswer>,
  { from, to, atOnce, most }: LineLimits,
): Promise<ReadLines> {
  const lines: string[] = [];
  let end = to;
  let seen = new Set<string>();
  while (from < end) {
    const page = parseLines(await ask(from, end));
    if (page.kind !== "page") return page;
    const fresh = page.lines.filter(({ key }) => !seen.has(key));
    lines.push(...fresh.map(({ line }) => line));
    if (page.lines.length < atOnce) return { kind: "lines", lines };
    if (lines.length >= most || fresh.length === 0) {
      const why = `there are more than ${lines.length} lines, and what is new among them cannot be said: select fewer, e.g. |= "error"`;
      return { kind: "partial", why };
    }
    const oldest = page.lines.reduce((least, { at }) => (at < least ? at : least), end);
    seen = new Set(page.lines.filter(({ at }) => at === oldest).map(({ key }) => key));
    end = oldest + 1n;
  }
  return { kind: "lines", lines };
}

function parseLines(
  answer: HttpAnswer,
): { readonly kind: "page"; readonly lines: readonly LogLine[] } | Refused {
  const refusal = refusalOf(answer);
  if (refusal !== null) return { kind: "error", why: refusal };
  const body = jsonOf(answer);
  const kind = z.object({ data: z.object({ resultType: z.string() }) }).safeParse(body);
  if (kind.success && kind.data.data.resultType !== "streams") {
    const why =
      'the query gives numbers, and log lines are needed: write a log query such as {app="feed"} |= "error"';
    return { kind: "error", why };
  }
  const parsed = Answer.safeParse(body);
  if (!parsed.success) return { kind: "error", why: notFrom("Loki", answer) };
  const { data, warnings } = parsed.data;
  const doubts = [...(warnings ?? []), ...(data.warnings ?? [])];
  if (doubts.length > 0) return { kind: "partial", why: oneLine(doubts.join("; ")) };
  const lines = data.result.flatMap(({ stream, values }) => {
    const labels = JSON.stringify(Object.entries(stream).toSorted());
    return values.map(([at, line]) => ({ at: BigInt(at), key: `${labels} ${at} ${line}`, line }));
  });
  return { kind: "page", lines };
}
