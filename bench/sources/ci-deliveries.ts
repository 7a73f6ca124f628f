import { AUDIENCE, githubClaims, ISSUER, jobToken } from "../../test/support/job-tokens.ts";
import { signedByGitlab } from "../../test/support/signed-by-gitlab.ts";
import { signedByGithub, signedBytes } from "../../test/support/signed-request.ts";
import { buildReport } from "../intake/requests.ts";
import {
  asked,
  bearing,
  counted,
  DIGEST,
  type Fact,
  named,
  SECRET,
  SHA,
  type SourceDelivery,
  secret,
  TOKEN,
  token,
  varied,
  version,
  withMac,
} from "./delivery.ts";

const repositories = ["acme/*"];

/** Of systems that build and test, and of whoever reports by itself. */
export const CI_DELIVERIES: Readonly<Record<string, SourceDelivery>> = {
  report: {
    source: secret,
    asks: asked(() => ({})),
    post(fact) {
      const id = `msg_${fact.n}`;
      return signedBytes(bytes(report(fact)), {}, { id, secret: SECRET, at: fact.at });
    },
  },
  github: {
    source: { ...secret, repositories },
    asks: asked(() => ({})),
    post: varied(
      "github/workflow_run.completed.min.constructed.json",
      {
        ...named("checkout"),
        ...counted(SHA),
        "30433642": ({ n }) => String(30_433_642 + n),
        '"run_number": 562': ({ n }) => `"run_number": ${n}`,
      },
      (body, { n }) => {
        const delivery = `72d3162e-cc78-11e3-81ab-${String(n).padStart(12, "0")}`;
        return signedByGithub("workflow_run", body, { delivery, secret: SECRET });
      },
    ),
  },
  gitlab: {
    source: { ...secret, repositories },
    asks: asked(() => ({})),
    post: varied(
      "gitlab/pipeline.success.min.constructed.json",
      {
        ...named("checkout"),
        ...counted(SHA),
        ...version,
        "2366": ({ n }) => String(2_366 + n),
        '"iid": 412': ({ n }) => `"iid": ${n}`,
      },
      (body, { n, at }) => signedByGitlab(body, { secret: SECRET, delivery: `gitlab-${n}`, at }),
    ),
  },
  circleci: {
    source: { ...secret, repositories },
    asks: asked(() => ({ workflow: "build" })),
    post: varied(
      "circleci/workflow-completed.vcs.constructed.json",
      {
        ...named("checkout"),
        ...counted(
          SHA,
          "3888f21b-eaa7-38e3-8f3d-75a63bba8895",
          "fda08377-fe7e-46b1-8992-3a7aaecac9c3",
          "1285fe1d-d3a6-44fc-8886-8979558254c4",
        ),
        '"number": 130': ({ n }) => `"number": ${n}`,
      },
      (body) => {
        const { headers } = withMac("circleci-signature", "hex", "v1=")(body);
        return { body, headers: { ...headers, "circleci-event-type": "workflow-completed" } };
      },
    ),
  },
  jenkins: {
    source: { ...token, repositories },
    asks: asked(() => ({})),
    post: varied(
      "jenkins/pipeline.httpRequest.constructed.json",
      {
        ...named("checkout"),
        ...counted(SHA, DIGEST),
        ...version,
        "1042": ({ n }) => String(1_042 + n),
      },
      (body, { n }) => {
        const { headers } = bearing("application/json;charset=UTF-8")(body);
        return { body, headers: { ...headers, "idempotency-key": `jenkins-${n}` } };
      },
    ),
  },
  azkaban: {
    source: token,
    asks: asked(() => ({ workflow: "fraud/train-and-validate" })),
    post: varied(
      "azkaban/job_callback.success.constructed.json",
      {
        ...named("fraud-detector"),
        ...counted(SHA),
        "91823": ({ n }) => String(91_823 + n),
        "2026.11.22": ({ n }) => `2026.11.22-${n}`,
      },
      bearing("text/plain; charset=ISO-8859-1"),
    ),
  },
  spinnaker: {
    source: token,
    asks: asked((component) => ({ workflow: `${component}/Bake and verify` })),
    post: varied(
      "spinnaker/echo.orca_pipeline_complete.constructed.json",
      {
        ...named("checkout"),
        ...counted(SHA, DIGEST, "5b7c0a0e-8b0e-4c8a-9d5b-7f4a1c2d3e4f"),
        ...version,
        "01JDA7T0M5X1Z9C8V7B6N5M4K3": ({ n }) => `01JDA7T0M5X1Z9C8${String(n).padStart(10, "0")}`,
      },
      (body) => {
        const authorization = `Basic ${Buffer.from(`echo:${TOKEN}`).toString("base64")}`;
        return { body, headers: { "content-type": "application/json", authorization } };
      },
    ),
  },
  "github-oidc": {
    source: { audience: AUDIENCE, issuer: ISSUER, repositories },
    asks: asked(() => ({})),
    post(fact) {
      const at = Math.floor(fact.at / 1_000);
      const claims = githubClaims({
        ...{ iat: at, nbf: at - 300, exp: at + 300, jti: `token-${fact.n}` },
        repository: `acme/${fact.component}`,
        sha: fact.n.toString(16).padStart(40, "0"),
        run_id: String(fact.n),
      });
      const authorization = `Bearer ${jobToken(claims)}`;
      // The run is taken from the token.
      const { run: _, ...rest } = report(fact);
      return {
        body: bytes(rest),
        headers: { "content-type": "application/json", authorization },
      };
    },
  },
};

function report({ n, component }: Fact) {
  return buildReport({ component, build: n, n });
}

function bytes(report: object): Buffer {
  return Buffer.from(JSON.stringify(report));
}
