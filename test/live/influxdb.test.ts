import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createInfluxdbSource } from "../../src/effects/metrics/influxdb/influxdb-source.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { renderQuery } from "../../src/shared/queries/registry.ts";
import { freePort } from "../support/free-port.ts";
import { metricSettings } from "../support/metric-settings.ts";
import { startServer } from "./support/background-server.ts";
import { has, leftOut } from "./support/tools.ts";

const PROGRAM = "influxd";
const isLeftOut = leftOut(PROGRAM, has("which", PROGRAM) ? [] : ["apt-get install influxdb"]);

const STEP = 10_000;
const FROM = Date.UTC(2026, 10, 22, 12);
const never = new AbortController().signal;

it.skipIf(isLeftOut)("a real InfluxDB as a source", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-live-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [http, internal] = [await freePort(), await freePort()];
  const file = join(folder, "influxdb.conf");
  await writeFile(
    file,
    `reporting-disabled = true
bind-address = "127.0.0.1:${internal}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${http}"
`,
  );
  const url = `http://127.0.0.1:${http}`;
  const argv = ["-config", file];
  await startServer({ program: PROGRAM, argv, health: `${url}/query?q=SHOW%20DATABASES` });
  const post = async (path: string, body: string) => {
    const response = await fetch(`${url}${path}`, { method: "POST", body });
    expect(response.ok).toBe(true);
  };
  await post("/query?q=CREATE%20DATABASE%20app", "");
  const odd = `2.3"'/\\x`;
  const tag = (value: string) =>
    value.replace(/[\\, =]/g, (one) => (one === "\\" ? one : `\\${one}`));
  const point = (version: string, errors: number, at: number) =>
    `requests,version=${tag(version)} errors=${errors} ${at}`;
  await post(
    "/write?db=app&precision=ms",
    [
      // Before the first step, at its beginning, inside of it, and at the beginning of the next.
      point("2.3.0", 100, FROM - STEP - 1),
      point("2.3.0", 1, FROM - STEP),
      point("2.3.0", 2, FROM - 1),
      point("2.3.0", 4, FROM),
      point("2.4.0", 8, FROM + 2 * STEP - 1),
      // At the end of the window, so in the step after it.
      point("2.3.0", 100, FROM + 2 * STEP),
      point(odd, 16, FROM),
    ].join("\n"),
  );
  const source = (database: string) =>
    createInfluxdbSource(
      { ...metricSettings({ url }), delay: 0, database, retentionPolicy: null },
      { clock: systemClock },
    );
  const range = (query: string, version: string, database = "app") =>
    source(database).range(
      {
        query: renderQuery("influxql", query, { version }),
        form: "increase",
        ...{ from: FROM, to: FROM + 2 * STEP, step: STEP },
      },
      never,
    );
  const of = (...values: readonly (number | null)[]) => ({
    kind: "samples",
    samples: values.map((value, index) => ({ at: FROM + index * STEP, value })),
  });
  const where = "AND {{time}} GROUP BY time({{step}}) fill(null)";
  const errors = `SELECT sum(errors) FROM requests WHERE version = '{{version}}' ${where}`;

  expect(await range(errors, "2.3.0")).toEqual(of(3, 4, null));
  expect(await range(errors, odd)).toEqual(of(null, 16, null));
  expect(await range(errors, "' OR 1=1 --")).toEqual(of(null, null, null));
  const byRegex = `SELECT sum(errors) FROM requests WHERE version =~ /^{{version}}$/ ${where}`;
  expect(await range(byRegex, "2.4.0")).toEqual(of(null, null, 8));
  expect(await range(byRegex, odd)).toEqual(of(null, 16, null));
  expect(await range(byRegex, ".*")).toEqual(of(null, null, null));
  expect(await range(errors.replace("fill(null)", "fill(0)"), "2.3.0")).toEqual(of(3, 4, 0));

  expect(await range(errors, "2.3.0", "nodb")).toEqual({
    kind: "error",
    why: "it: database not found: nodb",
  });
  const several = `SELECT sum(errors), count(errors) FROM requests WHERE version = '{{version}}' ${where}`;
  expect(await range(several, "2.3.0")).toMatchObject({ kind: "error" });
  const byVersion =
    "SELECT sum(errors) FROM requests WHERE {{time}} GROUP BY time({{step}}), version";
  expect(await range(byVersion, "2.3.0")).toEqual({
    kind: "error",
    why: "it: the query gives 3 series, and one is needed: group by time only",
  });
});
