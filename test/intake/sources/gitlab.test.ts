import { describe, expect, it } from "vitest";
import { gitlabSource } from "../../../src/intake/sources/gitlab.ts";
import { gitlabTime } from "../../../src/intake/sources/gitlab-time.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { intakeComponent, intakeRule } from "../../support/intake-policy.ts";
import { receive, testHooks } from "../../support/intake-server.ts";
import { eventReader } from "../../support/only-event.ts";
import { signatureVectors } from "../../support/signature-vectors.ts";
import { sentByGitlab } from "../../support/signed-by-gitlab.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const PIPELINE = fixtureJson("gitlab/pipeline.success.min.constructed.json");
const JOB = fixtureJson("gitlab/job.success.min.constructed.json");
const RELEASE = fixtureJson("gitlab/release.create.min.constructed.json");
const DEPLOYMENT = fixtureJson("gitlab/deployment.success.min.constructed.json");
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const DIGEST = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";

const { parse, event, build, subject, whyNot, problem } = eventReader(gitlabSource, "gitlab", {
  "idempotency-key": "0b9d2d2e-6f3a-4d35-9a38-0f2a4c1f7c11",
});

function pipeline(member: string, value: unknown, body: unknown = PIPELINE): unknown {
  return withMember(body, ["object_attributes", member], value);
}

describe("the credential", () => {
  const [signed, ...more] = signatureVectors("gitlab");
  const [legacy] = signatureVectors("gitlab (legacy secret token)");
  if (signed === undefined || legacy === undefined || more.length > 0) throw new Error("vectors");
  const at = Number(signed.headers["webhook-timestamp"]) * 1000;
  const both = sourceSettings({
    id: "gitlab",
    type: "gitlab",
    secrets: [signed.secret],
    tokens: [legacy.secret],
  });
  const tokenOnly = { ...both, secrets: [] };

  it("is the signature of the vector", () => {
    expect(gitlabSource.verify(signed, both, at)).toEqual({ kind: "verified" });
    const changed = { ...signed, body: Buffer.concat([signed.body, Buffer.from(" ")]) };
    expect(gitlabSource.verify(changed, both, at)).toMatchObject({ code: "signature_wrong" });
  });

  it("is the token of the vector where no signing token is configured", () => {
    expect(gitlabSource.verify(legacy, tokenOnly, at)).toEqual({ kind: "verified" });
    expect(
      gitlabSource.verify({ ...legacy, headers: { "x-gitlab-token": "another" } }, tokenOnly, at),
    ).toMatchObject({ code: "signature_wrong" });
  });

  it("is never the token alone once a signing token is configured", () => {
    expect(gitlabSource.verify(legacy, both, at)).toMatchObject({ code: "signature_missing" });
  });

  it("is the signature however late the token was taken away", () => {
    const headers = { ...signed.headers, "x-gitlab-token": "wrong" };
    expect(gitlabSource.verify({ ...signed, headers }, both, at)).toEqual({ kind: "verified" });
  });

  it("is one of several signatures, separated by spaces", () => {
    const headers = {
      ...signed.headers,
      "webhook-signature": `v1,AAAA ${signed.headers["webhook-signature"]}`,
    };
    expect(gitlabSource.verify({ ...signed, headers }, both, at)).toEqual({ kind: "verified" });
  });

  it("is refused when its time is more than five minutes off, in either direction", () => {
    for (const off of [301_000, -301_000]) {
      expect(gitlabSource.verify(signed, both, at + off)).toMatchObject({
        code: "outside_time_window",
      });
    }
  });
});

