import { expect, it } from "vitest";
import { runApp } from "../support/running-app.ts";
import { aReport, send, startWorld } from "../support/system.ts";

it("while Slack cannot be reached, no webhook is turned away, and deployments go on", async () => {
  const world = await startWorld();
  world.deploys.finishAtOnce();
  const begun = new Promise<void>((meanwhile) => {
    world.deploys.cutOnce({ matches: ({ method }) => method === "POST", when: "after", meanwhile });
  });
  const away = { ...world.environment, SLACK_API_URL: "http://127.0.0.1:9/api/" };
  const app = await runApp({ ...world, environment: away });
  const ask = (path: string) => fetch(`http://127.0.0.1:${app.port}${path}`);

  const all = await ask("/readyz");
  expect({ status: all.status, body: await all.json() }).toMatchObject({
    status: 503,
    body: { reasons: [expect.stringMatching(/^Slack: Slack cannot be reached/)] },
  });
  const intake = await ask("/readyz/intake");
  expect({ status: intake.status, body: await intake.json() }).toEqual({
    status: 200,
    body: { ready: true, reasons: [], warnings: [] },
  });
  const metrics = await (await ask("/metrics")).text();
  expect(metrics).toContain('slipway_ready{of="all"} 0\nslipway_ready{of="intake"} 1\n');

  expect((await send(app.port, aReport("1"))).status).toBe(202);
  await begun;
  expect(world.deploys.begunByKey()).toEqual({ "deploy:model-pymk@1:staging:1": 1 });
});
