import type { ReleaseEvent } from "../../core/event.ts";
import { version } from "../subject.ts";
import { EMPTY, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import type { ThreadView } from "../view.ts";

/** A build that failed, in the thread of another release; null: it has a card, or nobody is told. */
export function failureLine(
  event: Extract<ReleaseEvent, { readonly type: "FailureCounted" }>,
  { state }: ThreadView,
): Mrkdwn | null {
  if (event.under === null) return null;
  const run = state.releases[event.release]?.build.run ?? null;
  const look = run === null ? EMPTY : md` Look at ${link(run.url, `run ${run.id}`)}.`;
  const which = event.count === 1 ? EMPTY : md` ${event.count} in a row have failed.`;
  return md`❌ The build of ${version(state.component, event.release)} failed.${which}${look}`;
}