describe("a pipeline", () => {
  it("that has ended is read whole", () => {
    expect(event(PIPELINE)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: "acme/checkout",
        event: "pipeline",
        workflow: null,
        branch: "main",
        package: null,
      },
      build: {
        version: "412",
        outcome: "success",
        source: "gitlab",
        run: {
          id: "2366",
          attempt: 1,
          url: "https://gitlab.example.com/acme/checkout/-/pipelines/2366",
        },
        trigger: "code",
        startedBy: null,
        startedAt: Date.parse("2026-11-22T13:10:06Z"),
        finishedAt: Date.parse("2026-11-22T13:16:45Z"),
        artifact: null,
        commit: {
          repository: "acme/checkout",
          sha: SHA,
          tag: null,
          branch: "main",
          author: "alice@example.com",
          subject: "Fix rounding in tax",
        },
        metrics: {},
        slices: {},
        tests: null,
        checks: [],
        datasets: [],
        notes: null,
      },
    });
  });

  const finals = [
    ["success", "success"],
    ["failed", "failure"],
    ["canceled", "cancelled"],
    ["skipped", "cancelled"],
  ] as const;
  for (const [status, outcome] of finals) {
    it(`that is ${status} is ${outcome}`, () => {
      expect(build(pipeline("status", status)).outcome).toBe(outcome);
    });
  }

  const open = [
    "created",
    "waiting_for_resource",
    "preparing",
    "pending",
    "running",
    "manual",
    "scheduled",
    "SUCCESS",
    "toString",
    "",
  ];
  for (const status of open) {
    it(`that is ${status || "in a state without a name"} is not a build yet`, () => {
      expect(event(pipeline("status", status))).toMatchObject({
        kind: "unsupported",
        code: "not_finished",
      });
    });
  }

  const triggers = [
    ["push", "code", null],
    ["schedule", "schedule", null],
    ["web", "manual", "alice"],
    ["chat", "manual", "alice"],
    ["api", null, "alice"],
    ["trigger", null, "alice"],
    ["pipeline", null, null],
  ] as const;
  for (const [source, trigger, startedBy] of triggers) {
    it(`of the source ${source} was triggered by ${trigger ?? "something that is not said"}`, () => {
      expect(build(pipeline("source", source))).toMatchObject({ trigger, startedBy });
    });
  }

  const foreign = [
    "merge_request_event",
    "parent_pipeline",
    "external_pull_request_event",
    "webide",
    "ondemand_dast_scan",
    "constructor",
    null,
  ];
  for (const source of foreign) {
    it(`of the source ${source} is no release`, () => {
      expect(whyNot(pipeline("source", source))).toMatch(
        /^pipeline 2366 names \w+ as its source; only pipelines of push, schedule, web, chat, api, trigger, pipeline are releases$/,
      );
    });
  }

  it("of a merge request is no release, whatever its source says", () => {
    expect(whyNot(withMember(PIPELINE, ["merge_request"], { iid: 7 }))).toContain(
      "names a merge request as its source",
    );
  });

  it("of a tag has the tag for its version, and no branch", () => {
    const body = pipeline("tag", true, pipeline("ref", "v1.42.0"));
    expect(build(body)).toMatchObject({
      version: "v1.42.0",
      commit: { tag: "v1.42.0", branch: null },
    });
    expect(subject(body).branch).toBeNull();
  });

  it("of a tag that is no version is no release", () => {
    const body = pipeline("tag", true, pipeline("ref", "v".repeat(129)));
    expect(whyNot(body)).toBe("the tag of pipeline 2366 is too long to be a version");
  });

  it("of an older GitLab, without iid and url, has its id, and a page that is made of it", () => {
    const body = pipeline("url", undefined, pipeline("iid", undefined));
    expect(build(body)).toMatchObject({
      version: "2366",
      run: { url: "https://gitlab.example.com/acme/checkout/-/pipelines/2366" },
    });
  });

  it("with a name is chosen by it", () => {
    expect(subject(pipeline("name", "Nightly training")).workflow).toBe("Nightly training");
  });

  const authors = [
    ["by the address of the commit", { email: "Alice@Example.com" }, "alice@example.com"],
    ["by the starter where the address is hidden", { email: "[REDACTED]" }, "alice"],
    ["by the name in a private address", { email: "7-dana@users.noreply.gitlab.com" }, "dana"],
    ["by the starter where there is no author", null, "alice"],
  ] as const;
  for (const [name, author, expected] of authors) {
    it(`is known ${name}`, () => {
      expect(build(withMember(PIPELINE, ["commit", "author"], author)).commit?.author).toBe(
        expected,
      );
    });
  }

  it("that says nobody has no author", () => {
    const body = withMember(withMember(PIPELINE, ["commit"], null), ["user"], null);
    expect(build(body).commit).toMatchObject({ author: null, subject: null });
  });

  it("of a project in a subgroup is of its whole path", () => {
    const path = "acme/search/ranking/model";
    const body = withMember(PIPELINE, ["project", "path_with_namespace"], path);
    expect(subject(body).repository).toBe(path);
  });

  it("with a commit that is not whole is malformed", () => {
    expect(problem(pipeline("sha", "3484a3fb"))).toBe(
      "object_attributes.sha: must be 40 or 64 hexadecimal digits",
    );
  });
});

