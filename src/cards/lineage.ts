import type { Promotion } from "../core/promotion.ts";
import type { Release } from "../core/release.ts";
import { header, sections } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { listPart, onItsCard } from "./blocks/list-part.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { compareData } from "./parts/change-part.ts";
import { decisionTexts } from "./parts/decision-part.ts";
import { datasetsPart } from "./parts/details-part.ts";
import { environmentNames, standing } from "./parts/environment-part.ts";
import { gapPart, lineageLines } from "./parts/lineage-part.ts";
import { runsIn, subject, versionOf } from "./subject.ts";
import { fallback, join, line, list, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import { time } from "./text/time.ts";
import type { ReleaseView } from "./view.ts";

const PROMOTIONS = [12, 5, 2];
const PEOPLE = 10;

/**
 * `/release COMPONENT lineage`: the chain of a release, from the commit over the run and its data to the
 * artifact, to who let it go where, what it replaced, and where it runs.
 */
export function drawLineage(view: ReleaseView): Message {
  const { state, release } = view;
  const title = plain`Lineage of ${subject(state.component, release.version)}`;
  return {
    text: fallback(line(title.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(title)]] },
      ...gapPart(view, "details"),
      originPart(release),
      ...datasetsPart(compareData(view), onItsCard),
      ...promotionsPart(view),
      runningPart(view),
    ]),
  };
}

function originPart({ build, registeredAt }: Release): Part {
  const lines = [...lineageLines(build), md`*Release* registered ${time(registeredAt)}`];
  return { name: "origin", title: null, rank: 95, forms: [sections(lines)] };
}

function promotionsPart(view: ReleaseView): readonly Part[] {
  return listPart({
    name: "promotions",
    title: "promotions",
    rank: 80,
    heading: md`*Who let it go where*`,
    items: view.release.promotions,
    counts: PROMOTIONS,
    line: (promotion) => promotionLine(view, promotion),
  });
}

/** States of a promotion that has taken traffic. */
const TOOK_TRAFFIC: ReadonlySet<Promotion["state"]["kind"]> = new Set([
  "watching",
  "live",
  "rolling-back",
  "rolled-back",
]);

function promotionLine({ state, release }: ReleaseView, promotion: Promotion): Mrkdwn {
  const { environment, approvals } = promotion;
  const live = release.gates[environment]?.live ?? null;
  const took = TOOK_TRAFFIC.has(promotion.state.kind);
  const replaced =
    !took || live === null || live === release.id
      ? []
      : [md`in place of ${versionOf(state.component, live)}`];
  const unasked = took && approvals.length === 0 ? [md`no approval was needed`] : [];
  return join(
    [
      md`• *${environment}*: it ${standing(promotion, runsIn(state, release, environment))}`,
      ...replaced,
      ...decisionTexts(promotion, PEOPLE),
      ...unasked,
    ],
    "; ",
  );
}

function runningPart(view: ReleaseView): Part {
  const places = environmentNames(view).filter((name) => runsIn(view.state, view.release, name));
  const where =
    places.length === 0 ? md`nowhere` : md`in ${list(places.map((name) => md`*${name}*`))}`;
  return { name: "running", title: null, rank: 90, forms: [sections([md`*Runs* ${where}`])] };
}
