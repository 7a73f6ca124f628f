/**
 * `npm run bench`: measures everything and prints one table; `npm run bench -- NAME` measures one thing;
 * with `--long` also what takes long.
 * Ends with 1 when something could not be measured. A target that is missed is said in the table.
 */
import { analysis } from "./analysis/analysis.ts";
import { click } from "./click/click.ts";
import { core } from "./core/core.ts";
import type { Benchmark } from "./harness/benchmark.ts";
import { machineFacts } from "./harness/machine.ts";
import type { Row } from "./harness/row.ts";
import { tableOf } from "./harness/table.ts";
import { history } from "./history/history.ts";
import { intake } from "./intake/intake.ts";
import { jobs } from "./jobs/jobs.ts";
import { kill } from "./kill/kill.ts";
import { ledger } from "./ledger.ts";
import { replicas } from "./replicas/replicas.ts";
import { sources } from "./sources/sources.ts";
import { start } from "./start/start.ts";
import { watches } from "./watches/watches.ts";

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  intake,
  sources,
  click,
  start,
  ledger,
  core,
  kill,
  jobs,
  replicas,
  history,
  watches,
  analysis,
};

// Processes of a benchmark that failed end with this one.
process.exit(await run(process.argv.slice(2)));

async function run(argv: readonly string[]): Promise<number> {
  const long = argv.includes("--long");
  const names = argv.filter((word) => word !== "--long");
  const unknown = names.filter((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown.length > 0) {
    const known = Object.keys(BENCHMARKS).join(", ");
    process.stderr.write(
      `bench: there is no benchmark ${unknown.join(", ")}; there are ${known}\n`,
    );
    return 1;
  }
  const chosen = Object.entries(BENCHMARKS).filter(
    ([name]) => names.length === 0 || names.includes(name),
  );
  print([...machineFacts(), ...chosen.map(([name, { method }]) => `${name}: ${method}`), ""]);
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const [name, benchmark] of chosen) {
    try {
      rows.push(...(await benchmark.measure({ long })));
    } catch (error) {
      failed.push(name);
      process.stderr.write(`bench: ${name} could not be measured\n`);
      console.error(error);
    }
  }
  print(tableOf(rows));
  if (failed.length > 0) process.stderr.write(`\nbench: not measured: ${failed.join(", ")}\n`);
  return failed.length === 0 ? 0 : 1;
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
