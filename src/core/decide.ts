import { advance } from "./advance.ts";
import type { ComponentCommand } from "./command.ts";
import type { ComponentState } from "./component.ts";
import { approve } from "./decide/approve.ts";
import { freeze, hold, unfreeze, unhold } from "./decide/brake.ts";
import { closeGathering } from "./decide/join-reports.ts";
import { override, retry, stop } from "./decide/operate.ts";
import { promoteByName } from "./decide/promote-by-name.ts";
import { expireApproval, recordMessage, writeNotes } from "./decide/record.ts";
import { recordCharts } from "./decide/record-charts.ts";
import { registerFragment } from "./decide/register-fragment.ts";
import { reject } from "./decide/reject.ts";
import { reportAlert } from "./decide/report-alert.ts";
import { reportBuild } from "./decide/report-build.ts";
import { reportConfirmation } from "./decide/report-confirmation.ts";
import { reportFalseAlarm } from "./decide/report-false-alarm.ts";
import { reportGuard } from "./decide/report-guard.ts";
import { reportOperation } from "./decide/report-operation.ts";
import { reportWatch } from "./decide/report-watch.ts";
import { rollBack } from "./decide/roll-back.ts";
import type { Context, Decision } from "./decision.ts";
import { accepted, openDraft } from "./draft.ts";

/**
 * What a command comes to in the present state: events, or a refusal. Pure: the same state, command and
 * context always give the same decision.
 */
export function decide(
  state: ComponentState,
  command: ComponentCommand,
  context: Context,
): Decision {
  const draft = openDraft(state, context);
  switch (command.type) {
    case "RegisterBuild":
      return reportBuild(draft, {
        build: command.build,
        part: command.part ?? command.build.source,
        earlier: null,
      });
    case "RegisterFragment":
      return registerFragment(draft, command);
    case "Approve":
      return approve(draft, command);
    case "Reject":
      return reject(draft, command);
    case "Promote":
      return promoteByName(draft, command);
    case "RollBack":
      return rollBack(draft, command);
    case "Stop":
      return stop(draft, command);
    case "Retry":
      return retry(draft, command);
    case "Override":
      return override(draft, command);
    case "ReportFalseAlarm":
      return reportFalseAlarm(draft, command);
    case "Hold":
      return hold(draft, command);
    case "Unhold":
      return unhold(draft, command);
    case "Freeze":
      return freeze(draft, command);
    case "Unfreeze":
      return unfreeze(draft, command);
    case "ReportOperation":
      return reportOperation(draft, command);
    case "ReportWatch":
      return reportWatch(draft, command);
    case "ReportGuard":
      return reportGuard(draft, command);
    case "ReportConfirmation":
      return reportConfirmation(draft, command);
    case "ReportAlert":
      return reportAlert(draft, command);
    case "RecordCharts":
      return recordCharts(draft, command);
    case "WriteNotes":
      return writeNotes(draft, command);
    case "RecordMessage":
      return recordMessage(draft, command);
    case "ExpireApproval":
      return expireApproval(draft, command);
    case "CloseGathering":
      return closeGathering(draft, command);
    case "Review":
      advance(draft);
      return accepted(draft);
  }
}
