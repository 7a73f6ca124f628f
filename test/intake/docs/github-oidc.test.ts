import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, stringify } from "yaml";
import { REFUSED_STATUS } from "../../../src/intake/answer.ts";
import { createKeySets } from "../../../src/intake/sources/key-sets.ts";
import { createSourceAdapters } from "../../../src/intake/sources/registry.ts";
import { load, SMALLEST } from "../../support/configurations.ts";
import { documentedSetup } from "../../support/documented-setup.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { receive, testHooks } from "../../support/intake-server.ts";
import { fakeIssuer, githubClaims, ISSUER, jobToken } from "../../support/job-tokens.ts";
import { block, blocks, table } from "../../support/markdown.ts";
import { type RecordedRequest, recordCurl } from "../../support/recording-curl.ts";
import { NOW } from "../../support/signed-request.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/sources/github-oidc.md");
const TOKEN = jobToken(githubClaims());
const TOKEN_URL = "https://pipelines.example/token?api-version=2.0";

/** What a step sends, given the token that GitHub would give it for the audience. */
function report(script: string, cwd?: string): Promise<readonly RecordedRequest[]> {
  return recordCurl({
    script,
    ...(cwd === undefined ? {} : { cwd }),
    environment: {
      OUTCOME: "success",
      ACTIONS_ID_TOKEN_REQUEST_URL: TOKEN_URL,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-runner",
    },
    answers: { [`${TOKEN_URL}&audience=slipway.example`]: JSON.stringify({ value: TOKEN }) },
  });
}

async function answerTo(request: RecordedRequest | undefined) {
  if (request === undefined) throw new Error("nothing was sent");
  const { sources, components } = documentedSetup("github-oidc", {});
  const { fetch } = fakeIssuer("key-1");
  const keySets = createKeySets({ fetch, clock: createFakeClock(NOW) });
  const intake = testHooks({
    hooks: {
      adapters: createSourceAdapters({ keySets }),
      sources: () => sources,
      components: () => components,
    },
  });
  const { headers, body } = request;
  const post = { headers: { ...headers }, body: Buffer.from(body) };
  const { answer } = await receive(intake, "jobs", post);
  return { answer, build: intake.dispatched[0]?.build };
}

const accepted = { outcome: "accepted", releases: ["model-pymk@562"] };

describe("docs/sources/github-oidc.md", () => {
  it("shows a step whose report makes a release of the component that it sets up", async () => {
    const [request] = await report(block(page, "bash"));
    expect(request?.url).toBe("https://slipway.example/hooks/jobs");
    expect(await answerTo(request)).toMatchObject({
      answer: accepted,
      build: { outcome: "success", metrics: { auc: 0.8132 } },
    });
  });

  it("shows settings for other issuers that load", () => {
    const shown = blocks(page, "yaml")
      .map((text) => parse(text) as { readonly sources?: object })
      .filter((settings) => settings.sources !== undefined);
    const loaded = shown.map(({ sources }) => {
      const whole = { ...(parse(SMALLEST) as object), sources };
      const text = stringify(whole).replace("source: ci", "source: jobs");
      return load(text).sources.jobs?.options;
    });
    expect(loaded).toEqual([
      { audience: "slipway.example", issuer: ISSUER },
      { audience: "slipway.example", issuer: "https://github.acme.test/_services/token" },
      {
        audience: "slipway.example",
        issuer: "https://gitlab.example.com",
        keys: "https://gitlab.example.com/oauth/discovery/keys",
      },
    ]);
  });

  it("lists refusals with their statuses", () => {
    for (const [status, code] of table(page, "status")) {
      const known =
        code === "keys_unavailable"
          ? 503
          : Object.entries(REFUSED_STATUS).find(([name]) => name === code)?.[1];
      expect({ code, status: Number(status) }).toEqual({ code, status: known });
    }
  });
});

describe("examples/senders/github-oidc", () => {
  const { permissions, jobs } = parse(read("examples/senders/github-oidc/train.yml")) as {
    readonly permissions: object;
    readonly jobs: {
      readonly train: {
        readonly steps: readonly {
          readonly name?: string;
          readonly if?: string;
          readonly run?: string;
        }[];
      };
    };
  };
  const step = jobs.train.steps.find(({ name }) => name === "Report");

  it("has a workflow that may ask for its token, and reports whatever happens", () => {
    expect(permissions).toMatchObject({ "id-token": "write" });
    expect(step?.if).toBe("always()");
  });

  it("has a step whose report makes a release, with metrics where there are some", async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-job-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [without] = await report(step?.run ?? "exit 1", folder);
    expect(await answerTo(without)).toMatchObject({ answer: accepted, build: { metrics: {} } });
    await writeFile(join(folder, "metrics.json"), '{"auc": 0.81}');
    const [withMetrics] = await report(step?.run ?? "exit 1", folder);
    expect(await answerTo(withMetrics)).toMatchObject({
      answer: accepted,
      build: { trigger: "data", metrics: { auc: 0.81 } },
    });
  });
});
