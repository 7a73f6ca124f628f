import { type ScriptedServer, startServer } from "../../support/scripted-server.ts";
import { type Fate, fateOf, type LateFate, lateFateOf } from "./components.ts";
import { GUARD_METRIC } from "./configuration.ts";

const VALUES = { good: 0.99, bad: 0.5 } as const;
/** So long a wobbly version cannot be measured, from when its guard first asks: longer than a guard waits. */
const WOBBLES = 20_000;

/**
 * A metrics server that knows nothing of the future, and of a version what its name says: good and bad ones
 * have points, of a silent one there is no series, and for a dark one it answers 503. What a guard asks for
 * may be another story.
 */
export async function startScriptedPrometheus(): Promise<ScriptedServer> {
  const asked = new Map<string, number>();

  function whileLive(version: string): Fate {
    const since = asked.get(version) ?? Date.now();
    asked.set(version, since);
    return SEEN[lateFateOf(version)](Date.now() - since);
  }

  return startServer(({ body }) => {
    const form = new URLSearchParams(body);
    const query = form.get("query") ?? "";
    const version = /version="([^"]+)"/.exec(query)?.[1] ?? "";
    const [start, end, step] = ["start", "end", "step"].map((name) => Number(form.get(name)));
    if (start === undefined || end === undefined || step === undefined || !(step > 0)) {
      return { status: 400, json: { status: "error", errorType: "bad_data", error: "no range" } };
    }
    const fate = query.startsWith(GUARD_METRIC) ? whileLive(version) : fateOf(version);
    if (fate === "dark") return { status: 503, text: "service unavailable" };
    const values: [number, string][] = [];
    if (fate !== "silent") {
      const last = Math.min(end, Date.now() / 1000);
      for (let at = start; at <= last + 1e-6; at += step) values.push([at, String(VALUES[fate])]);
    }
    const result = values.length === 0 ? [] : [{ metric: {}, values }];
    return { json: { status: "success", data: { resultType: "matrix", result } } };
  });
}

/** What a guard sees of each fate, so long after it first looked. */
const SEEN: Readonly<Record<Fate | LateFate, (after: number) => Fate>> = {
  good: () => "good",
  bad: () => "bad",
  silent: () => "silent",
  dark: () => "dark",
  spoilt: () => "bad",
  fading: () => "dark",
  wobbly: (after) => (after < WOBBLES ? "dark" : "good"),
};
