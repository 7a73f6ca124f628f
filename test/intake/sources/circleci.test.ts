import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { circleciSource } from "../../../src/intake/sources/circleci.ts";
import { repositoryOf } from "../../../src/shared/repository-url.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { eventReader } from "../../support/only-event.ts";
import { signatureVectors } from "../../support/signature-vectors.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const VCS = fixtureJson("circleci/workflow-completed.vcs.constructed.json");
const APP = fixtureJson("circleci/workflow-completed.github-app.constructed.json");
const JOB = fixtureJson("circleci/job-completed.gitlab.constructed.json");
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";

const { event, build, subject, whyNot, problem, parse } = eventReader(circleciSource, "circleci");

const vcs = (path: readonly string[], value: unknown) =>
  withMember(VCS, ["pipeline", "vcs", ...path], value);
const parameters = (path: readonly string[], value: unknown, body: unknown = APP) =>
  withMember(body, ["pipeline", "trigger_parameters", ...path], value);

describe("circleci-signature", () => {
  const vectors = signatureVectors("circleci");
  const verify = (secret: string, signature: string, body: Buffer) =>
    circleciSource.verify(
      { headers: { "circleci-signature": signature }, body },
      sourceSettings({ id: "circleci", type: "circleci", secrets: ["old", secret] }),
      NOW,
    );

  it("has four published vectors", () => expect(vectors).toHaveLength(4));

  for (const [index, { secret, body, headers }] of vectors.entries()) {
    const signature = headers["circleci-signature"] ?? "";

    it(`holds for vector ${index}, alone and in a list`, () => {
      expect(verify(secret, signature, body)).toEqual({ kind: "verified" });
      expect(verify(secret, `v2=abc,${signature}`, body)).toEqual({ kind: "verified" });
      expect(verify(secret, `${signature}, v3=abc`, body)).toEqual({ kind: "verified" });
    });

    it(`does not hold for vector ${index} once anything differs`, () => {
      const hex = signature.slice("v1=".length);
      const wrong = { kind: "refused", code: "signature_wrong" };
      expect(verify("another", signature, body)).toMatchObject(wrong);
      expect(verify(secret, signature, Buffer.concat([body, body]))).toMatchObject(wrong);
      expect(verify(secret, `v1=${hex.toUpperCase()}`, body)).toMatchObject(wrong);
      expect(verify(secret, hex, body)).toMatchObject(wrong);
      expect(verify(secret, `v1=${hex}0`, body)).toMatchObject(wrong);
      // A signature of a version that is not the newest known one is a way to a weaker check.
      for (const version of ["v0", "v2", "V1", ""]) {
        expect(verify(secret, `${version}=${hex}`, body)).toMatchObject(wrong);
      }
    });
  }

  it("never holds for an empty secret", () => {
    const body = Buffer.from("{}");
    const signature = createHmac("sha256", "").update(body).digest("hex");
    expect(verify("", `v1=${signature}`, body)).toMatchObject({ code: "signature_wrong" });
  });
});

