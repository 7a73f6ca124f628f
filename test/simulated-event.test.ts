import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readSimulatedEvent } from "../src/simulated-event.ts";
import { byName, intakeComponent, intakeRule } from "./support/intake-policy.ts";
import { githubClaims, jobToken } from "./support/job-tokens.ts";
import { NOW } from "./support/signed-request.ts";
import { sourceSettings } from "./support/source-settings.ts";

const component = intakeComponent({ intake: [intakeRule({ source: "jobs" })] });

async function simulate(headers: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "slipway-simulated-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "report.json");
  await writeFile(file, '{"outcome":"success"}');
  return readSimulatedEvent({
    file,
    source: sourceSettings({ id: "jobs", type: "github-oidc", repositories: ["acme/*"] }),
    headers,
    component: component.name,
    components: byName(component),
    now: NOW,
  });
}

it("a report of a job is read with the token that a header gives, which is not checked", async () => {
  const authorization = `Bearer ${jobToken(githubClaims(), "key-2")}`;
  expect(await simulate({ authorization })).toMatchObject({
    kind: "build",
    build: { version: "562", commit: { repository: "acme/pymk" } },
  });
});

it("a report of a job without a token is told to be given one", async () => {
  await expect(simulate({})).rejects.toThrow("give headers with --header 'NAME: VALUE'");
});
