import { describe, expect, it } from "vitest";
import { createGithubOidcSource } from "../../../src/intake/sources/github-oidc.ts";
import { createKeySets } from "../../../src/intake/sources/key-sets.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { intakeComponent, intakeRule } from "../../support/intake-policy.ts";
import { receive, testHooks } from "../../support/intake-server.ts";
import {
  AUDIENCE,
  fakeIssuer,
  githubClaims,
  ISSUER,
  jobToken,
  KEYS,
} from "../../support/job-tokens.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const SETTINGS = sourceSettings({
  id: "jobs",
  type: "github-oidc",
  repositories: ["acme/*"],
  options: { issuer: ISSUER, audience: AUDIENCE },
});
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const BODY = Buffer.from("{}");

function source(issuer = fakeIssuer("key-1", "key-rsa")) {
  const clock = createFakeClock(NOW);
  return createGithubOidcSource(createKeySets({ fetch: issuer.fetch, clock }));
}

function verify(token: string, settings = SETTINGS, adapter = source()) {
  const headers = { authorization: `Bearer ${token}` };
  return adapter.verify({ headers, body: BODY }, settings, NOW);
}

function parse(body: unknown, claims: object = {}) {
  const headers = { authorization: `Bearer ${jobToken(githubClaims(claims))}` };
  return source().parse({ source: "jobs", headers, body }, NOW);
}

function event(body: unknown, claims: object = {}) {
  const parsed = parse(body, claims);
  if (parsed.kind !== "delivery") throw new Error(parsed.message);
  return parsed.events[0];
}

const unsecured = (claims: object) => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
};

