import { describe, expect, it } from "vitest";
import { githubSource } from "../../../src/intake/sources/github.ts";
import type {
  ParsedEvent,
  ReportedBuild,
  SourceSettings,
} from "../../../src/intake/sources/source.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { GITHUB_SECRET, NOW, signedByGithub } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const WORKFLOW_RUN = fixtureJson("github/workflow_run.completed.min.constructed.json");
const FORK_RUN = fixtureJson("github/workflow_run.completed.fork-pr.min.constructed.json");
const RELEASE = fixtureJson("github/release.published.min.constructed.json");
const PACKAGE = fixtureJson("github/registry_package.published.min.constructed.json");
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const DIGEST = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";
const DELIVERY = "72d3162e-cc78-11e3-81ab-4c9367dc0958";

function sourceOf(...secrets: readonly string[]): SourceSettings {
  return sourceSettings({ id: "github", type: "github", secrets });
}

function parse(event: string, body: unknown) {
  const headers = { "x-github-event": event, "x-github-delivery": DELIVERY };
  return githubSource.parse({ source: "github", headers, body }, NOW);
}

function onlyEvent(event: string, body: unknown): ParsedEvent {
  const parsed = parse(event, body);
  if (parsed.kind === "malformed") throw new Error(parsed.message);
  const [first, ...others] = parsed.events;
  if (first === undefined || others.length > 0) throw new Error("not one event");
  return first;
}

function build(event: string, body: unknown): ReportedBuild {
  const parsed = onlyEvent(event, body);
  if (parsed.kind !== "build") throw new Error(JSON.stringify(parsed));
  return parsed.build;
}

function branchOf(body: unknown): string | null {
  const parsed = onlyEvent("workflow_run", body);
  return parsed.kind === "build" ? parsed.subject.branch : null;
}

function run(path: readonly string[], value: unknown, body: unknown = WORKFLOW_RUN): unknown {
  return withMember(body, ["workflow_run", ...path], value);
}

function whyNot(event: string, body: unknown): string {
  const parsed = onlyEvent(event, body);
  if (parsed.kind !== "unsupported") throw new Error("it is a build");
  return parsed.message;
}

function malformed(event: string, body: unknown): string {
  const parsed = parse(event, body);
  if (parsed.kind !== "malformed") throw new Error("it is well formed");
  return parsed.message;
}

