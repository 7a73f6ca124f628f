import { canonicalJson, type Json } from "../../core/json.ts";
import { type GateResult, promotionInto, type Release } from "../../core/release.ts";
import type { Part } from "../blocks/compose.ts";
import { listPart } from "../blocks/list-part.ts";
import { SHOWN } from "../limits.ts";
import { line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import type { DiffView } from "../view.ts";
import { gateLine } from "./gate-lines.ts";

const ROWS = [40, 15, 5];

/** The gates of two releases as each was judged: what differs, and what only one of them was judged by. */
export function gateChanges({ from, to, environment }: DiffView): readonly Part[] {
  const before = resultsOf(from, environment);
  const after = resultsOf(to, environment);
  if (environment === null || after === null) return [];
  const known = new Map((before ?? []).map((result) => [result.name, result]));
  const names = new Set(after.map(({ name }) => name));
  const gone = before?.filter(({ name }) => !names.has(name)) ?? [];
  return listPart({
    name: "gates",
    title: "gates",
    rank: 70,
    heading:
      before === null
        ? md`*Gates for ${environment}*`
        : md`*Gates for ${environment}* · each as it was judged`,
    items: [
      ...after.map((result) => gateText(result, known.get(result.name), before !== null)),
      ...gone.map(({ name }) => md`• *${name}* is no longer a gate`),
    ],
    counts: ROWS,
    line: (text) => text,
  });
}

function resultsOf(
  release: Release | null,
  environment: string | null,
): readonly GateResult[] | null {
  return release === null || environment === null
    ? null
    : (release.gates[environment]?.results ?? null);
}

function gateText(result: GateResult, before: GateResult | undefined, comparable: boolean): Mrkdwn {
  const now = gateLine(result, 1);
  if (!comparable) return now;
  if (before === undefined) return md`${now} · new gate`;
  return before.verdict === result.verdict ? now : md`${now} · was ${before.verdict}`;
}

/** The policy as far as the releases carry it: how each was to be deployed and verified there. */
export function planChanges({ from, to, environment }: DiffView): readonly Part[] {
  if (from === null || environment === null) return [];
  const before = promotionInto(from, environment)?.plan;
  const after = promotionInto(to, environment)?.plan;
  if (before === undefined || after === undefined) return [];
  const lines = [
    ...changed("deployed with", { ...before.deploy }, { ...after.deploy }),
    ...changed("verified by", before.verify.map(toJson), after.verify.map(toJson)),
    ...changed("watched", before.watched, after.watched),
  ];
  return listPart({
    name: "policy",
    title: "policy",
    rank: 65,
    heading: md`*Policy of ${environment}*`,
    items: lines.length === 0 ? [md`• the same deployment, verification and watch`] : lines,
    counts: ROWS,
    line: (text) => text,
  });
}

function toJson(step: { readonly name: string; readonly deployer: string }): Json {
  return { ...step } as Json;
}

function changed(what: string, before: Json, after: Json): readonly Mrkdwn[] {
  const [was, is] = [canonicalJson(before), canonicalJson(after)];
  if (was === is) return [];
  return [md`• ${what} ${line(was, SHOWN.sentence)} → ${line(is, SHOWN.sentence)}`];
}