describe("the token of a job", () => {
  it("holds when its issuer signed it, with either of the two algorithms", async () => {
    expect(await verify(jobToken(githubClaims()))).toEqual({ kind: "verified" });
    expect(await verify(jobToken(githubClaims(), "key-rsa"))).toEqual({ kind: "verified" });
  });

  it("may be for several, of which this Slipway is one", async () => {
    const token = jobToken(githubClaims({ aud: ["another", AUDIENCE] }));
    expect(await verify(token)).toEqual({ kind: "verified" });
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ["for somebody else", jobToken(githubClaims({ aud: "another" })), `aud is not ${AUDIENCE}`],
    ["for nobody", jobToken(githubClaims({ aud: undefined })), "aud"],
    [
      "of another issuer",
      jobToken(githubClaims({ iss: "https://issuer.example" })),
      `iss is not ${ISSUER}`,
    ],
    ["of no issuer", jobToken(githubClaims({ iss: undefined })), `iss is not ${ISSUER}`],
    ["without an end", jobToken(githubClaims({ exp: undefined })), "exp is missing or wrong"],
    ["without an id", jobToken(githubClaims({ jti: undefined })), "jti is missing or wrong"],
    ["whose id is none", jobToken(githubClaims({ jti: "two words" })), "jti: must be 1 to 200"],
    [
      "of no repository",
      jobToken(githubClaims({ repository: undefined })),
      "repository: is missing",
    ],
    ["of half a commit", jobToken(githubClaims({ sha: "3484a3f" })), "sha: must be a whole commit"],
    ["of a key that is not published", jobToken(githubClaims(), "key-2"), "no key of its issuer"],
    [
      "of another key under a published name",
      jobToken(githubClaims(), "key-2", { kid: "key-1" }),
      "no key of its issuer",
    ],
    ["that nobody signed", unsecured(githubClaims()), "not signed with RS256 or ES256"],
    [
      "that was signed with the public key as a secret",
      jobToken(githubClaims(), "key-rsa", { alg: "HS256" }),
      "not signed with RS256 or ES256",
    ],
    ["that is none", "not.a.token", `iss is not ${ISSUER}`],
  ];
  for (const [name, token, text] of wrong) {
    it(`${name} is refused`, async () => {
      const refused = await verify(token);
      expect(refused).toMatchObject({ kind: "refused", code: "signature_wrong" });
      expect(refused).toMatchObject({ message: expect.stringContaining(text) });
    });
  }

  it("of a changed claim is refused", async () => {
    const [head, , signature] = jobToken(githubClaims()).split(".");
    const other = jobToken(githubClaims({ sha: "0".repeat(40) })).split(".")[1];
    expect(await verify(`${head}.${other}.${signature}`)).toMatchObject({
      code: "signature_wrong",
    });
  });

  const times: readonly (readonly [string, object, string])[] = [
    ["that ended more than a minute ago", { exp: NOW / 1000 - 61 }, "outside_time_window"],
    ["that ended just now, by another clock", { exp: NOW / 1000 - 59 }, "verified"],
    ["that begins in more than a minute", { nbf: NOW / 1000 + 61 }, "outside_time_window"],
    ["that begins at once, by another clock", { nbf: NOW / 1000 + 59 }, "verified"],
  ];
  for (const [name, claims, expected] of times) {
    it(`${name} is ${expected}`, async () => {
      const verified = await verify(jobToken(githubClaims(claims)));
      expect(verified.kind === "refused" ? verified.code : verified.kind).toBe(expected);
    });
  }

  it("is looked for in Authorization, as Bearer", async () => {
    const token = jobToken(githubClaims());
    for (const headers of [{}, { authorization: token }, { authorization: `Basic ${token}` }]) {
      expect(await source().verify({ headers, body: BODY }, SETTINGS, NOW)).toMatchObject({
        code: "signature_missing",
      });
    }
  });

  it("of a stranger's repository is refused: the issuer signs for everybody", async () => {
    const token = jobToken(githubClaims({ repository: "mallory/pymk" }));
    expect(await verify(token)).toEqual({
      kind: "refused",
      code: "repository_not_allowed",
      message: "repository mallory/pymk is not in sources.jobs.repositories",
    });
    expect(await verify(jobToken(githubClaims()), { ...SETTINGS, repositories: [] })).toMatchObject(
      { code: "repository_not_allowed" },
    );
  });

  it("never has keys fetched but from the address of the settings", async () => {
    const issuer = fakeIssuer("key-1");
    const header = { jku: "https://evil.example/jwks", jwk: KEYS["key-2"].jwk };
    const adapter = source(issuer);
    await verify(jobToken(githubClaims(), "key-2", header), SETTINGS, adapter);
    const stranger = jobToken(githubClaims({ iss: "https://evil.example" }), "key-2");
    await verify(stranger, SETTINGS, adapter);
    expect(issuer.asked).toEqual([`${ISSUER}/.well-known/jwks`]);
  });

  it("may have its keys elsewhere, and an issuer with a slash at its end", async () => {
    const issuer = fakeIssuer("key-1");
    const keys = "https://gitlab.example.com/oauth/discovery/keys";
    const options = { issuer: "https://gitlab.example.com/", audience: AUDIENCE, keys };
    const token = jobToken(githubClaims({ iss: "https://gitlab.example.com" }));
    expect(await verify(token, { ...SETTINGS, options }, source(issuer))).toEqual({
      kind: "verified",
    });
    expect(issuer.asked).toEqual([keys]);
  });
});

describe("keys that cannot be fetched", () => {
  const component = intakeComponent({ intake: [intakeRule({ source: "jobs" })] });

  it("are answered 503, and never as if the token were wrong", async () => {
    const issuer = fakeIssuer();
    issuer.break(null);
    const intake = testHooks({
      hooks: {
        adapters: { "github-oidc": source(issuer) },
        sources: () => ({ jobs: SETTINGS }),
        components: () => ({ [component.name]: component }),
      },
    });
    const authorization = `Bearer ${jobToken(githubClaims())}`;
    const { status, headers, answer } = await receive(intake, "jobs", {
      headers: { "content-type": "application/json", authorization },
      body: Buffer.from('{"outcome":"success"}'),
    });
    expect({ status, retry: headers["retry-after"] }).toEqual({ status: 503, retry: "5" });
    expect(answer).toMatchObject({
      outcome: "unavailable",
      code: "keys_unavailable",
      message: `the keys at ${ISSUER}/.well-known/jwks cannot be fetched, so that the token cannot be checked; nothing was recorded, send it again`,
    });
    expect(intake.dispatched).toEqual([]);
    const token = authorization.slice("Bearer ".length);
    for (const line of intake.lines) expect(line).not.toContain(token);
  });
});

describe("a report of a job", () => {
  it("has the repository, the commit and the run of its token", () => {
    const body = {
      component: "model-pymk",
      version: "2026.11.22-3",
      outcome: "success",
      trigger: "data",
      metrics: { auc: 0.8132 },
    };
    expect(event(body)).toEqual({
      kind: "build",
      subject: {
        component: "model-pymk",
        repository: "acme/pymk",
        event: "schedule",
        workflow: ".github/workflows/train.yml",
        branch: "main",
        package: null,
      },
      build: {
        version: "2026.11.22-3",
        outcome: "success",
        source: "jobs",
        run: {
          id: "30433642",
          attempt: 1,
          url: "https://github.com/acme/pymk/actions/runs/30433642",
        },
        trigger: "data",
        startedBy: null,
        startedAt: null,
        finishedAt: null,
        artifact: null,
        commit: {
          repository: "acme/pymk",
          sha: SHA,
          tag: null,
          branch: "main",
          author: "dana-acme",
          subject: null,
        },
        metrics: { auc: 0.8132 },
        slices: {},
        tests: null,
        checks: [],
        datasets: [],
        notes: null,
      },
    });
  });

  const versions: readonly (readonly [string, object, string])[] = [
    ["the number of its run", {}, "562"],
    ["the number and the attempt of its run", { run_attempt: "2" }, "562.2"],
    ["its tag", { ref: "refs/tags/v1.42.0", ref_type: "tag" }, "v1.42.0"],
  ];
  for (const [name, claims, version] of versions) {
    it(`that names no version has ${name}`, () => {
      expect(event({ outcome: "success" }, claims)).toMatchObject({ build: { version } });
    });
  }

  it("of neither a branch nor a tag has none", () => {
    expect(event({ outcome: "success" }, { ref: "refs/pull/1/merge" })).toMatchObject({
      subject: { branch: null },
      build: { commit: { branch: null, tag: null } },
    });
  });

  it("of a run that somebody started names them", () => {
    const claims = { event_name: "workflow_dispatch" };
    expect(event({ outcome: "success" }, claims)).toMatchObject({
      build: { trigger: "manual", startedBy: "dana-acme" },
    });
  });

  it("of a pull request makes no release", () => {
    expect(event({ outcome: "success" }, { event_name: "pull_request" })).toMatchObject({
      kind: "unsupported",
      message:
        "run 30433642 ran on pull_request; only runs on push, release, schedule, workflow_dispatch are releases",
    });
  });

  it("of Enterprise Server has its page there", () => {
    const iss = "https://github.acme.test/_services/token";
    expect(event({ outcome: "success" }, { iss })).toMatchObject({
      build: { run: { url: "https://github.acme.test/acme/pymk/actions/runs/30433642" } },
    });
  });

  it("may say again what the token says", () => {
    const commit = { repository: "ACME/pymk", sha: SHA.toUpperCase(), branch: "main" };
    const run = { id: "30433642", attempt: 1, url: "https://ci.example/1" };
    expect(event({ outcome: "success", commit, run })).toMatchObject({
      build: {
        run: { url: "https://ci.example/1" },
        commit: { repository: "acme/pymk", sha: SHA },
      },
    });
  });

  const contradictions: readonly (readonly [string, object])[] = [
    ["commit.repository", { commit: { repository: "acme/other" } }],
    ["commit.sha", { commit: { sha: "0".repeat(40) } }],
    ["commit.branch", { commit: { branch: "other" } }],
    ["run.id", { run: { id: "1" } }],
    ["run.attempt", { run: { id: "30433642", attempt: 2 } }],
  ];
  for (const [name, said] of contradictions) {
    it(`that names another ${name} than its token is refused`, () => {
      expect(parse({ outcome: "success", ...said })).toEqual({
        kind: "malformed",
        delivery: "6c2a0b0e-8b0e-4c8a-9d5b-7f4a1c2d3e4f",
        message: `${name}: not as the token says; leave it out, it is taken from the token`,
      });
    });
  }

  it("is told which member is wrong", () => {
    expect(parse({ metrcs: {} })).toMatchObject({
      kind: "malformed",
      message: "outcome: is missing; metrcs: unknown field",
    });
  });

  it("is known again by the id of its token, which is good for one report", () => {
    expect(parse({ outcome: "success" })).toMatchObject({
      delivery: "6c2a0b0e-8b0e-4c8a-9d5b-7f4a1c2d3e4f",
    });
  });
});

describe("a job of GitLab", () => {
  const { repository: _, ...CLAIMS } = githubClaims({
    iss: "https://gitlab.example.com",
    project_path: "acme/search/ranking",
    ref: "main",
    ref_type: "branch",
    pipeline_id: "2366",
    pipeline_source: "web",
    user_login: "Alice",
  });
  const read = (claims: object) => {
    const headers = { authorization: `Bearer ${jobToken({ ...CLAIMS, ...claims })}` };
    const parsed = source().parse({ source: "jobs", headers, body: { outcome: "success" } }, NOW);
    return parsed.kind === "delivery" ? parsed.events[0] : parsed;
  };

  it("shows an id_token, which says the same", () => {
    expect(read({})).toMatchObject({
      kind: "build",
      subject: { repository: "acme/search/ranking", event: "web", workflow: null, branch: "main" },
      build: {
        version: "2366",
        run: {
          id: "2366",
          attempt: 1,
          url: "https://gitlab.example.com/acme/search/ranking/-/pipelines/2366",
        },
        trigger: "manual",
        startedBy: "alice",
        commit: { repository: "acme/search/ranking", sha: SHA, author: "alice" },
      },
    });
  });

  it("of a tag has the tag for its version", () => {
    expect(read({ ref: "v1.42.0", ref_type: "tag" })).toMatchObject({
      build: { version: "v1.42.0", commit: { tag: "v1.42.0", branch: null } },
    });
  });

  it("of a merge request makes no release", () => {
    expect(read({ pipeline_source: "merge_request_event" })).toMatchObject({
      kind: "unsupported",
    });
  });

  it("without its pipeline is refused", () => {
    expect(read({ pipeline_id: undefined })).toMatchObject({
      kind: "malformed",
      message: "header Authorization: the token is not of a job: pipeline_id: is missing",
    });
  });
});
