import type { Relations } from "../../core/need.ts";
import type { Part } from "../blocks/compose.ts";
import { listPart, seeDetails } from "../blocks/list-part.ts";
import { code, EMPTY, join, type Mrkdwn, md } from "../text/mrkdwn.ts";

const ON_CARD = [4, 2];
const IN_DETAILS = [60, 20, 5];
const PLACES_SHOWN = 4;

type Edge =
  | { readonly kind: "needs"; readonly edge: Relations["needs"][number] }
  | { readonly kind: "needed"; readonly edge: Relations["neededBy"][number] };

/** What a release needs of other components, and who needs its component; what is not met comes first. */
export function relationPart(
  { needs, neededBy }: Relations,
  where: "card" | "details",
): readonly Part[] {
  const edges: readonly Edge[] = [
    ...needs.map((edge) => ({ kind: "needs" as const, edge })),
    ...neededBy.map((edge) => ({ kind: "needed" as const, edge })),
  ];
  return listPart({
    name: "relations",
    title: "what it needs and who needs it",
    rank: 65,
    heading: md`*Other components*`,
    items: [...edges.filter((one) => !isMet(one)), ...edges.filter(isMet)],
    counts: where === "card" ? ON_CARD : IN_DETAILS,
    line: (one) => (one.kind === "needs" ? needsLine(one.edge) : neededLine(one.edge)),
    ...(where === "card" ? { more: seeDetails } : {}),
  });
}

function isMet(one: Edge): boolean {
  return one.kind === "needs" ? one.edge.places.every(({ met }) => met) : one.edge.satisfied;
}

/** `🔗 Needs *svc-feed* `>=2.3.0`: staging has 2.3.1; ❌ production has 2.2.0` */
function needsLine({ component, range, places }: Relations["needs"][number]): Mrkdwn {
  const texts = places.map(({ environment, found, met }) => {
    const there = found === null ? md`${environment} has none` : md`${environment} has ${found}`;
    return met ? there : md`❌ ${there}`;
  });
  return md`🔗 Needs *${component}* ${code(range)}: ${few(texts)}`;
}

/** `🔗 Needed by *model-pymk* `>=2.3.0`: production runs 2026.11.22-3` */
function neededLine(edge: Relations["neededBy"][number]): Mrkdwn {
  const { component, range, satisfied, places } = edge;
  const texts = places.map(({ environment, version }) => md`${environment} runs ${version}`);
  const running = texts.length === 0 ? md`nothing of it runs yet` : few(texts);
  const unfit = satisfied ? EMPTY : md` · ❌ this release does not satisfy that`;
  return md`🔗 Needed by *${component}* ${code(range)}: ${running}${unfit}`;
}

function few(texts: readonly Mrkdwn[]): Mrkdwn {
  const left = texts.length - PLACES_SHOWN;
  const more = left > 0 ? [md`and ${left} more`] : [];
  return join([...texts.slice(0, PLACES_SHOWN), ...more], ", ");
}
