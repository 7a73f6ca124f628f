import { createHash } from "node:crypto";
import type { CdEvent } from "./cdevents-schema.ts";
import { readPackageUrl } from "./package-url.ts";
import type { ParsedEvent } from "./source.ts";
import { cleanLine } from "./text.ts";

const LONGEST_SUMMARY = 500;

/** An incident is an alert for the watches: it is known by its id, and `resolved` ends it. */
export function readIncident({ context, subject, customData }: CdEvent): ParsedEvent {
  const { description, environment, service, artifactId } = subject.content ?? {};
  const version = artifactId == null ? null : (readPackageUrl(artifactId)?.version ?? null);
  const labels = {
    alertname: "incident",
    incident: subject.id,
    environment: environment?.id ?? null,
    service: service?.id ?? null,
    artifact: artifactId ?? null,
    version: customData?.version ?? version,
  };
  const isOver = context.type === "incident.resolved";
  const { timestamp } = context;
  return {
    kind: "alert",
    alert: {
      fingerprint: createHash("sha256").update(subject.id).digest("hex").slice(0, 16),
      status: isOver ? "resolved" : "firing",
      name: `incident ${cleanLine(subject.id, 100)}`,
      labels: Object.fromEntries(
        Object.entries(labels).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      ),
      summary: cleanLine(description ?? "", LONGEST_SUMMARY) || null,
      startsAt: timestamp,
      endsAt: isOver ? timestamp : null,
      url: customData?.url ?? null,
      because: "condition",
    },
  };
}
