import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fixtureBytes, fixtureJson, withMember } from "../support/intake-fixture.ts";
import { CHECKOUT, MODEL, startIntake, type TestIntakeOptions } from "../support/intake-server.ts";
import { Unavailable } from "../support/recording-dispatch.ts";
import {
  NOW,
  OTHER_REPORT_SECRET,
  type SignedPost,
  signedByGithub,
  signedBytes,
  signedReport,
} from "../support/signed-request.ts";
import { sourceSettings } from "../support/source-settings.ts";

const REPORT = {
  component: "model-pymk",
  version: "2026.11.22-3",
  outcome: "success",
  run: { id: "train_pymk/2026-11-22" },
};
const WORKFLOW_RUN = fixtureJson("github/workflow_run.completed.min.constructed.json");

interface Case {
  readonly name: string;
  readonly path: string;
  readonly post: SignedPost;
  readonly options?: TestIntakeOptions;
  readonly status: number;
  readonly answer: {
    readonly outcome: string;
    readonly code: string;
    readonly message: string;
    readonly delivery: string | null;
    readonly releases: readonly string[];
  };
  readonly headers?: Readonly<Record<string, string>>;
  readonly recorded?: number;
}

function refused(code: string, message: string, delivery: string | null = null) {
  return { outcome: "refused", code, message, delivery, releases: [] };
}

const unsigned: SignedPost = {
  body: Buffer.from(JSON.stringify(REPORT)),
  headers: { "content-type": "application/json" },
};

