import { afterEach, describe, expect, it } from "vitest";
import { createHttpDeployer } from "../../src/effects/deployers/http/http-deployer.ts";
import { createStartHandler } from "../../src/effects/operations/start-handler.ts";
import { createWorker } from "../../src/effects/worker.ts";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { captureLogs } from "../support/captured-logger.ts";
import { COMPONENT, componentState, operation, promotion } from "../support/effect-states.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakeJobQueue } from "../support/fake-job-queue.ts";
import { createFakeStateReader } from "../support/fake-state-reader.ts";
import { type HttpDeploySystem, startHttpDeploySystem } from "../support/http-deploy-system.ts";
import { httpDeployerSettings } from "../support/http-deployer-settings.ts";
import { handlers } from "../support/job-handlers.ts";
import { operationInput } from "../support/operation-input.ts";

const systems: HttpDeploySystem[] = [];

afterEach(async () => {
  await Promise.all(systems.splice(0).map(({ server }) => server.close()));
});

/** A committed `operation.start`, and processes that carry it out one after the other. */
async function setUp() {
  const clock = createFakeClock();
  const queue = createFakeJobQueue(clock);
  const system = await startHttpDeploySystem();
  systems.push(system);
  const { logger } = captureLogs();
  const deploying = promotion({ kind: "deploying", operation: operation() });
  const settings = httpDeployerSettings(system.server.url);
  const gate = createHttpDeployer(settings, { clock, releaseUrl: async () => null });
  const body = {
    kind: "operation.start" as const,
    component: COMPONENT,
    operation: operationInput({ startedAt: clock.now() }),
  };
  queue.add({ key: "start", body });
  const startProcess = () => {
    const start = createStartHandler({
      deployers: () => ({ gate }),
      state: createFakeStateReader(componentState(deploying)),
      clock,
      logger,
      random: () => 0,
    });
    const worker = createWorker({
      queue,
      handlers: handlers({ "operation.start": start }),
      clock,
      logger,
      telemetry: createTelemetry(),
      countJobs: async () => ({ ready: 0, waiting: 0, claimed: 0, dead: 0, oldestReady: null }),
    });
    worker.start();
    return worker;
  };
  return { clock, queue, system, startProcess };
}

const ACCEPTED = {
  settlement: { kind: "done" },
  command: { type: "ReportOperation", report: { kind: "accepted", handle: "700" } },
};

describe("a deployment takes place once", () => {
  it("although its answer was lost", async () => {
    const { clock, queue, system, startProcess } = await setUp();
    system.loseNextAnswer();
    startProcess();
    await queue.settlements(1);
    await clock.advance(10_000);
    expect(await queue.settlements(2)).toMatchObject([
      { settlement: { kind: "retry" }, command: null },
      ACCEPTED,
    ]);
    expect(system.begun()).toBe(1);
  });

  it("although the process died between the effect and its record", async () => {
    const { clock, queue, system, startProcess } = await setUp();
    const [claim] = await queue.claim(["operation.start"], 1, 30_000);
    expect(claim?.attempt).toBe(1);
    await fetch(`${system.server.url}/deploys`, {
      method: "POST",
      headers: { "idempotency-key": operationInput().key },
    });
    await clock.advance(30_000);
    startProcess();
    expect(await queue.settlements(1)).toMatchObject([ACCEPTED]);
    expect(system.begun()).toBe(1);
    expect(system.server.requests().map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  it("although the process was stopped while it waited for the answer", async () => {
    const { clock, queue, system, startProcess } = await setUp();
    const first = startProcess();
    system.goSilent();
    await system.asked();
    const stopped = first.stop(1_000);
    await clock.advance(1_000);
    await stopped;
    expect(queue.settled()).toMatchObject([{ settlement: { kind: "retry" } }]);

    system.answerAgain();
    startProcess();
    expect(await queue.settlements(2)).toMatchObject([{ settlement: { kind: "retry" } }, ACCEPTED]);
    const asked = system.server
      .requests()
      .map(({ method, url }) => `${method} ${url.split("?")[0]}`);
    expect(asked).toEqual(["POST /deploys", "GET /deploys", "POST /deploys"]);
  });
});
