import { countedScan } from "../../src/core/analysis/counted.ts";
import { scan } from "../../src/core/analysis/scan.ts";
import { Chance } from "./chance.ts";
import { SERVICES } from "./services.ts";
import { simulate, type World } from "./world.ts";
import { THRESHOLDS } from "../../src/core/analysis/thresholds.ts";
Object.assign(THRESHOLDS, JSON.parse(process.env.TH ?? "{}"));
const N = Number(process.argv[2] ?? 1000), BAD = Number(process.argv[3] ?? 200), seed = Number(process.argv[4] ?? 1);
const only = process.argv[5];
const pts = (s) => s.filter((x) => x !== null);
const fmt = (xs) => { const t = xs.toSorted((a, b) => a - b); const m = t[t.length >> 1]; return `${String(Math.round(100 * xs.filter(Number.isFinite).length / xs.length)).padStart(3)}% ${String(m === Infinity ? "-" : m).padStart(4)}`; };
const first = (sim, together, service) => {
  const r = countedScan({ kind: "ratio", release: pts(sim.release), baseline: pts(together === "beside" ? sim.stable : sim.before) }, { together, worse: "higher", effect: null });
  if (typeof r === "string") return { any: null, clear: null };
  const { breach, clear } = scan(r);
  return { any: breach?.at ?? null, clear: clear?.at ?? null, find: clear };
};
for (const together of (process.env.T ? [process.env.T] : ["beside", "before-after"]) as const) for (const service of SERVICES.filter((s) => s.name.includes(process.env.S ?? ""))) for (const world of (only ? [only] : ["clean", "harsh"]) as World[]) {
  let act = 0, ask = 0; let c = new Chance(seed * 1000 + 7);
  const t0 = performance.now();
  for (let i = 0; i < N; i++) { const r = first(simulate(service, world, service.bad, 0, c), together, service); if (r.any !== null) ask++; if (r.clear !== null) { act++; if (process.env.SHOW) console.log('   ', JSON.stringify(r.find)); } }
  const cells = [];
  for (const by of [0.01, 0.05, 0.2]) { c = new Chance(seed * 1000 + Math.round(by * 100)); const acts = [], asks = []; for (let i = 0; i < BAD; i++) { const r = first(simulate(service, world, service.worse(by), 0, c), together, service); acts.push(r.clear === null ? Infinity : (r.clear / 15000 + 1) * 15); asks.push(r.any === null ? Infinity : (r.any / 15000 + 1) * 15); } cells.push(`${fmt(acts)} (${fmt(asks)})`); }
  console.log(together.padEnd(12), service.name.padEnd(30), world, `act ${(1000 * act / N).toFixed(1)} ask ${(1000 * ask / N).toFixed(1)} |`, cells.join(" | "), Math.round(performance.now() - t0) + "ms");
}