describe("X-Hub-Signature-256", () => {
  interface Vector {
    readonly system: string;
    readonly secret: string;
    readonly body?: string;
    readonly body_file?: string;
    readonly headers: Readonly<Record<string, string>>;
  }
  const { vectors } = fixtureJson("signature-vectors.json") as {
    readonly vectors: readonly Vector[];
  };
  const ours = vectors.filter(({ system }) => system === "github");

  it("has two published vectors", () => expect(ours).toHaveLength(2));

  for (const [index, vector] of ours.entries()) {
    const signature = vector.headers["X-Hub-Signature-256"] ?? "";
    const body =
      vector.body_file === undefined
        ? Buffer.from(vector.body ?? "")
        : fixtureBytes(vector.body_file);
    const verify = (secrets: readonly string[], value = signature, bytes = body) =>
      githubSource.verify(
        { headers: { "x-hub-signature-256": value }, body: bytes },
        sourceOf(...secrets),
        NOW,
      );

    it(`holds for vector ${index}, alone and among others`, async () => {
      expect(await verify([vector.secret])).toEqual({ kind: "verified" });
      expect(await verify(["old", vector.secret])).toEqual({ kind: "verified" });
    });

    it(`does not hold for vector ${index} once anything differs`, async () => {
      const wrong = { kind: "refused", code: "signature_wrong" };
      expect(await verify(["another"])).toMatchObject(wrong);
      expect(await verify([])).toMatchObject(wrong);
      expect(await verify([vector.secret], signature.toUpperCase())).toMatchObject(wrong);
      expect(await verify([vector.secret], signature.replace("sha256=", ""))).toMatchObject(wrong);
      expect(await verify([vector.secret], signature.replace("256", "1"))).toMatchObject(wrong);
      expect(await verify([vector.secret], `${signature}0`)).toMatchObject(wrong);
      expect(await verify([vector.secret], `${signature}, ${signature}`)).toMatchObject(wrong);
      const more = Buffer.concat([body, Buffer.from(" ")]);
      expect(await verify([vector.secret], signature, more)).toMatchObject(wrong);
    });
  }

  it("is over the bytes: two bodies that read as the same text differ", async () => {
    const replaced = signedByGithub("push", Buffer.from("�"));
    const invalid = { headers: replaced.headers, body: Buffer.from([0xff]) };
    const marked = { headers: replaced.headers, body: Buffer.from("﻿�") };
    expect(await githubSource.verify(replaced, sourceOf(GITHUB_SECRET), NOW)).toEqual({
      kind: "verified",
    });
    expect(await githubSource.verify(invalid, sourceOf(GITHUB_SECRET), NOW)).toMatchObject({
      kind: "refused",
    });
    expect(await githubSource.verify(marked, sourceOf(GITHUB_SECRET), NOW)).toMatchObject({
      kind: "refused",
    });
  });

  it("is asked for where it is missing, even if the old SHA-1 one is there", async () => {
    const headers = { "x-hub-signature": `sha1=${"0".repeat(40)}` };
    expect(
      await githubSource.verify({ headers, body: Buffer.from("{}") }, sourceOf("s"), NOW),
    ).toEqual({
      kind: "refused",
      code: "signature_missing",
      message:
        "X-Hub-Signature-256 is missing: give the webhook in GitHub the secret of this source",
    });
  });

  it("of an empty body does not hold", async () => {
    const request = signedByGithub("ping", Buffer.alloc(0));
    expect(await githubSource.verify(request, sourceOf(GITHUB_SECRET), NOW)).toMatchObject({
      code: "signature_wrong",
    });
  });
});

