/**
 * The sample training job:
 * `node src/demo/training/main.ts --snapshot 2026-11-21 --out DIR`
 *
 * Writes `model.json`, `metrics.json` and `datasets.json` (lineage: what it was trained on) into DIR.
 * Exits 1 with one line on standard error when it cannot.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { errorText } from "../../shared/errors.ts";
import { corruptLabels } from "./corrupt-labels.ts";
import { digestOf, renderModel } from "./model-file.ts";
import { type LabelledPair, renderSnapshot } from "./snapshot.ts";
import { readSnapshot, SHIPPED_FOLDER } from "./snapshot-files.ts";
import { train } from "./train.ts";

const USAGE = `usage: main.ts --snapshot YYYY-MM-DD... --out DIR
  --snapshot DATE    a day to train on; give it more than once for several
  --out DIR          where model.json, metrics.json and datasets.json go
  --data DIR         where the snapshots are (default: the shipped ones)
  --seed TEXT        chooses which pairs are held out (default: pymk)
  --corrupt COUNTRY  shuffle the labels of one country first, for example BR`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      snapshot: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
      data: { type: "string", default: SHIPPED_FOLDER },
      seed: { type: "string", default: "pymk" },
      corrupt: { type: "string" },
    },
  });
  if (values.out === undefined || values.snapshot.length === 0) throw new Error(USAGE);
  const days: (readonly LabelledPair[])[] = [];
  for (const date of values.snapshot) days.push(await readSnapshot(values.data, date));
  const read = withoutRepeats(days.flat());
  const pairs =
    values.corrupt === undefined ? read : corruptLabels(read, values.corrupt, values.seed);
  const result = train({ pairs, seed: values.seed, now: () => performance.now() });
  const model = renderModel(result.model);
  const dataset = {
    name: "hive.pymk_edges",
    version: values.snapshot.join("+"),
    digest: digestOf(renderSnapshot(pairs)),
    rows: pairs.length,
  };
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, "model.json"), model);
  await writeJson(join(values.out, "metrics.json"), {
    metrics: result.metrics,
    slices: result.slices,
  });
  await writeJson(join(values.out, "datasets.json"), [dataset]);
  process.stdout.write(
    `fitted ${pairs.length} pairs of ${dataset.version} in ${result.iterations} iterations: ` +
      `AUC ${result.metrics.auc}\n`,
  );
}

/** Neighbouring snapshots overlap; of a pair that is in several, the row of the snapshot named last counts. */
function withoutRepeats(pairs: readonly LabelledPair[]): readonly LabelledPair[] {
  return [...new Map(pairs.map((pair) => [pair.id, pair])).values()];
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
