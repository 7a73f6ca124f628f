import type { Alert } from "../alert.ts";
import type { ReportAlert } from "../command.ts";
import type { ComponentState } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { MOST_ALERTS, openAlerts } from "../heard-alerts.ts";
import type { EnvironmentPolicy } from "../policy.ts";
import type { Promotion, PromotionId } from "../promotion.ts";
import { type Refusal, refusal } from "../refusal.ts";
import type { AssessedAlert, CheckAssessment } from "../verdict.ts";
import { breach, type Failing } from "./breach.ts";
import {
  alertSubject,
  type Hearing,
  heardChecks,
  heardFrom,
  hearingIn,
  whyUnasked,
} from "./hearing.ts";
import { breachLive } from "./live-breach.ts";
import { locateEnvironment } from "./locate.ts";
import { revoke } from "./report-confirmation.ts";

/**
 * An alert for what runs in an environment. One that began to fire after the release took traffic is a
 * failure of its watch, or of its guard once it is live, acted on as any other, with the same brakes; where
 * nothing guards it and its confirmation is awaited, of that. In a watch it stays one when it is resolved,
 * as a limit that has tripped does; later it is over then, as a check is that recovers. One that fires
 * because its system could not measure proves nothing: it is an error, never a breach.
 */
export function reportAlert(draft: Draft, command: ReportAlert): Decision {
  const place = locateEnvironment(draft, command.environment);
  if (place.kind === "refused") return refused(draft, place.refusal);
  const { alert } = command;
  const seen = recorded(draft.state(), command);
  if (seen !== null && (alert.status === "firing" || seen.alert.endsAt !== null)) {
    return accepted(draft);
  }
  const hearing = hearingIn(draft.state(), place.environment);
  if (hearing === null) return refused(draft, notWatched(command));
  // One that an earlier release failed by is not about this one, whatever becomes of it.
  const own = seen?.promotion === hearing.promotion.id ? seen.alert : null;
  const doubt = own === null ? whyNot(draft, command, hearing, place.environment) : null;
  if (doubt !== null) return refused(draft, doubt, hearing.promotion.release);
  const startsAt = own?.startsAt ?? alert.startsAt;
  const assessment = assessed({ ...command, alert: { ...alert, startsAt } }, hearing.kind);
  draft.emit({
    type: "VerdictChanged",
    promotion: hearing.promotion.id,
    assessment,
    ...(hearing.kind === "watch" ? {} : { phase: hearing.kind }),
  });
  if (assessment.verdict === "failure") {
    act(draft, { hearing, place: place.environment, assessment });
  }
  return accepted(draft, { release: hearing.promotion.release });
}

/** What a check that fails would lead to. */
function act(
  draft: Draft,
  {
    hearing,
    place,
    assessment,
  }: {
    readonly hearing: Hearing;
    readonly place: EnvironmentPolicy;
    readonly assessment: CheckAssessment;
  },
): void {
  const sentence = `${assessment.check}: ${assessment.sentence}`;
  const failing: Failing = { checks: [assessment], sentence, isDoubtful: false };
  switch (hearing.kind) {
    case "watch":
      breach(draft, hearing.promotion, failing);
      break;
    case "guard": {
      const { promotion, policy } = hearing;
      breachLive(draft, { promotion, place, policy, failing, news: [assessment] });
      break;
    }
    case "confirmation":
      revoke(draft, { ...hearing, failing });
      break;
  }
}

/** The alert as a promotion into the environment knows it already; null: none does. */
function recorded(
  state: ComponentState,
  { environment, source, alert }: ReportAlert,
): { readonly promotion: PromotionId; readonly alert: AssessedAlert } | null {
  for (const { promotions } of Object.values(state.releases)) {
    for (const promotion of promotions) {
      if (promotion.environment !== environment) continue;
      const known = knownTo(promotion).find(
        (one) =>
          one.source === source &&
          one.fingerprint === alert.fingerprint &&
          (one.startsAt === alert.startsAt || ends(alert, one)),
      );
      if (known !== undefined) return { promotion: promotion.id, alert: known };
    }
  }
  return null;
}

/** What is known of it now stands before what it was like when it went wrong. */
function knownTo({ state, guard, confirmation, incident }: Promotion): readonly AssessedAlert[] {
  const now = [
    ...(state.kind === "watching" ? state.checks : []),
    ...(guard?.checks ?? []),
    ...(confirmation?.checks ?? []),
  ];
  const then = state.kind === "watching" ? [] : (incident?.checks ?? []);
  return [...now, ...then].flatMap(({ alert }) => alert ?? []);
}

/** Not every system says of what is over when it began. */
function ends({ status, startsAt, endsAt }: Alert, known: AssessedAlert): boolean {
  if (status !== "resolved") return false;
  return known.endsAt === null ? known.startsAt <= startsAt : known.endsAt === endsAt;
}

/** Why the alert is nothing to what hears of it; null: it is. */
function whyNot(
  draft: Draft,
  { environment, source, alert }: ReportAlert,
  hearing: Hearing,
  { watch }: EnvironmentPolicy,
): Refusal | null {
  const { release } = hearing.promotion;
  const subject = alertSubject(draft.state(), hearing.promotion);
  const unasked = whyUnasked(watch?.alerts ?? [], { source, labels: alert.labels }, subject);
  if (unasked !== null) {
    return refusal("alert_not_matched", `${what(alert)} is not about ${release}: ${unasked}`);
  }
  if (alert.startsAt <= heardFrom(draft.state(), hearing)) {
    return refusal(
      "alert_before_deploy",
      `${what(alert)} began to fire before ${release} took traffic in ${environment}`,
    );
  }
  const name = `the ${hearing.kind} of ${release}`;
  if (alert.status === "resolved") {
    return refusal(
      "alert_not_watched",
      `${what(alert)} is resolved, and ${name} in ${environment} was never told that it fires`,
    );
  }
  const known = heardChecks(hearing).filter((one) => one.alert !== undefined);
  const counted = hearing.kind === "watch" ? known : openAlerts(known);
  return counted.length < MOST_ALERTS
    ? null
    : refusal("alerts_enough", `${name} knows ${MOST_ALERTS} alerts already`);
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

function assessed({ source, alert }: ReportAlert, hears: Hearing["kind"]): CheckAssessment {
  const { fingerprint, labels, startsAt, endsAt, url } = alert;
  const measured = alert.because === "condition";
  const open = measured ? "failure" : "error";
  // The failure of a watch stays one: the release did fail in it, whatever it does now.
  const isOver = alert.status === "resolved" && !(measured && hears === "watch");
  return {
    check: what(alert),
    verdict: isOver ? "success" : open,
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
