import { Chance } from "./chance.ts";
import { PEERS } from "./peers.ts";
import { SERVICES } from "./services.ts";
import { simulate, type World } from "./world.ts";
const N = Number(process.argv[2] ?? 1000), BAD = Number(process.argv[3] ?? 200), seed = Number(process.argv[4] ?? 1);
const fmt = (xs) => { const t = xs.toSorted((a, b) => a - b); const m = t[t.length >> 1]; return `${String(Math.round(100 * xs.filter(Number.isFinite).length / xs.length)).padStart(3)}% ${String(m === Infinity ? "-" : m*15).padStart(4)}`; };
for (const together of ["beside", "before-after"] as const) for (const service of SERVICES) { console.log(together, service.name);
 for (const peer of PEERS[together]) { if (together === "before-after" && !peer.name.startsWith("Kay")) continue;
  const out=[]; const t0=performance.now();
  for (const world of ["clean","harsh"] as World[]) { let c = new Chance(seed * 1000 + 7); let fa=0; for (let i=0;i<N;i++) if (peer.method(simulate(service, world, service.bad, 0, c), service) < Infinity) fa++;
  const cells=[]; for (const by of [0.01,0.05,0.2]) { c = new Chance(seed * 1000 + Math.round(by * 100)); cells.push(fmt(Array.from({length:BAD},()=>peer.method(simulate(service, world, service.worse(by), 0, c), service)))); }
  out.push(`${world} ${(1000*fa/N).toFixed(1)} | ${cells.join(" | ")}`); }
  console.log("  ", peer.name.padEnd(30), out.join("   "), Math.round(performance.now()-t0)); } }
