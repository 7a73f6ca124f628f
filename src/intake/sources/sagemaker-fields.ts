import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import type { ParsedEvent } from "./source.ts";
import { cleanLine, instant } from "./text.ts";

/** Seconds have fewer digits than milliseconds until the year 5138. */
const SECONDS = 1e11;

/** SageMaker writes times as ISO 8601, as milliseconds in a text, and as numbers. */
export const sagemakerTime = z
  .union([z.number(), z.string().max(60)])
  .nullish()
  .transform((value): number | null => {
    const number = typeof value === "string" && /^\d{9,14}$/.test(value) ? Number(value) : value;
    if (typeof number === "number") {
      const time = Math.round(number < SECONDS ? number * 1_000 : number);
      return time > 0 && time <= 8.64e15 ? time : null;
    }
    const time = instant.safeParse(number ?? "");
    return time.success ? time.data : null;
  });

/** The part behind the last slash: of a pipeline its name, of an execution its id. */
export function lastOf(arn: string): string {
  return arn.split("/").at(-1) || arn;
}

/** A status that is not listed is no success. null: it goes on. */
export function sagemakerOutcome(status: string): BuildOutcome | null {
  switch (status) {
    case "Completed":
    case "Succeeded":
      return "success";
    case "Failed":
      return "failure";
    case "Stopped":
      return "cancelled";
    case "Pending":
    case "InProgress":
    case "Executing":
    case "Stopping":
    case "Deleting":
      return null;
    default:
      return "error";
  }
}

export function notFinished(what: string, status: string): ParsedEvent {
  const message = `${cleanLine(what, 120)} is ${cleanLine(status, 40)}; a release is made when it has ended`;
  return { kind: "unsupported", code: "not_finished", message };
}