describe("the variables of a pipeline, which may hold secrets", () => {
  const SECRET = "hunter2-of-the-registry";
  const body = pipeline("variables", [{ key: "REGISTRY_PASSWORD", value: SECRET }]);

  it("are neither kept nor logged nor answered", async () => {
    const settings = sourceSettings({
      id: "gitlab",
      type: "gitlab",
      tokens: ["5f0c6a1e9b7d4832"],
      repositories: ["acme/*"],
    });
    const component = intakeComponent({
      repository: "acme/checkout",
      intake: [intakeRule({ source: "gitlab" })],
    });
    const intake = testHooks({
      hooks: {
        sources: () => ({ gitlab: settings }),
        components: () => ({ [component.name]: component }),
      },
    });
    const sent = sentByGitlab(Buffer.from(JSON.stringify(body)), {
      token: "5f0c6a1e9b7d4832",
      delivery: "1",
    });
    const reply = await receive(intake, "gitlab", sent);
    expect(reply.status).toBe(202);
    const traces = [JSON.stringify(intake.dispatched), JSON.stringify(reply), ...intake.lines];
    for (const trace of traces) {
      expect(trace).not.toContain(SECRET);
      expect(trace).not.toContain("REGISTRY_PASSWORD");
    }
  });
});

describe("a job", () => {
  it("that has ended is read whole, its commit from sha and never from commit.id", () => {
    expect(event(JOB)).toMatchObject({
      kind: "build",
      subject: {
        repository: "acme/checkout",
        event: "job",
        onlyWhereNamed: true,
        workflow: "image",
        branch: "main",
      },
      build: {
        version: "2366",
        outcome: "success",
        run: {
          id: "2366/image",
          attempt: 1,
          url: "https://gitlab.example.com/acme/checkout/-/jobs/1977",
        },
        startedAt: Date.parse("2026-11-22T13:10:20Z"),
        finishedAt: Date.parse("2026-11-22T13:16:40Z"),
        commit: { sha: SHA, author: "alice", subject: "Fix rounding in tax" },
      },
    });
  });

  it("that was retried is another attempt, and another version", () => {
    expect(build(withMember(JOB, ["retries_count"], 2))).toMatchObject({
      version: "2366.3",
      run: { id: "2366/image", attempt: 3 },
    });
  });

  it("of an older GitLab has its times in its own format", () => {
    const older = withMember(
      withMember(JOB, ["build_finished_at_iso"], undefined),
      ["build_finished_at"],
      "2026-11-22 14:16:40 +0100",
    );
    expect(build(older).finishedAt).toBe(Date.parse("2026-11-22T13:16:40Z"));
  });

  it("of a tag has the tag for its version", () => {
    const body = withMember(withMember(JOB, ["tag"], true), ["ref"], "v1.42.0");
    expect(build(body)).toMatchObject({ version: "v1.42.0", commit: { branch: null } });
  });

  it("that failed is a failure, though it was allowed to", () => {
    const body = withMember(
      withMember(JOB, ["build_status"], "failed"),
      ["build_allow_failure"],
      1,
    );
    expect(build(body).outcome).toBe("failure");
  });

  it("that runs is not a build yet", () => {
    expect(whyNot(withMember(JOB, ["build_status"], "running"))).toBe(
      "job 1977 (image) is running; only success, failed, canceled, skipped are final",
    );
  });

  it("of a merge request is no release", () => {
    expect(whyNot(withMember(JOB, ["ref"], "refs/merge-requests/7/head"))).toBe(
      "job 1977 (image) ran on refs/merge-requests/7/head, neither a branch nor a tag",
    );
  });
});

