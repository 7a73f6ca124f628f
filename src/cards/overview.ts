import { contexts, header, sections } from "./blocks/block.ts";
import { compose } from "./blocks/compose.ts";
import { frozenLine } from "./headline/brakes.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { activityOf, componentLines } from "./parts/component-lines.ts";
import { counted } from "./text/lines.ts";
import { code, fallback, line, md } from "./text/mrkdwn.ts";
import { type Plain, plain } from "./text/plain.ts";
import type { ComponentView, OverviewView } from "./view.ts";

const MOST_SHOWN = 40;
const COMPONENTS_SHOWN = [MOST_SHOWN, 20, 10, 5];

/** `/release`: what is live where, what waits, and what is held or frozen; the most urgent first. */
export function drawOverview(view: OverviewView): Message {
  const { components, freeze, now } = view;
  const shown = mostUrgentFirst(components)
    .slice(0, MOST_SHOWN)
    .map((one) => sections(componentLines(one, now)));
  const summary = summaryOf(components);
  const frozen =
    freeze === null || freeze.until <= now
      ? []
      : sections([frozenLine({ kind: "frozen", ...freeze })]);
  return {
    text: fallback(line(summary.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(summary)]] },
      { name: "freeze", title: null, rank: 90, forms: [frozen] },
      {
        name: "components",
        title: null,
        rank: 50,
        forms: COMPONENTS_SHOWN.map((count) => [
          ...shown.slice(0, count).flat(),
          ...(components.length > count
            ? contexts([
                md`and ${counted(components.length - count, "more component", "more components")}`,
              ])
            : []),
        ]),
      },
      {
        name: "hint",
        title: null,
        rank: 40,
        forms: [
          contexts([
            components.length === 0
              ? md`Components are configured in ${code("slipway.yml")}.`
              : md`${code("/release COMPONENT")} shows its newest card, ${code("/release help")} all commands.`,
          ]),
        ],
      },
    ]),
  };
}

export function mostUrgentFirst(components: readonly ComponentView[]): readonly ComponentView[] {
  const urgency = (view: ComponentView) => {
    const { incidents, waiting, moving } = activityOf(view);
    if (incidents.length > 0) return 0;
    if (waiting.length > 0) return 1;
    return moving.length > 0 ? 2 : 3;
  };
  return components
    .map((view) => ({ view, rank: urgency(view) }))
    .sort((a, b) => a.rank - b.rank || compare(a.view.state.component, b.view.state.component))
    .map(({ view }) => view);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function summaryOf(components: readonly ComponentView[]): Plain {
  const activities = components.map(activityOf);
  const incidents = activities.flatMap((one) => one.incidents).length;
  const waiting = activities.flatMap((one) => one.waiting).length;
  const many = plain`${counted(components.length, "component", "components")}`;
  if (incidents > 0) return plain`🚨 ${counted(incidents, "incident", "incidents")} in ${many}`;
  return waiting > 0
    ? plain`⏳ ${many}, ${counted(waiting, "approval", "approvals")} needed`
    : plain`${many}, nothing waits for you`;
}
