import { createKeySets } from "../../../src/intake/sources/key-sets.ts";
import { createSourceAdapters } from "../../../src/intake/sources/registry.ts";
import type { SourceSettings } from "../../../src/intake/sources/source.ts";
import { sourceContract } from "../../contracts/source-contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  AUDIENCE,
  fakeIssuer,
  githubClaims,
  ISSUER,
  jobToken,
  type KeyId,
} from "../../support/job-tokens.ts";
import { retold } from "../../support/retold.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const SETTINGS = sourceSettings({
  id: "jobs",
  type: "github-oidc",
  repositories: ["acme/*"],
  options: { issuer: ISSUER, audience: AUDIENCE },
});

const REPORT = {
  component: "component-under-test",
  version: "2026.11.22-3",
  outcome: "success",
  run: { id: "30433642", attempt: 1 },
  commit: { repository: "acme/pymk", branch: "main" },
  artifact: { uri: "registry.example/pymk:3", digest: `sha256:${"0b".repeat(32)}` },
  metrics: { auc: 0.8132 },
  tests: { passed: 812, failed: 0, skipped: 3 },
};
const report = Buffer.from(JSON.stringify(REPORT));
const foreign = Buffer.from(JSON.stringify({ outcome: "success", version: "of a stranger" }));

/** The secrets of these settings stand for the keys that the issuer publishes. */
function adapters({ secrets }: SourceSettings) {
  const { fetch } = fakeIssuer(...(secrets as readonly KeyId[]));
  return createSourceAdapters({ keySets: createKeySets({ fetch, clock: createFakeClock(NOW) }) });
}

const settings = { ...SETTINGS, secrets: ["key-1"] };

sourceContract({
  type: "github-oidc",
  settings,
  adapters,
  credential: "key-1",
  nextCredential: "key-2",
  rotate: (secrets) => ({ ...SETTINGS, secrets }),
  sign: (body, { credential, delivery, at }) => {
    const times = { iat: at / 1000, exp: at / 1000 + 300, nbf: at / 1000 - 300 };
    const repository = body.equals(foreign) ? "mallory/pymk" : "acme/pymk";
    const claims = githubClaims({ ...times, jti: delivery, repository });
    const authorization = `Bearer ${jobToken(claims, credential as KeyId)}`;
    return { body, headers: { "content-type": "application/json", authorization } };
  },
  unsigned: ({ headers: { authorization: _, ...headers }, body }) => ({ headers, body }),
  signsTime: true,
  rule: {},
  repository: "acme/pymk",
  good: [
    { name: "a report of a job", body: report, kind: "build" },
    {
      name: "the least that a job can report",
      body: Buffer.from('{"outcome":"success"}'),
      kind: "build",
    },
  ],
  again: (body) => retold(body),
  foreign,
  foreignOutcome: "refused",
  fixtures: [{ name: "a report of a job", body: report }],
});