describe("a release", () => {
  it("that was created is read whole, with its commit and its image", () => {
    expect(event(RELEASE)).toMatchObject({
      kind: "build",
      subject: { repository: "acme/checkout", event: "release", branch: null },
      build: {
        version: "v1.42.0",
        outcome: "success",
        run: {
          id: "release/1",
          attempt: 1,
          url: "https://gitlab.example.com/acme/checkout/-/releases/v1.42.0",
        },
        finishedAt: Date.parse("2026-11-22T13:17:10Z"),
        artifact: { uri: "registry.example.com/acme/checkout", digest: DIGEST },
        commit: { sha: SHA, tag: "v1.42.0", author: "alice@example.com" },
        notes: "* Fix rounding",
      },
    });
  });

  for (const action of ["update", "delete", "toString"]) {
    it(`that says ${action} makes no release`, () => {
      expect(whyNot(withMember(RELEASE, ["action"], action))).toContain(
        "a version does not change",
      );
    });
  }

  it("with two images, or none, has no artifact", () => {
    const link = { link_type: "image", url: "https://registry.example.com/a:1" };
    const links = (value: unknown) => build(withMember(RELEASE, ["assets", "links"], value));
    expect(links([link, link]).artifact).toBeNull();
    expect(links([{ ...link, link_type: "other" }]).artifact).toBeNull();
    expect(links([link]).artifact).toEqual({ uri: "registry.example.com/a:1", digest: null });
  });

  it("without a page has one that is made of its tag", () => {
    const body = withMember(withMember(RELEASE, ["url"], undefined), ["tag"], "v1/2");
    expect(build(body).run?.url).toBe("https://gitlab.example.com/acme/checkout/-/releases/v1%2F2");
  });

  it("without a commit is malformed", () => {
    expect(problem(withMember(RELEASE, ["commit"], undefined))).toBe("commit: is missing");
  });
});

describe("what makes no release", () => {
  it("is a deployment: the deployer observes it", () => {
    expect(event(DEPLOYMENT)).toEqual({
      kind: "unsupported",
      code: "deployment_observed_elsewhere",
      message:
        "a deployment makes no release: what is deployed is observed by the deployer that Slipway drives",
    });
  });

  it("is any other event, by its name", () => {
    expect(whyNot({ object_kind: "merge_request" })).toBe(
      "merge_request makes no release; releases are made of pipeline, job, release",
    );
    expect(whyNot({ object_kind: "constructor" })).toContain("makes no release");
    expect(whyNot({ event_name: "project_create" })).toMatch(/^project_create makes no release/);
  });

  it("is a body of a template of one's own, which is malformed", () => {
    expect(problem({ sha: SHA })).toBe(
      "the body: object_kind is missing: a webhook with a template of its own is not understood",
    );
  });
});

describe("a system hook", () => {
  it("is read as any other: the header says System Hook for everything", () => {
    const parsed = parse(PIPELINE, { "x-gitlab-event": "System Hook", "idempotency-key": "1" });
    expect(parsed).toMatchObject({ kind: "delivery", events: [{ kind: "build" }] });
  });
});

describe("the key of a delivery", () => {
  const keyOf = (headers: Readonly<Record<string, string>>, body: unknown = PIPELINE) =>
    parse(body, headers).delivery;

  it("is webhook-id, else Idempotency-Key", () => {
    expect(keyOf({ "webhook-id": "a", "idempotency-key": "b" })).toBe("a");
    expect(keyOf({ "idempotency-key": "b" })).toBe("b");
  });

  it("is made of the fact where there is neither, and not of the UUIDs that are not of the delivery", () => {
    const made = keyOf({ "x-gitlab-event-uuid": "1", "x-gitlab-webhook-uuid": "2" });
    expect(made).toMatch(/^made-[0-9a-f]{64}$/);
    expect(keyOf({ "x-gitlab-event-uuid": "3" })).toBe(made);
    expect(keyOf({}, pipeline("status", "failed"))).not.toBe(made);
    expect(keyOf({ "idempotency-key": "not an id" })).toBe(made);
  });
});

describe("the times of GitLab", () => {
  const times: readonly (readonly [string | null, string | null])[] = [
    ["2016-08-12 15:23:28 UTC", "2016-08-12T15:23:28Z"],
    ["2021-04-28 21:50:00 +0200", "2021-04-28T19:50:00Z"],
    ["2021-04-28 21:50:00 -0730", "2021-04-29T05:20:00Z"],
    ["2026-11-22T13:09:50+00:00", "2026-11-22T13:09:50Z"],
    ["2026-11-22T13:10:06Z", "2026-11-22T13:10:06Z"],
    ["2026-11-22T13:10:06.123Z", "2026-11-22T13:10:06.123Z"],
    ["2026-11-22 13:10:06", null],
    ["2026-13-45 13:10:06 UTC", null],
    ["2026-11-22 13:10:06 CET", null],
    ["22 Nov 2026", null],
    ["", null],
    [null, null],
  ];
  for (const [text, expected] of times) {
    it(`${text} is ${expected ?? "not known"}`, () => {
      expect(gitlabTime(text)).toBe(expected === null ? null : Date.parse(expected));
    });
  }

  it("that are not known leave a build without them", () => {
    expect(build(pipeline("finished_at", "tomorrow")).finishedAt).toBeNull();
  });
});
