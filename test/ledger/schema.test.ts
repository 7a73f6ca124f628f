import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SCHEMA } from "../../src/ledger/schema.ts";

/*
 * Processes of two versions may run on one ledger, and who is older must know what it does not know.
 * Whoever changes a list below raises SCHEMA, unless the schema has not been released yet.
 */

const EVENTS = [
  "ApprovalGiven",
  "ApprovalRequested",
  "ApprovalsVoided",
  "CardMoved",
  "CardWithheld",
  "ChartDrawn",
  "ConfirmationAwaited",
  "ConfirmationDropped",
  "DeployStarted",
  "DeploySucceeded",
  "DigestRequested",
  "EvidenceRevised",
  "FailureCounted",
  "FalseAlarmReported",
  "FreezeLifted",
  "FreezePlaced",
  "GatesJudged",
  "GatheringClosed",
  "GatheringForgotten",
  "GatheringOpened",
  "GuardEnded",
  "GuardStarted",
  "HoldLifted",
  "HoldPlaced",
  "IncidentClosed",
  "MessagePosted",
  "NotesWritten",
  "OperationAbandoned",
  "OperationAccepted",
  "OperationProgressed",
  "PartReported",
  "PromotionApproved",
  "PromotionCancelled",
  "PromotionCompleted",
  "PromotionConfirmed",
  "PromotionExpired",
  "PromotionFailed",
  "PromotionQueued",
  "PromotionRejected",
  "PromotionRequested",
  "PromotionRevoked",
  "PromotionSuperseded",
  "ReleaseRegistered",
  "ReleaseRejected",
  "ReleaseRestored",
  "ReleaseRetired",
  "ReleaseSuperseded",
  "RollbackAccepted",
  "RollbackFailed",
  "RollbackImpossible",
  "RollbackProgressed",
  "RollbackRetried",
  "RollbackStarted",
  "RolledBack",
  "RoutineApproved",
  "RoutineSampled",
  "RunEnded",
  "RunForgotten",
  "RunReported",
  "VerdictChanged",
  "VerificationPassed",
  "VerificationStarted",
  "WatchBreached",
  "WatchOverridden",
  "WatchPassed",
  "WatchStarted",
  "WatchUndecided",
];

const JOBS = [
  "chart",
  "close-gathering",
  "confirm",
  "digest",
  "expire",
  "guard",
  "lookup",
  "message",
  "notes",
  "operation.observe",
  "operation.start",
  "operation.stop",
  "register",
  "register-fragment",
  "review",
  "review-all",
  "sink",
  "thread",
  "watch",
];

const EVENT_FILES = [
  "event.ts",
  "chart-event.ts",
  "guard-event.ts",
  "lane-event.ts",
  "report-event.ts",
];

/** The values of the tag of the unions in a text. */
function tagsIn(text: string, tag: string): readonly string[] {
  const found = text.matchAll(new RegExp(`readonly ${tag}: "([\\w.-]+)"`, "g"));
  return [...new Set([...found].map(([, name = ""]) => name))].sort();
}

function core(file: string): string {
  return readFileSync(join(import.meta.dirname, "../../src/core", file), "utf8");
}

it("has a number of its own for each set of events and jobs", () => {
  const [bodies = ""] = core("job.ts").split("export interface NewJob");
  expect({
    schema: SCHEMA,
    events: EVENT_FILES.flatMap((file) => tagsIn(core(file), "type")).sort(),
    jobs: tagsIn(bodies, "kind"),
  }).toEqual({ schema: 1, events: EVENTS, jobs: JOBS });
});
