import type { Alert } from "../alert.ts";
import type { AssessRequest } from "./assess-request.ts";
import type { Finding } from "./finding.ts";
import { finding, notRead } from "./finding.ts";
import { usable } from "./unusable.ts";

const SHOWN = 5;

/**
 * Alerts about the release that fire. One that began before it took traffic is not its doing; one that
 * fires because its system could not measure proves nothing.
 */
export function assessAlerts({ measured, window, now }: AssessRequest): Finding {
  const condition = "no alert fires";
  const { release } = measured;
  if (release.kind !== "alerts") {
    const why = `${release.kind} was measured, and alerts are needed`;
    return notRead({ kind: "error", why }, condition);
  }
  const read = usable(release.alerts, "alerts");
  if (read.kind !== "alerts") return notRead(read, condition);
  const judged = now >= window.from + window.warmUp;
  const firing = judged ? read.alerts.filter(({ status }) => status === "firing") : [];
  const begun = firing.filter(({ startsAt }) => startsAt > window.deployedAt);
  const failing = begun.filter(({ because }) => because === "condition");
  const counts = { passed: 0, failed: failing.length, noData: begun.length - failing.length };
  if (failing.length > 0) {
    return { ...finding("failure", sentenceOf(failing), condition), counts };
  }
  if (begun.length > 0) {
    const sentence = `it could not be measured: ${sentenceOf(begun)}`;
    return { ...finding("error", sentence, condition), counts };
  }
  const older = firing.length;
  const others =
    older === 0 ? "" : `; ${older === 1 ? "1 began" : `${older} began`} before it took traffic`;
  const verdict = now >= window.until ? "success" : "pending";
  return { ...finding(verdict, `no alert fires${others}`, condition), counts };
}

function sentenceOf(alerts: readonly Alert[]): string {
  const names = alerts.map(({ name, summary }) =>
    summary === null ? name : `${name} (${summary})`,
  );
  const shown = names.slice(0, SHOWN).join(", ");
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : "";
  return `${alerts.length === 1 ? "1 alert fires" : `${alerts.length} alerts fire`}: ${shown}${more}`;
}
