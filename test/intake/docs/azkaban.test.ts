import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { azkabanSource, callback, UNFINISHED } from "../../../src/intake/sources/azkaban.ts";
import { callbackOf, type JobCallback } from "../../support/azkaban-job.ts";
import { documentedSetup } from "../../support/documented-setup.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { startIntake } from "../../support/intake-server.ts";
import { block, table } from "../../support/markdown.ts";
import { eventReader } from "../../support/only-event.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/sources/azkaban.md");
const CALLBACK = fixtureJson("azkaban/job_callback.success.constructed.json");
const TOKEN = "5f0c6a1e9b7d4832";
const VALUES = {
  "slipway.token": TOKEN,
  "model.version": "2026.11.22",
  "git.sha": "3484a3fb816e0859fd6e1cea078d76385ff50625",
};
const { build } = eventReader(azkabanSource, "azkaban");

/** Sends it to Slipway, set up as the page says. */
async function send({ method, url, headers, body }: JobCallback) {
  const { sources, components } = documentedSetup("azkaban", { AZKABAN_HOOK_TOKEN: TOKEN });
  const intake = await startIntake({
    hooks: { sources: () => sources, components: () => components },
  });
  const response = await fetch(`${intake.url}${url.pathname}${url.search}`, {
    method,
    headers,
    ...(method === "GET" ? {} : { body: new Uint8Array(body) }),
  });
  return { status: response.status, answer: await response.json() };
}

const accepted = {
  status: 202,
  answer: { outcome: "accepted", releases: ["fraud-detector@2026.11.22"] },
};

describe("docs/sources/azkaban.md", () => {
  it("shows callbacks by GET that make a release of the component that it sets up", async () => {
    for (const kind of ["success", "failure"] as const) {
      const sent = callbackOf(block(page, "properties"), kind, VALUES);
      expect(sent.method).toBe("GET");
      expect(await send(sent)).toMatchObject(accepted);
    }
  });

  it("shows a callback by POST that makes the same release", async () => {
    const sent = callbackOf(block(page, "properties", 1), "success", VALUES);
    expect(sent.method).toBe("POST");
    expect(await send(sent)).toMatchObject(accepted);
  });

  it("lists every member that is read", () => {
    const listed = table(page, "member").map(([name]) => name);
    expect(listed.toSorted()).toEqual(Object.keys(callback.shape).toSorted());
  });

  it("says what each status means", () => {
    const rows = table(page, "status");
    expect(rows).toHaveLength(11);
    for (const [status = "", outcome] of rows) {
      expect(build(withMember(CALLBACK, ["status"], status)).outcome).toBe(outcome);
      expect(UNFINISHED).not.toContain(status);
    }
  });
});

describe("examples/senders/azkaban", () => {
  it("has a job whose callbacks make a release", async () => {
    const job = read("examples/senders/azkaban/publish-model.job");
    for (const kind of ["success", "failure"] as const) {
      expect(await send(callbackOf(job, kind, VALUES))).toMatchObject(accepted);
    }
  });
});
