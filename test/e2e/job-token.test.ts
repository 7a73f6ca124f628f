import { expect, it, onTestFinished } from "vitest";
import { githubClaims, jobToken, KEYS } from "../support/job-tokens.ts";
import { runApp } from "../support/running-app.ts";
import { startServer } from "../support/scripted-server.ts";
import { card, startWorld } from "../support/system.ts";

const AUDIENCE = "slipway.test";

async function start() {
  let published: readonly (keyof typeof KEYS)[] | null = ["key-1"];
  const issuer = await startServer(() =>
    published === null
      ? { status: 502 }
      : { json: { keys: published.map((name) => KEYS[name].jwk) } },
  );
  onTestFinished(() => issuer.close());
  const world = await startWorld({
    configure: (yaml) =>
      yaml
        .replace(
          "sources:\n",
          `sources:\n  jobs: { type: github-oidc, issuer: "${issuer.url}", audience: ${AUDIENCE}, repositories: ["acme/*"] }\n`,
        )
        .replace("intake: [{ source: ci }]", "intake: [{ source: ci }, { source: jobs }]"),
  });
  const { port } = await runApp(world);
  const report = async (claims: object, key: keyof typeof KEYS = "key-1") => {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now - 300, exp: now + 300 };
    const whole = githubClaims({ iss: issuer.url, aud: AUDIENCE, ...times, ...claims });
    const response = await fetch(`http://127.0.0.1:${port}/hooks/jobs`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${jobToken(whole, key)}`,
        "content-type": "application/json",
      },
      body: '{"outcome":"success","metrics":{"auc":0.83}}',
    });
    const answer = (await response.json()) as { readonly outcome: string };
    return [response.status, answer.outcome];
  };
  const publish = (...keys: readonly (keyof typeof KEYS)[]) => {
    published = keys.length === 0 ? null : keys;
  };
  return { world, issuer, report, publish };
}

it("a job that shows its own token makes a release with a card, once", async () => {
  const { world, issuer, report } = await start();
  expect(await report({})).toEqual([202, "accepted"]);
  expect((await card(world, "562", "deploying to staging")).ts).toBeDefined();
  expect(await report({})).toEqual([200, "duplicate"]);
  expect(await report({ repository: "mallory/pymk" })).toEqual([403, "refused"]);
  expect(await report({}, "key-2")).toEqual([401, "refused"]);
  expect(issuer.requests().map(({ url }) => url)).toEqual(["/.well-known/jwks"]);
});

it("a job is asked to come again while the keys of its issuer cannot be had", async () => {
  const { report, publish } = await start();
  publish();
  expect(await report({})).toEqual([503, "unavailable"]);
});
