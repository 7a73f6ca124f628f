import { duration } from "../core/describe.ts";
import { contexts, header, sections } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { listPart } from "./blocks/list-part.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { leadTimeText, shareFailed, timesDeployed, usually } from "./text/delivery-words.ts";
import { code, EMPTY, fallback, join, line, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import { time } from "./text/time.ts";
import type { ComponentStats, DeliveredSince, StatsView } from "./view.ts";

const COMPONENTS_SHOWN = [40, 20, 10, 5];

const MEANINGS = [
  md`Times are medians, of what ended in this time. Lead time: from the build until it is live; when a commit was made is not known.`,
  md`Failed: could not be deployed or verified, was rolled back, or was revoked later; what people called a false alarm does not count. Restored: from the start of a rollback to its end. Approved: from asking to the last approval that was needed.`,
];

/** `/release stats`: how often, how fast and how well releases reach their last environment. */
export function drawStats(view: StatsView): Message {
  const { component, components, since, now } = view;
  const length = duration(now - since);
  const [one] = components;
  const title =
    component === null
      ? plain`Deliveries of the last ${length}`
      : plain`${component}: deliveries of the last ${length}`;
  return {
    text: fallback(line(title.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(title)]] },
      ...(component === null ? allParts(view) : one === undefined ? [] : [onePart(one, view)]),
      { name: "meanings", title: null, rank: 60, forms: [contexts(hints(view))] },
    ]),
  };
}

function hints({ component, components }: StatsView): readonly Mrkdwn[] {
  if (components.length === 0) {
    return component === null
      ? [md`Components are configured in ${code("slipway.yml")}.`]
      : [md`${component} is not configured, so it has no last environment.`];
  }
  return component === null
    ? [md`${code("/release COMPONENT stats 90d")} shows one, and more of its past.`, ...MEANINGS]
    : MEANINGS;
}

function onePart(stats: ComponentStats, view: StatsView): Part {
  const { figures, environment } = stats;
  const deployed = timesDeployed(figures.deployments, view.now - stats.since);
  const nothing = "unknown: nothing was deployed";
  const lines = [
    md`*Deployed into ${environment}:* ${deployed ?? "nothing was deployed"}${recorded(stats, view)}`,
    md`*Lead time:* ${deployed === null ? nothing : leadTimeText(figures)}`,
    md`*Changes that failed:* ${shareFailed(figures) ?? nothing}`,
    md`*Time to restore:* ${usually(figures.restore) ?? "unknown: no rollback has ended"}`,
    md`*Time to approve:* ${usually(figures.approval) ?? "unknown: no approval was asked for and given"}`,
  ];
  return { name: "figures", title: null, rank: 90, forms: [sections(lines)] };
}

function allParts(view: StatsView): readonly Part[] {
  const { components, total } = view;
  const all = md`*All ${components.length} components together:* ${figuresOf(total, view)}`;
  return [
    ...(components.length < 2
      ? []
      : [{ name: "total", title: null, rank: 90, forms: [sections([all])] }]),
    ...listPart({
      name: "components",
      title: "components",
      rank: 50,
      heading: md`The largest share of failed changes first:`,
      items: worstFirst(components),
      counts: COMPONENTS_SHOWN,
      line: (one) =>
        md`• *${one.component}* in ${one.environment}: ${figuresOf(one, view)}${recorded(one, view)}`,
    }),
  ];
}

/** In one line, with only what there is something to say of. */
function figuresOf({ figures, since }: DeliveredSince, { now }: StatsView): Mrkdwn {
  const { failures, restore, approval } = figures;
  const deployed = timesDeployed(figures.deployments, now - since);
  const failed = shareFailed(figures);
  const restored = usually(restore);
  const approved = usually(approval);
  const parts = [
    deployed === null ? md`nothing was deployed` : md`deployed ${deployed}`,
    ...(deployed === null ? [] : [md`lead time ${leadTimeText(figures)}`]),
    ...(failed === null ? [] : [md`${failed} failed`]),
    ...(restored !== null ? [md`restored in ${restored}`] : []),
    ...(restored === null && failures > 0 ? [md`time to restore unknown`] : []),
    ...(approved === null ? [] : [md`approved in ${approved}`]),
  ];
  return join(parts, " · ");
}

/** Where rates are of less than the time that was asked for. */
function recorded({ since }: DeliveredSince, view: StatsView): Mrkdwn {
  return since > view.since ? md` · recorded only since ${time(since)}` : EMPTY;
}

/** What nothing was deployed of comes last; of equal shares the one with more failures is worse. */
function worstFirst(components: readonly ComponentStats[]): readonly ComponentStats[] {
  const share = ({ figures: { changes, failures } }: ComponentStats) =>
    changes === 0 ? -1 : failures / changes;
  return [...components].sort(
    (a, b) =>
      share(b) - share(a) ||
      b.figures.failures - a.figures.failures ||
      (a.component < b.component ? -1 : 1),
  );
}
