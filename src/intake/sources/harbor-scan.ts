import { z } from "zod";
import type { Check, Metrics } from "../../core/build.ts";
import { cleanLine } from "./text.ts";

const count = z.number().min(0);

const report = z.object({
  scan_status: z.string().max(60).nullish(),
  severity: z.string().max(60).nullish(),
  scanner: z.object({ name: z.string().max(100).nullish() }).nullish(),
  summary: z
    .object({
      total: count.nullish(),
      fixable: count.nullish(),
      summary: z.record(z.string().max(60), count).nullish(),
    })
    .nullish(),
});

/** The reports on one image, by the media type that each scanner has. */
export const scanOverview = z.record(z.string().max(255), report);

type Report = z.output<typeof report>;

/** How bad the worst finding is; a word that is not listed is not known to be harmless. */
const STATUSES: ReadonlyMap<string, Check["status"]> = new Map([
  ["none", "pass"],
  ["negligible", "pass"],
  ["low", "warn"],
  ["medium", "warn"],
  ["high", "fail"],
  ["critical", "fail"],
]);

/** A check for each scanner, and the numbers of its findings as metrics for gates of one's own. */
export function scanEvidence(
  event: string,
  overview: Readonly<Record<string, Report>>,
): { readonly checks: readonly Check[]; readonly metrics: Metrics } {
  const reports = Object.values(overview);
  if (reports.length === 0) {
    const actual = event === "SCANNING_FAILED" ? "the scan failed" : "the event holds no report";
    return { checks: [{ ...NAMELESS, status: "error", actual }], metrics: {} };
  }
  return {
    checks: reports.map((one) => checkOf(event, one)),
    metrics: Object.assign({}, ...reports.map(metricsOf)),
  };
}

const NAMELESS = { name: "vulnerability scan", expected: "nothing of High or Critical" } as const;

function checkOf(event: string, { scan_status: state, severity, scanner, summary }: Report): Check {
  const by = cleanLine(scanner?.name ?? "", 60);
  const name = by === "" ? NAMELESS.name : `${NAMELESS.name} (${by})`;
  const worst = severity ?? "";
  if (event === "SCANNING_FAILED" || state !== "Success") {
    const actual = `the scan ended as ${cleanLine(state ?? "", 60) || "unknown"}`;
    return { ...NAMELESS, name, status: "error", actual };
  }
  // In an order of its own, so that the same report told again is the same.
  const levels = Object.entries(summary?.summary ?? {}).sort(
    ([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1),
  );
  const counts = levels.map(([level, number]) => `${cleanLine(level, 20)} ${number}`);
  const found =
    counts.length === 0 ? `worst is ${cleanLine(worst, 60) || "unknown"}` : counts.join(", ");
  return {
    ...NAMELESS,
    name,
    status: STATUSES.get(worst.toLowerCase()) ?? "error",
    actual: cleanLine(found, 500),
  };
}

/** The worst first; what is not listed last. */
function rankOf(level: string): number {
  const worst = [...STATUSES.keys()].indexOf(level.toLowerCase());
  return worst === -1 ? 1 : -worst;
}

/** `vulnerabilities.critical` and so on: a level that a scanner does not speak of is not known to be 0. */
function metricsOf({ scan_status: state, summary }: Report): Metrics {
  if (state !== "Success") return {};
  const { total = null, fixable = null, summary: levels } = summary ?? {};
  const named = [["total", total], ["fixable", fixable], ...Object.entries(levels ?? {})] as const;
  return Object.fromEntries(
    named.flatMap(([level, number]) =>
      number === null ? [] : [[`vulnerabilities.${cleanLine(level, 20).toLowerCase()}`, number]],
    ),
  );
}
