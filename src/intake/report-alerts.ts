import { type Alert, labelMismatch } from "../core/alert.ts";
import type { Dispatch, Outcome } from "../core/outcome.ts";
import type { ComponentPolicy } from "../core/policy.ts";
import type { EventResult } from "./combine-results.ts";
import { cleanLine } from "./sources/text.ts";

export interface ReportedAlert {
  /** Id of the source. */
  readonly source: string;
  readonly alert: Alert;
  readonly components: Readonly<Record<string, ComponentPolicy>>;
  readonly dispatch: Dispatch;
}

/** Near misses that are spoken of in one message. */
const SHOWN = 5;
const LONGEST_REASON = 200;

/**
 * One command for each environment whose watch asks for such alerts. The same alert in the same state is
 * one fact, however often it is sent, and by however many Alertmanagers. Throws `Unavailable` as `dispatch`
 * does.
 */
export async function reportAlert(
  { source, alert, components, dispatch }: ReportedAlert,
  onResult: (result: EventResult) => void,
): Promise<void> {
  const asking = watchesOf(components, source);
  const fitting = asking.filter(({ mismatch }) => mismatch(alert) === null);
  if (fitting.length === 0) {
    onResult({ kind: "ignored", ...whyUnwanted(asking, source, alert) });
    return;
  }
  const { fingerprint, startsAt, status } = alert;
  for (const { component, environment } of fitting) {
    const id = `${source}:alert:${fingerprint}:${startsAt}:${status}:${component}/${environment}`;
    const command = { type: "ReportAlert", component, environment, source, alert } as const;
    onResult(resultOf(await dispatch(command, [id])));
  }
}

interface AskingWatch {
  readonly component: string;
  readonly environment: string;
  /** null: as far as the configuration alone can tell, the alert is wanted. */
  mismatch(alert: Alert): string | null;
}

function watchesOf(
  components: Readonly<Record<string, ComponentPolicy>>,
  source: string,
): readonly AskingWatch[] {
  return Object.values(components).flatMap(({ name: component, environments }) =>
    environments.flatMap(({ name: environment, watch }) => {
      const rules = (watch?.alerts ?? []).filter((rule) => rule.source === source);
      if (rules.length === 0) return [];
      const mismatch = (alert: Alert): string | null => {
        const found = rules.map(({ match }) => labelMismatch(match, alert, null));
        return found.includes(null) ? null : found.join("; or else ");
      };
      return [{ component, environment, mismatch }];
    }),
  );
}

function whyUnwanted(
  asking: readonly AskingWatch[],
  source: string,
  alert: Alert,
): { readonly code: string; readonly message: string } {
  if (asking.length === 0) {
    const message = `no watch asks for alerts of ${source}; add { source: ${source}, match: { … } } to the alerts of a watch`;
    return { code: "no_watch_asks", message };
  }
  const told = asking
    .slice(0, SHOWN)
    .map(
      ({ component, environment, mismatch }) =>
        `${component} in ${environment}: ${cleanLine(mismatch(alert) ?? "", LONGEST_REASON)}`,
    );
  const more = asking.length - told.length;
  const name = cleanLine(alert.name, LONGEST_REASON);
  return {
    code: "alert_not_matched",
    message: `alert ${name} is about no watch: ${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
  };
}

/** Nothing is wrong with an alert that no watch can use: its sender has nothing to mend. */
function resultOf(outcome: Outcome): EventResult {
  if (outcome.kind !== "refused") return { kind: outcome.kind, release: outcome.release };
  const { code, sentence } = outcome.refusal;
  return { kind: "ignored", code, message: cleanLine(sentence, 2 * LONGEST_REASON) };
}
