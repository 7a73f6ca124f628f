import type { Actor } from "../../core/actor.ts";
import type { ReleaseEvent } from "../../core/event.ts";
import { SHOWN } from "../limits.ts";
import { verdictCounts } from "../parts/gate-lines.ts";
import { version } from "../subject.ts";
import { actor } from "../text/mention.ts";
import { line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import type { ThreadView } from "../view.ts";
import { failureLine } from "./failure-line.ts";

/** null: the card says it already, or it is nothing to people. */
export function releaseLine(event: ReleaseEvent, by: Actor, view: ThreadView): Mrkdwn | null {
  const { state } = view;
  switch (event.type) {
    case "ReleaseRegistered":
    case "NotesWritten":
    case "MessagePosted":
    case "CardMoved":
    case "CardWithheld":
    case "ReleaseRetired":
      return null;
    case "FailureCounted":
      return failureLine(event, view);
    case "EvidenceRevised":
      return md`📝 Revised: ${event.build.source} reported it again with other evidence (revision ${event.revision}).`;
    case "GatesJudged": {
      const { environment, results } = event.judgement;
      return results.length === 0
        ? null
        : md`🔎 Judged for *${environment}*: ${verdictCounts(results)}.`;
    }
    case "ReleaseSuperseded":
      return md`⏭️ Superseded by ${version(state.component, event.supersededBy)}.`;
    case "ReleaseRejected":
      return md`🚫 Rejected by ${actor(by)}: ${line(event.reason, SHOWN.reason)}`;
    case "ReleaseRestored":
      return md`📦 Open again: ${actor(by)} named it.`;
  }
}
