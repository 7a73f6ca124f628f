import type { CheckAssessment } from "../verdict.ts";
import type { Unusable } from "./unusable.ts";

/** What the kinds of measures find out; the rest of an assessment is known before. */
export type Finding = Omit<CheckAssessment, "check" | "query" | "url">;

/** A finding without samples. */
export function finding(
  verdict: CheckAssessment["verdict"],
  sentence: string,
  condition: string,
): Finding {
  const counts = { passed: 0, failed: 0, noData: 0 };
  return { verdict, sentence, condition, samples: [], counts };
}

/** Of what could not be read. `of`: "" for the release, or what else was asked for. */
export function notRead({ kind, why }: Unusable, condition: string, of = ""): Finding {
  return kind === "error"
    ? finding("error", `${of}${why}`, condition)
    : finding("inconclusive", `${of}the answer may be incomplete: ${why}`, condition);
}
