import { type ComponentState, environmentState } from "../../core/component.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { Incident, Operation, Promotion } from "../../core/promotion.ts";
import type { WatchPolicy } from "../../core/watch-policy.ts";
import { SHOWN } from "../limits.ts";
import { version } from "../subject.ts";
import { code, EMPTY, line, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { type Plain, plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";
import type { Headline } from "./headline.ts";
import { checkLines, measuringLine } from "./watch-lines.ts";

type State<K extends Promotion["state"]["kind"]> = Extract<
  Promotion["state"],
  { readonly kind: K }
>;

export function deployingHeadline(
  view: ReleaseView,
  { environment }: Promotion,
  { operation }: State<"deploying">,
): Headline {
  const { serving, live } = environmentState(view.state, environment);
  const replaced = serving ?? live;
  const replacing =
    replaced === null
      ? md`the first release in *${environment}*`
      : md`replacing ${version(view.state.component, replaced)}`;
  return {
    symbol: "🚀",
    news: plain`deploying to ${environment}`,
    more: null,
    lines: [md`Started ${time(operation.startedAt)}, ${replacing}.`, operationLine(operation)],
    environment,
  };
}

export function verifyingHeadline(
  { environment, plan }: Promotion,
  { operation, step }: State<"verifying">,
): Headline {
  const name = plan.verify[step]?.name ?? "verification";
  return {
    symbol: "🔎",
    news: plain`being verified in ${environment}`,
    more: null,
    lines: [
      md`Step ${step + 1} of ${plan.verify.length}: *${name}*, since ${time(operation.startedAt)}.`,
      operationLine(operation),
    ],
    environment,
  };
}

/** What a deployer said of its run, and where people can look at it. */
export function operationLine({ deployer, handle, url, detail }: Operation): Mrkdwn {
  const page = url === null ? EMPTY : md` · ${link(url, "open the run")}`;
  if (handle === null) return md`Handed to *${deployer}*, which has not answered yet.${page}`;
  return detail === null
    ? md`*${deployer}* has it as ${code(handle)}.${page}`
    : md`*${deployer}*: ${line(detail, SHOWN.sentence)}${page}`;
}

export function watchingHeadline(
  view: ReleaseView,
  promotion: Promotion,
  { from, until, checks }: State<"watching">,
): Headline {
  const { environment, incident } = promotion;
  const window = md`Took traffic ${time(from)}, watched until ${time(until)}.`;
  const watch = watchOf(view, environment);
  if (incident === null) {
    return {
      symbol: "👀",
      news: plain`being watched in ${environment}`,
      more: null,
      lines: [
        ...checkLines(checks),
        ...measuringLine(watch, checks),
        window,
        ...onFailureLine(watch, view.state, environment),
      ],
      environment,
    };
  }
  return {
    ...INCIDENT_NEWS[incident.kind](environment),
    more: asked(view, environment),
    lines: [...askedLine(view, environment), ...incidentLines(incident, checks), window],
    environment,
  };
}

export type News = Pick<Headline, "symbol" | "news">;

/** What went wrong, in the words of a title. */
export const INCIDENT_NEWS: Readonly<Record<Incident["kind"], (environment: string) => News>> = {
  breach: (environment) => ({ symbol: "🚨", news: plain`failing in ${environment}` }),
  undecided: (environment) => ({ symbol: "❓", news: plain`not proven in ${environment}` }),
  "deploy-failed": (environment) => ({
    symbol: "🚨",
    news: plain`deployment to ${environment} failed`,
  }),
  "verify-failed": (environment) => ({
    symbol: "🚨",
    news: plain`verification in ${environment} failed`,
  }),
  "no-target": (environment) => ({
    symbol: "🚨",
    news: plain`failing in ${environment}, nothing to return to`,
  }),
};

/** What people are asked to do, as far as it is offered. */
export function asked({ offers }: ReleaseView, environment: string): Plain | null {
  const offered = (kind: string) =>
    offers.some((offer) => offer.kind === kind && offer.environment === environment);
  if (offered("rollback") && offered("override")) return plain`Roll back, or override to keep it.`;
  if (offered("rollback") && offered("retry")) return plain`Roll back, or retry.`;
  if (offered("rollback")) return plain`Roll back?`;
  if (offered("retry")) return plain`Retry?`;
  return offered("override") ? plain`Mend it, or override to keep it.` : null;
}

/** The same, as the first line of a card. */
export function askedLine(view: ReleaseView, environment: string): readonly Mrkdwn[] {
  const ask = asked(view, environment);
  return ask === null ? [] : [md`*Asked of you:* ${line(ask.plain)}`];
}

export function incidentLines(
  { sentence, at }: Incident,
  checks: Parameters<typeof checkLines>[0],
): readonly Mrkdwn[] {
  return checks.length > 0
    ? [...checkLines(checks), md`Known since ${time(at)}.`]
    : [md`${line(sentence, SHOWN.reason)}, known since ${time(at)}.`];
}

const ON_FAILURE: Readonly<
  Record<WatchPolicy["on"]["failure"], (target: Mrkdwn | null) => Mrkdwn>
> = {
  rollback: (target) =>
    target === null
      ? md`If a check fails: nothing has been live before, so people are asked.`
      : md`If a check fails: rolled back to ${target} by itself.`,
  announce: () => md`If a check fails: it is announced, and nothing is rolled back by itself.`,
  ask: () => md`If a check fails: people are asked.`,
};

function watchOf({ policy }: ReleaseView, environment: string): WatchPolicy | null {
  return policy === null ? null : (environmentPolicy(policy, environment)?.watch ?? null);
}

function onFailureLine(
  watch: WatchPolicy | null,
  state: ComponentState,
  environment: string,
): readonly Mrkdwn[] {
  if (watch === null) return [];
  const { live } = environmentState(state, environment);
  const target = live === null ? null : version(state.component, live);
  return [ON_FAILURE[watch.on.failure](target)];
}
