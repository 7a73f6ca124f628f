import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorText } from "../../src/shared/errors.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { type ChaosOptions, parseOptions, USAGE } from "./options.ts";
import { runRound } from "./round.ts";
import { tableOf } from "./table.ts";
import { type ChaosDatabase, startChaosDatabase } from "./world/database.ts";
import { type ChaosStore, embeddedStore, postgresStore } from "./world/store.ts";

/** `npm run chaos`: see docs/chaos.md. Exits with 0 when everything held, and with 1 at the first round in which something did not. */

const SAID = { http: "Slack over HTTP", socket: "Slack in Socket Mode" };

process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  let options: ChaosOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n\n${USAGE}\n`);
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), "slipway-chaos-"));
  // PostgreSQL may run as another user, and must get to its folder.
  chmodSync(folder, 0o755);
  for (const kind of options.stores) {
    if (!(await runStore(kind, options, folder))) {
      say(`the logs and the events are in ${folder}`);
      return 1;
    }
  }
  if (options.keep) say(`the logs and the events are in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  return 0;
}

async function runStore(
  kind: "postgres" | "embedded",
  options: ChaosOptions,
  folder: string,
): Promise<boolean> {
  const database = kind === "postgres" ? await startChaosDatabase(join(folder, "postgres")) : null;
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      const seed = options.seed + round - 1;
      const roundFolder = join(folder, `${kind}-seed-${seed}`);
      const store = await openStore(database, { seed, folder: roundFolder, power: options.power });
      const mode = options.mode ?? (seed % 2 === 1 ? "http" : "socket");
      say(`\nround ${round} of ${options.rounds}, seed ${seed}: ${store.described}; ${SAID[mode]}`);
      try {
        const result = await runRound({ ...options, mode, seed, folder: roundFolder, store });
        say(tableOf(result));
        const [first] = result.findings.flatMap(({ rule, violations }) =>
          violations.map((violation) => `${rule}: ${violation}`),
        );
        if (first !== undefined) {
          for (const { rule, violations } of result.findings) {
            for (const violation of violations) say(`  wrong: ${rule}: ${violation}`);
          }
          say(`\n--store ${kind} --mode ${mode} --seed ${seed}: ${first}`);
          return false;
        }
      } finally {
        store.close();
      }
    }
    return true;
  } finally {
    await database?.stop();
  }
}

async function openStore(
  database: ChaosDatabase | null,
  { seed, folder, power }: { seed: number; folder: string; power: ChaosOptions["power"] },
): Promise<ChaosStore> {
  if (database === null) return embeddedStore(folder, power);
  const random = seededRandom(seed * 16);
  return postgresStore(database, `chaos_${seed}`, () => random.below(1_500));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
