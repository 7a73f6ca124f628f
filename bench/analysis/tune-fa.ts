import { countedScan } from "../../src/core/analysis/counted.ts";
import { THRESHOLDS } from "../../src/core/analysis/thresholds.ts";
import { Chance } from "./chance.ts";
import { SERVICES } from "./services.ts";
import { simulate } from "./world.ts";

// distribution of max over time of score by window kind, healthy
const N = Number(process.argv[2] ?? 1000),
  seed = Number(process.argv[3] ?? 1);
Object.assign(
  THRESHOLDS,
  { beside: { start: 1e9, sliding: 1e9 } },
  JSON.parse(process.env.TH ?? "{}"),
);
const pts = (s) => s.filter((x) => x !== null);
for (const world of ["clean", "harsh"] as const)
  for (const service of SERVICES.filter((s) => s.name.includes(process.env.S ?? ""))) {
    const c = new Chance(seed * 1000 + 7);
    const st = [],
      sl = [],
      stc = [],
      slc = [],
      at = [];
    for (let i = 0; i < N; i++) {
      const sim = simulate(service, world, service.bad, 0, c);
      const r = countedScan(
        { kind: "ratio", release: pts(sim.release), baseline: pts(sim.stable) },
        { together: "beside", worse: "higher", effect: null },
      );
      let a = 0,
        b = 0,
        ac = 0,
        bc = 0,
        when = 0;
      for (let end = 0; end < r.points; end++)
        for (const L of [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 28, 33, 40, end + 1]) {
          if (L > end + 1) continue;
          const f = r.judge(end, L);
          if (f === null) continue;
          if (L === end + 1) {
            if (f.score > a) {
              a = f.score;
              when = end;
            }
            if (f.isClear) ac = Math.max(ac, f.score);
          } else {
            b = Math.max(b, f.score);
            if (f.isClear) bc = Math.max(bc, f.score);
          }
        }
      st.push(a);
      sl.push(b);
      stc.push(ac);
      slc.push(bc);
      if (a > 3.4) at.push(when);
    }
    const over = (xs, hs) =>
      hs.map((h) => `${h}:${((1000 * xs.filter((x) => x > h).length) / N).toFixed(1)}`).join(" ");
    console.log(
      world,
      service.name.padEnd(30),
      "start any",
      over(st, [3.2, 3.4, 3.6, 3.8, 4]),
      "clear",
      over(stc, [3.8, 4, 4.2, 4.4, 4.6, 4.8]),
      "| sliding any",
      over(sl, [4.5, 5, 5.5]),
      "clear",
      over(slc, [5, 5.3, 5.6, 6]),
      "when",
      at
        .sort((a, b) => a - b)
        .filter((_, i) => i % Math.ceil(at.length / 8) === 0)
        .join(","),
    );
  }
