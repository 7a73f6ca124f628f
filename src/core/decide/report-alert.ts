import { type Alert, labelMismatch } from "../alert.ts";
import type { ReportAlert } from "../command.ts";
import {
  type ComponentState,
  environmentState,
  findPromotion,
  promotionById,
} from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import type { EnvironmentPolicy } from "../policy.ts";
import { type Refusal, refusal } from "../refusal.ts";
import type { AssessedAlert, CheckAssessment } from "../verdict.ts";
import { breach, type Watched } from "./breach.ts";
import { locateEnvironment } from "./locate.ts";

/** Alerts that one watch keeps: a storm of them says no more than its beginning. */
export const MOST_ALERTS = 20;

/**
 * An alert for what is watched in an environment. One that began to fire after the release took traffic is
 * a failure of its watch, acted on as any other, with the same brakes. It stays one when it is resolved, as
 * a limit that has tripped does; that it was is recorded. One that fires because its system could not
 * measure proves nothing: it is an error, never a breach.
 */
export function reportAlert(draft: Draft, command: ReportAlert): Decision {
  const place = locateEnvironment(draft, command.environment);
  if (place.kind === "refused") return refused(draft, place.refusal);
  const { alert } = command;
  const seen = recorded(draft.state(), command);
  if (seen !== undefined && (alert.status === "firing" || seen.alert?.endsAt !== null)) {
    return accepted(draft);
  }
  const promotion = watchedIn(draft.state(), command.environment);
  if (promotion === null) return refused(draft, notWatched(command));
  const doubt = seen === undefined ? whyNot(draft, command, promotion, place.environment) : null;
  if (doubt !== null) return refused(draft, doubt, promotion.release);
  const startsAt = seen?.alert?.startsAt ?? alert.startsAt;
  const assessment = assessed({ ...command, alert: { ...alert, startsAt } });
  draft.emit({ type: "VerdictChanged", promotion: promotion.id, assessment });
  if (assessment.verdict === "failure") {
    const sentence = `${assessment.check}: ${assessment.sentence}`;
    breach(draft, promotion, { checks: [assessment], sentence, isDoubtful: false });
  }
  return accepted(draft, { release: promotion.release });
}

/** The alert as a promotion into the environment knows it already. */
function recorded(
  state: ComponentState,
  { environment, source, alert }: ReportAlert,
): CheckAssessment | undefined {
  return Object.values(state.releases)
    .flatMap(({ promotions }) => promotions)
    .filter((promotion) => promotion.environment === environment)
    .flatMap(({ state: present, incident }) =>
      present.kind === "watching" ? present.checks : (incident?.checks ?? []),
    )
    .find(
      (one) =>
        one.alert?.source === source &&
        one.alert.fingerprint === alert.fingerprint &&
        (one.alert.startsAt === alert.startsAt || ends(alert, one.alert)),
    );
}

/** Not every system says of what is over when it began. */
function ends({ status, startsAt, endsAt }: Alert, known: AssessedAlert): boolean {
  if (status !== "resolved") return false;
  return known.endsAt === null ? known.startsAt <= startsAt : known.endsAt === endsAt;
}

function watchedIn(state: ComponentState, environment: string): Watched | null {
  const { active } = environmentState(state, environment);
  const promotion = findPromotion(state, active)?.promotion;
  return promotion?.state.kind === "watching" ? { ...promotion, state: promotion.state } : null;
}

/** Why the alert is nothing to this watch; null: it is. */
function whyNot(
  draft: Draft,
  { component, environment, source, alert }: ReportAlert,
  { id, release, state }: Watched,
  { watch }: EnvironmentPolicy,
): Refusal | null {
  const { version } = promotionById(draft.state(), id).release;
  const rules = (watch?.alerts ?? []).filter((rule) => rule.source === source);
  const mismatches = rules.map(({ match }) =>
    labelMismatch(match, alert, { component, environment, version }),
  );
  if (mismatches.every((mismatch) => mismatch !== null)) {
    const why = mismatches.join("; or else ") || `its watch hears no alerts of ${source}`;
    return refusal("alert_not_matched", `${what(alert)} is not about ${release}: ${why}`);
  }
  if (alert.startsAt <= state.from) {
    return refusal(
      "alert_before_deploy",
      `${what(alert)} began to fire before ${release} took traffic in ${environment}`,
    );
  }
  if (alert.status === "resolved") {
    return refusal(
      "alert_not_watched",
      `${what(alert)} is resolved, and the watch of ${release} in ${environment} was never told that it fires`,
    );
  }
  return state.checks.filter((one) => one.alert !== undefined).length < MOST_ALERTS
    ? null
    : refusal("alerts_enough", `the watch of ${release} knows ${MOST_ALERTS} alerts already`);
}

function notWatched({ component, environment, alert }: ReportAlert): Refusal {
  return refusal(
    "alert_not_watched",
    `no release of ${component} is under watch in ${environment}, so ${what(alert)} is about none`,
  );
}

function what({ name }: Alert): string {
  return `alert ${name}`;
}

function assessed({ source, alert }: ReportAlert): CheckAssessment {
  const { fingerprint, labels, startsAt, endsAt, url } = alert;
  const measured = alert.because === "condition";
  const open = measured ? "failure" : "error";
  return {
    check: what(alert),
    // A failure stays one: the release did fail, whatever it does now.
    verdict: alert.status === "resolved" && !measured ? "success" : open,
    sentence: sentenceOf(alert),
    query: selectorOf(alert),
    condition: "does not fire",
    samples: [],
    counts: { passed: 0, failed: 0, noData: 0 },
    alert: { source, fingerprint, labels, startsAt, endsAt, url },
  };
}

function sentenceOf({ summary, because, startsAt, endsAt }: Alert): string {
  const said = summary ?? "it fires";
  const found = because === "condition" ? said : `it could not be measured (${said})`;
  if (endsAt === null) return found;
  const minutes = Math.max(1, Math.round((endsAt - startsAt) / 60_000));
  return `${found}; resolved after ${minutes} min`;
}

/** Its labels, as Prometheus writes them. */
function selectorOf({ labels }: Alert): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `{${pairs.sort().join(", ")}}`;
}