describe("a workflow of GitHub OAuth or Bitbucket Cloud", () => {
  it("is read whole", () => {
    expect(event(VCS)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: "acme/checkout",
        event: "workflow-completed",
        workflow: "build",
        branch: "main",
        package: null,
      },
      build: {
        version: "130",
        outcome: "success",
        source: "circleci",
        run: {
          id: "fda08377-fe7e-46b1-8992-3a7aaecac9c3",
          attempt: 1,
          url: "https://app.circleci.com/pipelines/github/acme/checkout/130/workflows/fda08377-fe7e-46b1-8992-3a7aaecac9c3",
        },
        trigger: "code",
        startedBy: null,
        startedAt: Date.parse("2026-11-22T13:10:07.616Z"),
        finishedAt: Date.parse("2026-11-22T13:16:44Z"),
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

  it("of a tag has the tag for its version, and no branch", () => {
    const body = withMember(vcs(["branch"], undefined), ["pipeline", "vcs", "tag"], "v1.42.0");
    expect(build(body)).toMatchObject({ version: "v1.42.0", commit: { branch: null } });
  });

  it("of a fork is no release, though it succeeded on a branch main", () => {
    expect(whyNot(vcs(["origin_repository_url"], "https://github.com/mallory/checkout"))).toBe(
      "workflow build of pipeline 130 came from mallory/checkout, not from acme/checkout",
    );
  });

  it("that does not say where its code came from is no release", () => {
    expect(whyNot(vcs(["origin_repository_url"], undefined))).toContain("may be a fork's");
  });

  it("of a pull request is no release", () => {
    expect(whyNot(vcs(["branch"], "pull/17"))).toContain("is a pull request's");
    expect(build(vcs(["branch"], "pull-requests")).commit?.branch).toBe("pull-requests");
  });
});

describe("a workflow of the GitHub App, GitLab or Bitbucket Data Center", () => {
  it("is read from git and the provider", () => {
    expect(build(APP)).toMatchObject({
      version: "412",
      outcome: "success",
      trigger: "code",
      commit: {
        repository: "acme/checkout",
        sha: SHA,
        tag: null,
        branch: "main",
        author: "alice",
        subject: "Fix rounding in tax",
      },
    });
  });

  it("of a tag has an empty branch", () => {
    const tagged = parameters(["git", "branch"], "", parameters(["git", "tag"], "v1.42.0"));
    expect(build(tagged)).toMatchObject({ version: "v1.42.0", commit: { branch: null } });
  });

  it("without the provider, which CircleCI does not promise, is read from git", () => {
    expect(build(parameters(["github_app"], undefined)).commit).toMatchObject({
      repository: "acme/checkout",
      sha: SHA,
      branch: "main",
    });
  });

  it("without git is read from the provider", () => {
    expect(build(parameters(["git"], undefined)).commit).toMatchObject({
      sha: SHA,
      branch: "main",
    });
  });

  it("with nothing of its code belongs to nobody but a rule that names its workflow", () => {
    const body = withMember(APP, ["pipeline", "trigger_parameters"], undefined);
    expect(build(body).commit).toBeNull();
    expect(subject(body)).toMatchObject({ repository: null, workflow: "build" });
  });

  it("of a fork is no release", () => {
    const fork = "https://github.com/mallory/checkout.git";
    expect(whyNot(parameters(["git", "checkout_url"], fork))).toContain(
      "came from mallory/checkout",
    );
  });

  it("on a pull request is no release", () => {
    expect(whyNot(parameters(["circleci", "event_type"], "pull_request"))).toContain(
      "is a pull request's",
    );
  });
});

describe("the outcome", () => {
  const outcomes = [
    ["success", "success"],
    ["failed", "failure"],
    ["canceled", "cancelled"],
    ["error", "error"],
    ["unauthorized", "error"],
    ["SUCCESS", "error"],
    ["something_new", "error"],
    ["toString", "error"],
  ] as const;
  for (const [status, outcome] of outcomes) {
    it(`of the status ${status} is ${outcome}`, () => {
      expect(build(withMember(VCS, ["workflow", "status"], status)).outcome).toBe(outcome);
    });
  }
});

describe("the trigger", () => {
  const triggers = [
    ["webhook", "code"],
    ["scheduled_pipeline", "schedule"],
    ["explicit", "manual"],
    ["api", null],
    ["something_new", null],
  ] as const;
  for (const [type, trigger] of triggers) {
    it(`of ${type} is ${trigger ?? "not said"}`, () => {
      const body = withMember(VCS, ["pipeline", "trigger", "type"], type);
      expect(build(body).trigger).toBe(trigger);
    });
  }
});

describe("a job", () => {
  it("is a build for a rule that names it, though it names no workflow", () => {
    expect(event(JOB)).toMatchObject({
      kind: "build",
      subject: {
        repository: "acme/checkout",
        event: "job-completed",
        onlyWhereNamed: true,
        workflow: "image",
        branch: "main",
      },
      build: {
        version: "412",
        run: { id: "8b91f9a8-7975-4e60-916c-f0152ccae2b8", attempt: 1, url: null },
        commit: { author: "alice@example.com", sha: SHA },
      },
    });
  });
});

describe("what makes no release", () => {
  const head = { id: "5d1f4c0e-2b57-4c39-9a3e-0c3ff0f7b1a2" };

  it("is the ping of a new webhook", () => {
    expect(whyNot({ ...head, type: "ping" })).toBe(
      "ping received, the secret fits; releases are made of workflow-completed",
    );
  });

  it("is any other event, by its name", () => {
    expect(whyNot({ ...head, type: "deploy-completed" })).toContain("deploy-completed makes no");
    expect(whyNot({ ...head, type: "<!channel>" })).toContain("this event makes no release");
  });

  it("is a body without an id, which is malformed: nothing else tells a repetition", () => {
    expect(problem(withMember(VCS, ["id"], undefined))).toBe("id: is missing");
    expect(problem(withMember(VCS, ["id"], "two words"))).toBe("id: must be an id");
  });
});

describe("the key of a delivery", () => {
  it("is the id of the event, whatever the header says it is", () => {
    expect(parse(VCS, { "circleci-event-type": "job-completed" })).toMatchObject({
      delivery: "3888f21b-eaa7-38e3-8f3d-75a63bba8895",
      events: [{ subject: { event: "workflow-completed" } }],
    });
  });
});

describe("the repository of an address", () => {
  const addresses: readonly (readonly [string | null, string | null])[] = [
    ["https://github.com/acme/checkout", "acme/checkout"],
    ["https://github.com/acme/checkout.git", "acme/checkout"],
    ["https://github.com/acme/checkout/", "acme/checkout"],
    ["https://dana:token@gitlab.example.com/acme/search/model.git", "acme/search/model"],
    ["git@github.com:acme/checkout.git", "acme/checkout"],
    ["ssh://git@bitbucket.example.com:7999/acme/checkout.git", "acme/checkout"],
    ["https://bitbucket.example.com/scm/acme/checkout.git", "acme/checkout"],
    ["https://github.com/acme/checkout?x=1#y", "acme/checkout"],
    ["https://github.com/checkout", null],
    ["https://github.com", null],
    ["/srv/git/checkout.git", null],
    ["file:///srv/git/checkout.git", null],
    ["https://github.com/acme//checkout", null],
    ["acme/checkout", null],
    ["", null],
    [null, null],
  ];
  for (const [address, repository] of addresses) {
    it(`${address} is ${repository ?? "not known"}`, () => {
      expect(repositoryOf(address)).toBe(repository);
    });
  }
});