const CASES: readonly Case[] = [
  {
    name: "a report is recorded",
    path: "/hooks/ci",
    post: signedReport(REPORT),
    status: 202,
    answer: {
      outcome: "accepted",
      code: "accepted",
      message: "recorded as model-pymk@2026.11.22-3",
      delivery: "msg_1",
      releases: ["model-pymk@2026.11.22-3"],
    },
    recorded: 1,
  },
  {
    name: "a workflow run is recorded",
    path: "/hooks/github",
    post: signedByGithub("workflow_run", WORKFLOW_RUN),
    status: 202,
    answer: {
      outcome: "accepted",
      code: "accepted",
      message: "recorded as svc-checkout@562.2",
      delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      releases: ["svc-checkout@562.2"],
    },
    recorded: 1,
  },
  {
    name: "a workflow run in a form, GitHub's other content type, is recorded",
    path: "/hooks/github",
    post: signedByGithub(
      "workflow_run",
      `payload=${encodeURIComponent(JSON.stringify(WORKFLOW_RUN))}`,
      {
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
    ),
    status: 202,
    answer: {
      outcome: "accepted",
      code: "accepted",
      message: "recorded as svc-checkout@562.2",
      delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      releases: ["svc-checkout@562.2"],
    },
    recorded: 1,
  },
  {
    name: "a media type with its charset is taken",
    path: "/hooks/ci",
    post: signedReport(REPORT, { headers: { "content-type": "Application/JSON; charset=utf-8" } }),
    status: 202,
    answer: {
      outcome: "accepted",
      code: "accepted",
      message: "recorded as model-pymk@2026.11.22-3",
      delivery: "msg_1",
      releases: ["model-pymk@2026.11.22-3"],
    },
    recorded: 1,
  },
  {
    name: "a fork's run is ignored, with the reason",
    path: "/hooks/github",
    post: signedByGithub(
      "workflow_run",
      fixtureJson("github/workflow_run.completed.fork-pr.min.constructed.json"),
    ),
    status: 200,
    answer: {
      outcome: "ignored",
      code: "not_a_release_build",
      message:
        "the code of run 30433700 came from the head repository mallory/checkout, not from acme/checkout",
      delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      releases: [],
    },
  },
  {
    name: "a run of a repository that the source does not list is ignored",
    path: "/hooks/github",
    post: signedByGithub(
      "workflow_run",
      withMember(
        withMember(WORKFLOW_RUN, ["repository", "full_name"], "mallory/checkout"),
        ["workflow_run", "head_repository", "full_name"],
        "mallory/checkout",
      ),
    ),
    status: 200,
    answer: {
      outcome: "ignored",
      code: "repository_not_listed",
      message: "repository mallory/checkout is not in sources.github.repositories (acme/*)",
      delivery: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      releases: [],
    },
  },
  {
    name: "a compressed report is recorded, signed over the bytes that are sent",
    path: "/hooks/ci",
    post: signedBytes(gzipSync(JSON.stringify(REPORT)), { "content-encoding": "gzip" }),
    status: 202,
    answer: {
      outcome: "accepted",
      code: "accepted",
      message: "recorded as model-pymk@2026.11.22-3",
      delivery: "msg_1",
      releases: ["model-pymk@2026.11.22-3"],
    },
    recorded: 1,
  },
  {
    name: "a fact that is recorded already is a duplicate",
    path: "/hooks/ci",
    post: signedReport(REPORT),
    options: {
      respond: { "model-pymk": { kind: "duplicate", release: "model-pymk@2026.11.22-3" } },
    },
    status: 200,
    answer: {
      outcome: "duplicate",
      code: "duplicate",
      message: "already recorded as model-pymk@2026.11.22-3",
      delivery: "msg_1",
      releases: ["model-pymk@2026.11.22-3"],
    },
  },
  {
    name: "a report for a component that nobody configured is ignored",
    path: "/hooks/ci",
    post: signedReport({ ...REPORT, component: "model-x" }),
    status: 200,
    answer: {
      outcome: "ignored",
      code: "component_unknown",
      message:
        "the configuration has no component model-x: correct the name, or add it under components",
      delivery: "msg_1",
      releases: [],
    },
  },
  {
    name: "a body that is not JSON is refused",
    path: "/hooks/ci",
    post: signedReport('{"component": '),
    status: 400,
    answer: refused("not_decodable", "the body is not JSON"),
  },
  {
    name: "a body with NaN is refused, and says what is wrong with it",
    path: "/hooks/ci",
    post: signedReport('{"component":"model-pymk","metrics":{"auc":NaN}}'),
    status: 400,
    answer: refused(
      "not_decodable",
      "the body is not JSON: NaN and Infinity are not JSON, leave such a value out",
    ),
  },
  {
    name: "a body that is not UTF-8 is refused",
    path: "/hooks/ci",
    post: signedBytes(Buffer.from([0x7b, 0xff, 0x7d])),
    status: 400,
    answer: refused("not_decodable", "the body is not UTF-8"),
  },
  {
    name: "a body that is not gzip although it says so is refused",
    path: "/hooks/ci",
    post: signedBytes(Buffer.from("{}"), { "content-encoding": "gzip" }),
    status: 400,
    answer: refused("not_decodable", "the body is not gzip, as Content-Encoding says"),
  },
  {
    name: "a report with an unknown field is refused by its name",
    path: "/hooks/ci",
    post: signedReport({ ...REPORT, metrcs: {} }),
    status: 400,
    answer: refused("not_this_system", "metrcs: unknown field", "msg_1"),
  },
  {
    name: "a workflow run without a commit is refused by the field",
    path: "/hooks/github",
    post: signedByGithub(
      "workflow_run",
      withMember(WORKFLOW_RUN, ["workflow_run", "head_sha"], undefined),
    ),
    status: 400,
    answer: refused(
      "not_this_system",
      "workflow_run.head_sha: is missing",
      "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    ),
  },
  {
    name: "a version that means another build already is refused by the field",
    path: "/hooks/ci",
    post: signedReport(REPORT),
    options: {
      respond: {
        "model-pymk": {
          kind: "refused",
          release: null,
          refusal: { code: "version_conflict", sentence: "2026.11.22-3 is another build" },
        },
      },
    },
    status: 400,
    answer: refused("version_conflict", "version: 2026.11.22-3 is another build", "msg_1"),
  },
  {
    name: "a commit of no known repository is refused by the field",
    path: "/hooks/ci",
    post: signedReport({ ...REPORT, commit: { sha: "a".repeat(40) } }),
    options: { hooks: { components: () => ({ "model-pymk": { ...MODEL, repository: null } }) } },
    status: 400,
    answer: refused(
      "repository_unknown",
      "commit.repository: is missing, and component model-pymk names none in the configuration",
      "msg_1",
    ),
  },
  {
    name: "a request without a signature is refused",
    path: "/hooks/ci",
    post: unsigned,
    status: 401,
    answer: refused(
      "signature_missing",
      "webhook-id, webhook-timestamp, webhook-signature missing: sign the request as Standard Webhooks says",
    ),
  },
  {
    name: "a signature with another secret is refused",
    path: "/hooks/ci",
    post: signedReport(REPORT, { secret: OTHER_REPORT_SECRET }),
    status: 401,
    answer: refused(
      "signature_wrong",
      "no v1 signature fits: sign <webhook-id>.<webhook-timestamp>.<body> with the secret of this source, over the bytes as they are sent",
    ),
  },
  {
    name: "a signature of long ago is refused",
    path: "/hooks/ci",
    post: signedReport(REPORT, { at: NOW - 301_000 }),
    status: 401,
    answer: refused(
      "outside_time_window",
      "webhook-timestamp is more than 300 seconds from the time here: set the sender's clock, and sign again for each attempt",
    ),
  },
  {
    name: "a delivery signed for another source is refused",
    path: "/hooks/github",
    post: signedByGithub("workflow_run", WORKFLOW_RUN, { secret: "not the secret" }),
    status: 401,
    answer: refused(
      "signature_wrong",
      "X-Hub-Signature-256 does not fit: the secret of the webhook in GitHub and of this source must be the same",
    ),
  },
  {
    name: "an unsigned body is not decompressed",
    path: "/hooks/ci",
    post: {
      body: gzipSync(Buffer.alloc(30 * 1024 * 1024)),
      headers: { ...unsigned.headers, "content-encoding": "gzip" },
    },
    status: 401,
    answer: refused(
      "signature_missing",
      "webhook-id, webhook-timestamp, webhook-signature missing: sign the request as Standard Webhooks says",
    ),
  },
  {
    name: "a source that nobody configured is refused",
    path: "/hooks/nobody",
    post: signedReport(REPORT),
    status: 404,
    answer: refused(
      "unknown_source",
      "no source of this name: the path is /hooks/<id>, with an id that stands under sources in the configuration",
    ),
  },
  {
    name: "a source named after a member of every object is refused",
    path: "/hooks/constructor",
    post: signedReport(REPORT),
    status: 404,
    answer: refused(
      "unknown_source",
      "no source of this name: the path is /hooks/<id>, with an id that stands under sources in the configuration",
    ),
  },
  {
    name: "a body of more than 25 MiB is refused",
    path: "/hooks/ci",
    post: signedBytes(Buffer.alloc(25 * 1024 * 1024 + 1, 0x20)),
    status: 413,
    answer: refused("body_too_large", "the body is larger than 26214400 bytes, the limit"),
  },
  {
    name: "a body of exactly 25 MiB is read",
    path: "/hooks/ci",
    post: signedBytes(Buffer.alloc(25 * 1024 * 1024, 0x20)),
    status: 400,
    answer: refused("not_decodable", "the body is not JSON"),
  },
  {
    name: "a body that unfolds to more than 25 MiB is refused",
    path: "/hooks/ci",
    post: signedBytes(gzipSync(Buffer.alloc(25 * 1024 * 1024 + 1)), { "content-encoding": "gzip" }),
    status: 413,
    answer: refused("body_too_large", "the body is larger than 26214400 bytes, the limit"),
  },
  {
    name: "a media type that the source does not send is refused",
    path: "/hooks/ci",
    post: signedReport(REPORT, { headers: { "content-type": "text/plain" } }),
    status: 415,
    answer: refused("media_type_not_supported", "source ci takes Content-Type: application/json"),
    headers: { accept: "application/json" },
  },
  {
    name: "a content coding that is not gzip is refused",
    path: "/hooks/ci",
    post: signedReport(REPORT, { headers: { "content-encoding": "br" } }),
    status: 415,
    answer: refused(
      "encoding_not_supported",
      "send the body as it is, or with Content-Encoding: gzip",
    ),
    headers: { "accept-encoding": "gzip, identity" },
  },
  {
    name: "a store that cannot take it now is said so, with a time to wait",
    path: "/hooks/ci",
    post: signedReport(REPORT),
    options: { respond: { "model-pymk": new Unavailable("disk full") } },
    status: 503,
    answer: {
      outcome: "unavailable",
      code: "store_unavailable",
      message: "the store cannot take it now: send the same delivery again",
      delivery: "msg_1",
      releases: [],
    },
    headers: { "retry-after": "5" },
  },
];

describe("answers of /hooks", () => {
  for (const { name, path, post, options, status, answer, headers = {}, recorded = 0 } of CASES) {
    it(`${status}: ${name}`, async () => {
      const intake = await startIntake(options);
      const posted = await intake.post(path, post);
      expect({ status: posted.status, answer: posted.answer }).toEqual({ status, answer });
      expect(posted.headers.get("content-type")).toBe("application/json");
      for (const [header, value] of Object.entries(headers)) {
        expect(posted.headers.get(header)).toBe(value);
      }
      expect(intake.dispatched).toHaveLength(recorded);
    });
  }

  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    it(`405: ${method} is refused, and POST is named`, async () => {
      const { url } = await startIntake();
      const response = await fetch(`${url}/hooks/ci`, { method });
      expect(response.headers.get("allow")).toBe("POST");
      expect({ status: response.status, answer: await response.json() }).toEqual({
        status: 405,
        answer: refused("method_not_allowed", "use POST"),
      });
    });
  }

  it("takes PUT where a system can be set to it, and of that system alone", async () => {
    const tokens = ["token-of-grafana"];
    const { url } = await startIntake({
      hooks: {
        sources: () => ({ grafana: sourceSettings({ id: "grafana", type: "grafana", tokens }) }),
      },
    });
    const put = (authorization: string) =>
      fetch(`${url}/hooks/grafana`, {
        method: "PUT",
        headers: { "content-type": "application/json", authorization },
        body: fixtureBytes("grafana/webhook.firing.min.constructed.json").toString(),
      });
    const answered = await put("Bearer token-of-grafana");
    expect(answered.status).toBe(200);
    expect(await answered.json()).toMatchObject({ outcome: "ignored", code: "no_watch_asks" });
    expect((await put("Bearer another")).status).toBe(401);
    const deleted = await fetch(`${url}/hooks/grafana`, { method: "DELETE" });
    expect(deleted.headers.get("allow")).toBe("POST, PUT");
  });

  it("names the component whose version it is in what it dispatches", async () => {
    const intake = await startIntake();
    await intake.post("/hooks/github", signedByGithub("workflow_run", WORKFLOW_RUN));
    expect(
      intake.dispatched.map(({ component, commandIds }) => ({ component, commandIds })),
    ).toEqual([
      {
        component: CHECKOUT.name,
        commandIds: ["github:72d3162e-cc78-11e3-81ab-4c9367dc0958:svc-checkout"],
      },
    ]);
  });
});
