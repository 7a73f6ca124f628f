import { type ComponentState, environmentState } from "../../core/component.ts";
import type { Promotion } from "../../core/promotion.ts";
import { promotionInto, type Release } from "../../core/release.ts";
import { sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { holdsOn } from "../headline/brakes.ts";
import { runsIn, version } from "../subject.ts";
import { join, type Mrkdwn, md } from "../text/mrkdwn.ts";
import type { ReleaseView } from "../view.ts";
import { blockedGates } from "./gate-lines.ts";

const ENVIRONMENTS_SHOWN = [6, 4, 2];

/** What runs where, and where this release stands. */
export function environmentPart(view: ReleaseView): readonly Part[] {
  const names = environmentNames(view);
  if (names.length === 0) return [];
  return [
    {
      name: "environments",
      title: "environments",
      rank: 60,
      forms: ENVIRONMENTS_SHOWN.map((count) => sections(environmentLines(view, names, count))),
      inFull: {
        heading: md`*Environments*`,
        lines: () => environmentLines(view, names, names.length),
        wholeForms: ENVIRONMENTS_SHOWN.filter((count) => count >= names.length).length,
      },
    },
  ];
}

/** In the order of promotion; what the state still knows where the component is no longer configured. */
export function environmentNames({
  policy,
  state,
}: Pick<ReleaseView, "policy" | "state">): readonly string[] {
  return policy?.environments.map(({ name }) => name) ?? Object.keys(state.environments);
}

function environmentLines(
  { state, release }: ReleaseView,
  names: readonly string[],
  count: number,
): readonly Mrkdwn[] {
  const left = names.length - count;
  return [
    ...names.slice(0, count).map((name) => environmentLine(state, release, name)),
    ...(left > 0 ? [md`and ${left} more, see Details`] : []),
  ];
}

function environmentLine(state: ComponentState, release: Release, environment: string): Mrkdwn {
  const promotion = promotionInto(release, environment);
  const running = runsIn(state, release, environment);
  const here = running ? md`runs this release` : whatRuns(state, environment);
  const blocked = promotion === undefined && blockedGates(release, environment).length > 0;
  const held = holdsOn(state, environment).length > 0;
  return join(
    [
      md`*${environment}* ${here}`,
      ...(promotion === undefined || (running && promotion.state.kind === "live")
        ? []
        : [md`this release ${standing(promotion, running)}`]),
      ...(blocked ? [md`this release is blocked by its gates`] : []),
      ...(held ? [md`held`] : []),
    ],
    " · ",
  );
}

/** `runs 2026.11.15-1` */
export function whatRuns(state: ComponentState, environment: string): Mrkdwn {
  const { serving, live } = environmentState(state, environment);
  const present = serving ?? live;
  return present === null
    ? md`runs nothing of ours yet`
    : md`runs ${version(state.component, present)}`;
}

const STANDING: Readonly<Record<Promotion["state"]["kind"], string>> = {
  requested: "is asked for",
  "awaiting-approval": "waits for approval",
  queued: "waits for its turn",
  deploying: "is being deployed",
  verifying: "is being verified",
  watching: "is being watched",
  live: "was live",
  "rolling-back": "is being rolled back",
  rejected: "was rejected",
  expired: "was not approved in time",
  superseded: "was superseded",
  cancelled: "was stopped",
  failed: "failed",
  "rolled-back": "was rolled back",
};

/** Where a promotion stands, as what follows the name of its release. */
export function standing(promotion: Promotion, running: boolean): string {
  const { state } = promotion;
  if (state.kind !== "live") return STANDING[state.kind];
  return `${running ? "is live" : STANDING.live}${provenWords(promotion)}`;
}

/** Whether what was known only later bore it out. */
export function provenWords({ confirmation }: Promotion): string {
  if (confirmation === undefined) return "";
  switch (confirmation.outcome?.kind) {
    case undefined:
      return ", good provisionally";
    case "confirmed":
      return ", confirmed";
    case "revoked":
      return ", revoked";
    case "kept":
    case "dropped":
      return ", never confirmed";
  }
}
