import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { jenkinsSource } from "../../../src/intake/sources/jenkins.ts";
import { step } from "../../../src/intake/sources/jenkins-step.ts";
import { answerAsDocumented } from "../../support/answer-as-documented.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { block, table } from "../../support/markdown.ts";
import { eventReader } from "../../support/only-event.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/sources/jenkins.md");
const NOTIFICATION = "jenkins/notification.finalized.constructed.json";
const TOKEN = "5f0c6a1e9b7d4832";
const environment = { JENKINS_HOOK_TOKEN: TOKEN };
const { build } = eventReader(jenkinsSource, "jenkins");

/** What the expressions of a pipeline come to in one build. */
const VALUES: Readonly<Record<string, unknown>> = {
  "'build.completed'": "build.completed",
  "env.JOB_NAME": "checkout/main",
  "env.BUILD_NUMBER": "1042",
  "env.VERSION": "1.42.1042",
  "currentBuild.currentResult": "SUCCESS",
  "env.IMAGE_DIGEST": `registry.example/checkout@sha256:${"0b".repeat(32)}`,
  "env.GIT_URL": "https://github.com/acme/checkout.git",
  "env.GIT_COMMIT": "3484a3fb816e0859fd6e1cea078d76385ff50625",
  "env.GIT_BRANCH": "origin/main",
  "env.BUILD_URL": "https://jenkins.example/job/checkout/job/main/1042/",
  "currentBuild.startTimeInMillis": 1795353006912,
  "env.BUILD_TAG.replaceAll('[^!-~]', '-')": "jenkins-checkout-main-1042",
};

/** The map that a pipeline sends, with its expressions filled in as Jenkins would. */
function reportOf(groovy: string): Record<string, unknown> {
  const [, map = ""] = /\[\n(\s+event:.*?)\n\s+\]/s.exec(groovy) ?? [];
  const entries = map.split("\n").map((line) => {
    const [, name = "", expression = ""] = /^\s*(\w+): +(.+?),?$/.exec(line) ?? [];
    if (!Object.hasOwn(VALUES, expression)) throw new Error(`no value for ${expression}`);
    return [name, VALUES[expression]] as const;
  });
  return Object.fromEntries(entries);
}

function post(value: unknown, authorization = `Bearer ${TOKEN}`) {
  const body = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  const headers = { "content-type": "application/json;charset=UTF-8", authorization };
  return answerAsDocumented("jenkins", environment, "jenkins", { headers, body });
}

describe("docs/sources/jenkins.md", () => {
  it("shows a step whose report makes a release of the component that it sets up", async () => {
    const { reply, builds } = await post(reportOf(block(page, "groovy")));
    expect(reply.answer).toMatchObject({
      outcome: "accepted",
      releases: ["svc-checkout@1.42.1042"],
    });
    expect(builds[0]?.build.artifact?.digest).toBe(`sha256:${"0b".repeat(32)}`);
  });

  it("shows an address with which the plug-in's message makes a release", async () => {
    const { username, password } = new URL(block(page, "text").trim().replace("TOKEN", TOKEN));
    const basic = Buffer.from(`${username}:${password}`).toString("base64");
    const { reply } = await post(fixtureBytes(NOTIFICATION), `Basic ${basic}`);
    expect(reply.answer).toMatchObject({ outcome: "accepted", releases: ["svc-checkout@1042"] });
  });

  it("lists every member of the step's report", () => {
    const listed = table(page, "member").map(([name]) => name);
    expect(listed.toSorted()).toEqual(Object.keys(step.shape).toSorted());
  });

  it("says what each result means", () => {
    const rows = table(page, "result");
    expect(rows).toHaveLength(6);
    for (const [status, outcome] of rows) {
      const body = withMember(fixtureJson(NOTIFICATION), ["build", "status"], status);
      expect(build(body).outcome).toBe(outcome);
    }
  });
});

describe("examples/senders/jenkins", () => {
  it("has a pipeline whose report makes a release", async () => {
    const { reply } = await post(reportOf(read("examples/senders/jenkins/Jenkinsfile")));
    expect(reply.answer).toMatchObject({
      outcome: "accepted",
      delivery: "jenkins-checkout-main-1042",
      releases: ["svc-checkout@1.42.1042"],
    });
  });

  it("has a pipeline that reports a build that never came to its image", async () => {
    const report = reportOf(read("examples/senders/jenkins/Jenkinsfile"));
    const { reply, builds } = await post({ ...report, artifact: null, outcome: "FAILURE" });
    expect(reply.answer.outcome).toBe("accepted");
    expect(builds[0]?.build).toMatchObject({ outcome: "failure", artifact: null });
  });
});