describe("a finished workflow run", () => {
  it("is read whole", () => {
    expect(onlyEvent("workflow_run", WORKFLOW_RUN)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: "acme/checkout",
        event: "workflow_run",
        workflow: ".github/workflows/build.yml",
        branch: "main",
        package: null,
      },
      build: {
        version: "562.2",
        outcome: "success",
        source: "github",
        run: {
          id: "30433642",
          attempt: 2,
          url: "https://github.com/acme/checkout/actions/runs/30433642",
        },
        trigger: "code",
        startedBy: null,
        startedAt: Date.parse("2026-11-22T13:12:00Z"),
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

  it("of the first attempt has the run number for its version", () => {
    expect(build("workflow_run", run(["run_attempt"], 1)).version).toBe("562");
    expect(build("workflow_run", run(["run_attempt"], undefined)).version).toBe("562");
  });

  const outcomes: readonly (readonly [string | null, string])[] = [
    ["success", "success"],
    ["failure", "failure"],
    ["timed_out", "failure"],
    ["cancelled", "cancelled"],
    ["skipped", "cancelled"],
    ["stale", "cancelled"],
    ["neutral", "error"],
    ["action_required", "error"],
    ["startup_failure", "error"],
    ["SUCCESS", "error"],
    ["something_new", "error"],
    ["toString", "error"],
    [null, "error"],
  ];
  for (const [conclusion, outcome] of outcomes) {
    it(`with the conclusion ${conclusion} is ${outcome}`, () => {
      expect(build("workflow_run", run(["conclusion"], conclusion)).outcome).toBe(outcome);
    });
  }

  const triggers: readonly (readonly [string, string])[] = [
    ["push", "code"],
    ["release", "code"],
    ["schedule", "schedule"],
    ["workflow_dispatch", "manual"],
  ];
  for (const [event, trigger] of triggers) {
    it(`on ${event} was triggered by ${trigger}`, () => {
      expect(build("workflow_run", run(["event"], event)).trigger).toBe(trigger);
    });
  }

  it("that was started by hand names whose hand it was", () => {
    expect(build("workflow_run", run(["event"], "workflow_dispatch")).startedBy).toBe("alice");
    expect(build("workflow_run", run(["event"], "push")).startedBy).toBeNull();
  });

  const refs: readonly (readonly [string, string, string, string | null])[] = [
    ["a branch", "main", "562.2", null],
    ["a version branch", "release/1.2.3", "562.2", null],
    ["a branch that is half a version", "v1.2", "562.2", null],
    ["a tag", "v1.42.0", "v1.42.0.2", "v1.42.0"],
    ["a tag without v", "1.42.0", "1.42.0.2", "1.42.0"],
    [
      "a tag of a release candidate",
      "v2.0.0-rc.1+build.5",
      "v2.0.0-rc.1+build.5.2",
      "v2.0.0-rc.1+build.5",
    ],
  ];
  for (const [name, ref, version, tag] of refs) {
    it(`of ${name} (${ref}) is version ${version}`, () => {
      const body = run(["head_branch"], ref);
      const { commit, version: actual } = build("workflow_run", body);
      const branch = tag === null ? ref : null;
      expect({ version: actual, tag: commit?.tag, branch: commit?.branch }).toEqual({
        version,
        tag,
        branch,
      });
      expect(branchOf(body)).toBe(branch);
    });
  }

  it("on a release is of its tag, whatever the tag looks like", () => {
    const body = run(["event"], "release", run(["head_branch"], "autumn", run(["run_attempt"], 1)));
    expect(build("workflow_run", body)).toMatchObject({
      version: "autumn",
      commit: { tag: "autumn", branch: null },
    });
  });

  it("of a default branch that is named like a version is of the branch", () => {
    const body = withMember(
      run(["head_branch"], "1.0.0"),
      ["repository", "default_branch"],
      "1.0.0",
    );
    expect(build("workflow_run", body)).toMatchObject({
      version: "562.2",
      commit: { branch: "1.0.0" },
    });
  });

  const paths: readonly (readonly [
    string,
    string | undefined,
    string | undefined,
    string | null,
  ])[] = [
    [
      "with the branch behind it",
      ".github/workflows/b.yml@main",
      undefined,
      ".github/workflows/b.yml",
    ],
    [
      "with a branch that has an @ itself",
      ".github/workflows/b.yaml@a@b.yml",
      undefined,
      ".github/workflows/b.yaml",
    ],
    [
      "with a ref behind it",
      ".github/workflows/b.yml@refs/tags/v1",
      undefined,
      ".github/workflows/b.yml",
    ],
    ["as it is", ".github/workflows/b.yml", undefined, ".github/workflows/b.yml"],
    [
      "of the workflow, where the run has none",
      undefined,
      ".github/workflows/w.yml",
      ".github/workflows/w.yml",
    ],
    [
      "of a workflow that GitHub made",
      "dynamic/pages/pages-build-deployment",
      undefined,
      "dynamic/pages/pages-build-deployment",
    ],
    ["that is nowhere", undefined, undefined, null],
  ];
  for (const [name, path, workflowPath, expected] of paths) {
    it(`is known by its path ${name}`, () => {
      const body = withMember(run(["path"], path), ["workflow", "path"], workflowPath);
      expect(onlyEvent("workflow_run", body)).toMatchObject({ subject: { workflow: expected } });
    });
  }

  it("without a name, which people may edit, is known by its path", () => {
    expect(onlyEvent("workflow_run", run(["name"], ""))).toMatchObject({ kind: "build" });
  });

  const authors: readonly (readonly [string, unknown, string | null])[] = [
    ["by e-mail", { message: "m", author: { email: "Alice@Example.com" } }, "alice@example.com"],
    [
      "by the login of a hidden e-mail",
      { message: "m", author: { email: "583231+Alice@users.noreply.github.com" } },
      "alice",
    ],
    [
      "by the login of an old hidden e-mail",
      { message: "m", author: { email: "alice@users.noreply.github.com" } },
      "alice",
    ],
    [
      "by the login of a hidden e-mail of a server of one's own",
      { author: { email: "7+alice@users.noreply.git.acme.test" } },
      "alice",
    ],
    [
      "by whoever started it, where there is no e-mail",
      { message: "m", author: { email: null } },
      "alice-login",
    ],
    ["by whoever started it, where there is no commit", null, "alice-login"],
  ];
  for (const [name, headCommit, author] of authors) {
    it(`names the author ${name}`, () => {
      const body = run(["actor"], { login: "Alice-Login" }, run(["head_commit"], headCommit));
      expect(build("workflow_run", body).commit?.author).toBe(author);
    });
  }

  it("of which nobody is known has no author", () => {
    const body = run(["actor"], null, run(["head_commit"], null));
    expect(build("workflow_run", body).commit).toMatchObject({ author: null, subject: null });
  });

  it("shows the first line of the commit message, cleaned and cut", () => {
    const message = `${"é".repeat(300)}\u0007\nbody`;
    const body = run(["head_commit", "message"], message);
    expect(build("workflow_run", body).commit?.subject).toBe("é".repeat(200));
  });
});

describe("a workflow run is not a release", () => {
  it("when it is a fork's, although its branch is called main and it succeeded", () => {
    expect(onlyEvent("workflow_run", FORK_RUN)).toEqual({
      kind: "unsupported",
      code: "not_a_release_build",
      message:
        "the code of run 30433700 came from the head repository mallory/checkout, not from acme/checkout",
    });
  });

  it("when it is a fork's and says that it ran on a push", () => {
    expect(whyNot("workflow_run", run(["event"], "push", FORK_RUN))).toBe(
      "the code of run 30433700 came from the head repository mallory/checkout, not from acme/checkout",
    );
  });

  for (const head of [null, undefined]) {
    it(`when its repository is ${head}, as that of a deleted fork is`, () => {
      expect(whyNot("workflow_run", run(["head_repository"], head))).toBe(
        "run 30433642 does not say which repository its code came from, so it may be a fork's",
      );
    });
  }

  it("but it is when only the letter case of the repository differs", () => {
    const body = run(["head_repository", "full_name"], "Acme/Checkout");
    expect(onlyEvent("workflow_run", body).kind).toBe("build");
  });

  for (const event of [
    "pull_request",
    "pull_request_target",
    "merge_group",
    "workflow_run",
    "issue_comment",
    "constructor",
  ]) {
    it(`when it ran on ${event}`, () => {
      expect(whyNot("workflow_run", run(["event"], event))).toBe(
        `run 30433642 ran on ${event}; only runs on push, release, schedule, workflow_dispatch are releases`,
      );
    });
  }

  it("when its tag is too long for a version", () => {
    const body = run(["head_branch"], `1.0.0-${"x".repeat(130)}`);
    expect(whyNot("workflow_run", body)).toBe(
      "the tag of run 30433642 is too long to be a version",
    );
  });
});

describe("a published release", () => {
  it("is read whole; its branch is not taken for a commit", () => {
    expect(onlyEvent("release", RELEASE)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: "acme/checkout",
        event: "release",
        workflow: null,
        branch: null,
        package: null,
      },
      build: {
        version: "v1.42.0",
        outcome: "success",
        source: "github",
        run: {
          id: "release/17372790",
          attempt: 1,
          url: "https://github.com/acme/checkout/releases/tag/v1.42.0",
        },
        trigger: null,
        startedBy: null,
        startedAt: null,
        finishedAt: Date.parse("2026-11-22T13:17:10Z"),
        artifact: null,
        commit: {
          repository: "acme/checkout",
          sha: null,
          tag: "v1.42.0",
          branch: null,
          author: "alice",
          subject: null,
        },
        metrics: {},
        slices: {},
        tests: null,
        checks: [],
        datasets: [],
        notes: "* Fix rounding",
      },
    });
  });

  const targets: readonly (readonly [string, string | null])[] = [
    [SHA, SHA],
    [SHA.toUpperCase(), SHA],
    ["a".repeat(64), "a".repeat(64)],
    ["main", null],
    ["3484a3f", null],
    [`${SHA}0`, null],
  ];
  for (const [target, sha] of targets) {
    it(`of ${target} is of commit ${sha}`, () => {
      const body = withMember(RELEASE, ["release", "target_commitish"], target);
      expect(build("release", body).commit?.sha).toBe(sha);
    });
  }

  it("cuts notes that are too long, and takes what cannot be stored out of them", () => {
    const body = withMember(RELEASE, ["release", "body"], `a\u0000b\r\n${"é".repeat(30_000)}`);
    expect(build("release", body).notes).toBe(`ab\n${"é".repeat(19_997)}`);
  });

  it("without notes has none", () => {
    expect(build("release", withMember(RELEASE, ["release", "body"], null)).notes).toBeNull();
  });

  it("whose tag is too long for a version is not a release", () => {
    const body = withMember(RELEASE, ["release", "tag_name"], "v".repeat(129));
    expect(whyNot("release", body)).toBe("the tag of release 17372790 is too long to be a version");
  });
});

describe("a published package", () => {
  const pack = (path: readonly string[], value: unknown) =>
    withMember(PACKAGE, ["registry_package", ...path], value);

  it("is read whole; the commit is the one that the image was labelled with", () => {
    expect(onlyEvent("registry_package", PACKAGE)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: "acme/checkout",
        event: "registry_package",
        workflow: null,
        branch: null,
        package: "checkout",
      },
      build: {
        version: "1.42.0",
        outcome: "success",
        source: "github",
        run: null,
        trigger: null,
        startedBy: null,
        startedAt: null,
        finishedAt: null,
        artifact: { uri: "ghcr.io/acme/checkout:1.42.0", digest: DIGEST },
        commit: {
          repository: "acme/checkout",
          sha: SHA,
          tag: null,
          branch: null,
          author: "alice",
          subject: null,
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

  it("that was labelled with no commit is of no known commit", () => {
    const container = ["package_version", "container_metadata"];
    for (const labels of [
      null,
      {},
      { revision: "main" },
      { all_labels: { "org.opencontainers.image.revision": DIGEST } },
    ]) {
      expect(
        build("registry_package", pack([...container, "labels"], labels)).commit?.sha,
      ).toBeNull();
    }
    const short = pack([...container, "labels"], { revision: SHA });
    expect(build("registry_package", short).commit?.sha).toBe(SHA);
  });

  it("keeps the digest of its version where the tag has none", () => {
    const body = pack(["package_version", "container_metadata", "tag", "digest"], undefined);
    expect(build("registry_package", body).artifact?.digest).toBe(DIGEST);
  });

  it("of another kind than an image has its own version, and no digest", () => {
    const body = withMember(
      pack(["package_version", "container_metadata"], null),
      ["registry_package", "package_version", "version"],
      "2.0.1",
    );
    expect(build("registry_package", body)).toMatchObject({
      version: "2.0.1",
      artifact: { uri: "ghcr.io/acme/checkout:1.42.0", digest: null },
      commit: { sha: null },
    });
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    [
      "without a tag, as a platform's part of an image is",
      pack(["package_version", "container_metadata", "tag", "name"], ""),
      "the push of package checkout has no tag; only tagged images are releases",
    ],
    [
      "tagged latest",
      pack(["package_version", "container_metadata", "tag", "name"], "latest"),
      "the tag of package checkout cannot be a version: push one that never moves",
    ],
    ["without a version", pack(["package_version"], null), "the package has no version"],
    [
      "that is linked to no repository",
      withMember(PACKAGE, ["repository"], null),
      "package checkout is not linked to a repository; link it in its settings on GitHub",
    ],
  ];
  for (const [name, body, message] of refused) {
    it(`${name} is not a release`, () => expect(whyNot("registry_package", body)).toBe(message));
  }
});

describe("a ping", () => {
  const ping = (events: unknown) => ({ zen: "Design for failure.", hook_id: 1, hook: { events } });
  const cases: readonly (readonly [string, unknown, string])[] = [
    [
      "of a webhook with the right events",
      ping(["release", "workflow_run", "push"]),
      "ping received, the secret fits; this webhook sends workflow_run, release",
    ],
    [
      "of a webhook with every event",
      ping(["*"]),
      "ping received, the secret fits; this webhook sends workflow_run, release, registry_package",
    ],
    [
      "of a webhook with the events it comes with",
      ping(["push"]),
      "ping received, the secret fits, but this webhook sends no event that makes a release: subscribe it to workflow_run, release, registry_package",
    ],
    [
      "that says nothing about its events",
      {},
      "ping received, the secret fits, but this webhook sends no event that makes a release: subscribe it to workflow_run, release, registry_package",
    ],
  ];
  for (const [name, body, message] of cases) {
    it(name, () => {
      expect(onlyEvent("ping", body)).toEqual({ kind: "unsupported", code: "ping", message });
    });
  }
});

describe("everything else", () => {
  const makes =
    "makes no release; releases are made of workflow_run.completed, release.published, registry_package.published";
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["workflow_run", { action: "requested" }, "workflow_run.requested"],
    ["workflow_run", {}, "workflow_run"],
    ["release", { action: "edited" }, "release.edited"],
    [
      "check_suite",
      fixtureJson("github/check_suite.completed.min.constructed.json"),
      "check_suite.completed",
    ],
    [
      "deployment_status",
      fixtureJson("github/deployment_status.created.min.constructed.json"),
      "deployment_status.created",
    ],
    ["package", { action: "published" }, "package.published"],
    ["push", { ref: "refs/heads/main" }, "push"],
    ["to_string", { action: "__proto__" }, "to_string.__proto__"],
    ["push", { action: "<!channel> hello" }, "push"],
  ];
  for (const [event, body, name] of cases) {
    it(`${name} is ignored by name`, () => {
      expect(onlyEvent(event, body)).toEqual({
        kind: "unsupported",
        code: "event_not_supported",
        message: `${name} ${makes}`,
      });
    });
  }
});

describe("what GitHub does not send is refused by the field", () => {
  const cases: readonly (readonly [string, string, unknown, string])[] = [
    ["a list", "workflow_run", [], "the body: expected object, received array"],
    [
      "a run without a repository",
      "workflow_run",
      withMember(WORKFLOW_RUN, ["repository"], undefined),
      "repository: is missing",
    ],
    [
      "a short commit id",
      "workflow_run",
      run(["head_sha"], "3484a3f"),
      "workflow_run.head_sha: must be 40 or 64 hexadecimal digits",
    ],
    [
      "a link that is a script",
      "workflow_run",
      run(["html_url"], "javascript:1"),
      "workflow_run.html_url: must be an http or https URL",
    ],
    [
      "a repository without an owner",
      "workflow_run",
      withMember(WORKFLOW_RUN, ["repository", "full_name"], "x"),
      "repository.full_name: must be owner/name",
    ],
    [
      "a release without a tag",
      "release",
      withMember(RELEASE, ["release", "tag_name"], undefined),
      "release.tag_name: is missing",
    ],
    [
      "a package that is a text",
      "registry_package",
      { action: "published", registry_package: "x" },
      "registry_package: expected object, received string",
    ],
    [
      "a ping with a hook that is a text",
      "ping",
      { hook: "x" },
      "hook: expected object, received string",
    ],
  ];
  for (const [name, event, body, message] of cases) {
    it(name, () => expect(malformed(event, body)).toBe(message));
  }

  it("a delivery without an id", () => {
    const headers = { "x-github-event": "ping" };
    expect(githubSource.parse({ source: "github", headers, body: {} }, NOW)).toEqual({
      kind: "malformed",
      delivery: null,
      message: "header X-GitHub-Delivery: is missing or is not an id",
    });
  });

  it("a delivery without an event", () => {
    const headers = { "x-github-delivery": "1" };
    expect(githubSource.parse({ source: "github", headers, body: {} }, NOW)).toEqual({
      kind: "malformed",
      delivery: "1",
      message: "header X-GitHub-Event: is missing or is not the name of an event",
    });
  });
});
