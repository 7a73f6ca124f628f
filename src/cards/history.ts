import type { DrawnChart } from "../core/chart.ts";
import type { ComponentState } from "../core/component.ts";
import { promotionInto, type Release } from "../core/release.ts";
import { contexts, header } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { listPart } from "./blocks/list-part.ts";
import { focusOf } from "./headline/focus.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { type ChartStyle, chartPart } from "./parts/chart-part.ts";
import { environmentNames, provenWords, standing } from "./parts/environment-part.ts";
import { withSimpler } from "./simpler.ts";
import { runsIn, version } from "./subject.ts";
import { code, EMPTY, fallback, line, list, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import { time } from "./text/time.ts";
import type { HistoryView } from "./view.ts";

const RELEASES_SHOWN = [25, 15, 8];
const COMMAND_SHOWN = 200;
const NUMBERS = 600;

/** One page of the releases of a component, the newest first, each with what became of it. */
export function drawHistory(view: HistoryView): Message {
  return withSimpler(view.charts, (style) => drawWith(view, style));
}

function drawWith(view: HistoryView, style: ChartStyle): Message {
  const { state, releases, older } = view;
  const title = plain`Releases of ${state.component}`;
  return {
    text: fallback(line(title.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(title)]] },
      ...chartPart(view.charts, style),
      ...numbersPart(view.charts, style),
      ...listPart({
        name: "releases",
        title: "releases",
        rank: 50,
        heading: md`The newest first:`,
        items: releases,
        counts: RELEASES_SHOWN,
        line: (release) => historyLine(view, release),
      }),
      { name: "older", title: null, rank: 60, forms: [contexts([olderLine(releases, older)])] },
    ]),
  };
}

/** The numbers of the charts that are not shown. */
function numbersPart(charts: readonly DrawnChart[], style: ChartStyle): readonly Part[] {
  const unseen = charts.filter((chart) => chartPart([chart], style).length === 0);
  if (unseen.length === 0) return [];
  const forms = [contexts(unseen.map(({ alt }) => line(alt, NUMBERS)))];
  return [{ name: "numbers", title: "numbers", rank: 55, forms }];
}

function olderLine(releases: readonly Release[], older: string | null): Mrkdwn {
  if (older !== null) return md`Older releases: ${code(older, COMMAND_SHOWN)}`;
  return releases.length === 0
    ? md`There are no releases yet. The first build that is reported makes one.`
    : md`There are no older releases.`;
}

function historyLine(view: HistoryView, release: Release): Mrkdwn {
  const { commit } = release.build;
  const subject = commit?.subject ?? null;
  return md`• *${release.version}* ${outcome(view, release)} · ${time(release.registeredAt)}${
    subject === null ? EMPTY : md` · ${line(subject)}`
  }`;
}

/** What became of a release: where it runs, else how its last promotion ended, else how it was closed. */
function outcome(view: HistoryView, release: Release): Mrkdwn {
  const { state, policy } = view;
  const running = environmentNames({ policy, state }).filter((name) =>
    runsIn(state, release, name),
  );
  if (running.length > 0) {
    return md`runs in ${list(running.map((name) => line(`${name}${proven(release, name)}`)))}`;
  }
  const { status } = release;
  switch (status.kind) {
    case "failed":
      return md`did not build`;
    case "rejected":
      return md`was rejected`;
    case "superseded":
      return lastPromotion(release) ?? superseded(state, status.by);
    case "candidate":
      return lastPromotion(release) ?? md`has not been promoted`;
  }
}

/** Of what is live there; what is still watched has not been that far. */
function proven(release: Release, environment: string): string {
  const promotion = promotionInto(release, environment);
  return promotion?.state.kind === "live" ? provenWords(promotion) : "";
}

function superseded(state: ComponentState, by: string): Mrkdwn {
  return md`was superseded by ${version(state.component, by)}`;
}

function lastPromotion(release: Release): Mrkdwn | null {
  const promotion = focusOf(release);
  return promotion === null ? null : md`${standing(promotion, false)} in ${promotion.environment}`;
}
