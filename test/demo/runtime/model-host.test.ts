import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { sendJson } from "../../../src/demo/http/send.ts";
import { startServer } from "../../../src/demo/http/start-server.ts";
import { createModelHost, type ModelHost } from "../../../src/demo/runtime/model-host.ts";
import { createRuntimeMetrics } from "../../../src/demo/runtime/runtime-metrics.ts";
import { createModel, renderModel } from "../../../src/demo/training/model-file.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const OVERLAP = 90_000;
const MODEL = renderModel(createModel(["bias", "same_company"], [-1, 2]));
const PAIR = {
  id: "m1-m2",
  country: "US",
  commonNeighbours: 3,
  sameCompany: true,
  sameSchool: false,
  daysSinceSignup: 40,
};

async function startHost(overlap = OVERLAP) {
  const features = await startServer(
    createServer((_request, response) => sendJson(response, 200, PAIR)),
    0,
  );
  onTestFinished(() => features.close());
  const clock = createFakeClock();
  const metrics = createRuntimeMetrics("production");
  const host = createModelHost({ featuresUrl: features.url, metrics, clock, overlap });
  const install = (version: string) => host.install({ version, bytes: MODEL });
  return { host, clock, install };
}

async function answeredBy(host: ModelHost): Promise<readonly (string | undefined)[]> {
  const versions: (string | undefined)[] = [];
  for (let question = 0; question < 4; question += 1) {
    versions.push((await host.predict("m1-m2"))?.version);
  }
  return versions;
}

describe("the host of a model", () => {
  it("has a new version share with the one before it, until it has shared for long enough", async () => {
    const { host, clock, install } = await startHost();
    await install("1");
    expect([host.beside(), await answeredBy(host)]).toEqual([null, ["1", "1", "1", "1"]]);
    await install("2");
    expect([host.version(), host.beside()]).toEqual(["2", "1"]);
    expect(await answeredBy(host)).toEqual(["2", "1", "2", "1"]);
    await clock.advance(OVERLAP);
    expect([host.beside(), await answeredBy(host)]).toEqual([null, ["2", "2", "2", "2"]]);
  });

  it("gives everything at once to a version that has served before, as after a rollback", async () => {
    const { host, install } = await startHost();
    await install("1");
    await install("2");
    await install("1");
    expect([host.beside(), await answeredBy(host)]).toEqual([null, ["1", "1", "1", "1"]]);
  });

  it("shares nothing where it is not to", async () => {
    const { host, install } = await startHost(0);
    await install("1");
    await install("2");
    expect([host.beside(), await answeredBy(host)]).toEqual([null, ["2", "2", "2", "2"]]);
  });
});
