import { decodeJson } from "./decode.ts";
import { evidenceOf } from "./report-evidence.ts";
import { type BuildReport, readReport } from "./report-schema.ts";
import type { ReportedBuild, SourceAdapter } from "./source.ts";
import { verifyStandardWebhook } from "./standard-webhooks.ts";

/** Slipway's own build report, which any CI or training job can send: `slipway report`, or by hand. */
export const reportSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { secrets }, now) => verifyStandardWebhook(request, secrets, now),
  parse({ source, headers, body }) {
    const delivery = headers["webhook-id"] ?? "";
    const read = readReport(body);
    if (read.kind === "malformed") {
      return { kind: "malformed", delivery, message: read.problem };
    }
    const { report } = read;
    return {
      kind: "delivery",
      delivery,
      events: [
        {
          kind: "build",
          subject: {
            component: report.component,
            repository: report.commit?.repository ?? null,
            event: null,
            workflow: null,
            branch: report.commit?.branch ?? null,
            package: null,
          },
          build: toBuild(report, source),
        },
      ],
    };
  },
};

function toBuild(report: BuildReport, source: string): ReportedBuild {
  const { run, commit } = report;
  return {
    ...evidenceOf(report),
    version: report.version,
    source,
    run: { id: run.id, attempt: run.attempt ?? 1, url: run.url ?? null },
    trigger: report.trigger ?? null,
    startedBy: null,
    commit:
      commit === undefined
        ? null
        : {
            repository: commit.repository ?? null,
            sha: commit.sha ?? null,
            tag: null,
            branch: commit.branch ?? null,
            author: commit.author?.toLowerCase() ?? null,
            subject: null,
          },
  };
}
