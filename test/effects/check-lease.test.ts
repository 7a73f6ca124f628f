import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { watchLease } from "../../src/effects/check-lease.ts";
import { runCommand } from "../../src/effects/deployers/command/run-command.ts";
import { callGitHub } from "../../src/effects/github/call-github.ts";
import { createGitHub } from "../../src/effects/github/github-client.ts";
import { exchange } from "../../src/effects/http-exchange.ts";
import { untilAborted } from "../../src/effects/slack/until-aborted.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { quietLog } from "../support/quiet-log.ts";
import { startServer } from "../support/scripted-server.ts";

/** The signal of a run whose time is over, and whose timers have not run since. */
function aLateSignal(): AbortSignal {
  const run = new AbortController();
  watchLease(run.signal, () => run.abort(new Error("its lease has ended")));
  return run.signal;
}

async function aServer() {
  const server = await startServer(() => ({ json: {} }));
  onTestFinished(() => server.close());
  return server;
}

it("sends no request once the lease has ended", async () => {
  const server = await aServer();
  const request = { method: "POST", url: server.url, headers: {}, body: "{}" };
  const limits = { clock, signal: aLateSignal(), timeout: 5_000, maxBytes: 100 };
  await expect(exchange(request, limits)).rejects.toThrow("its lease has ended");
  expect(server.requests()).toEqual([]);
});

it("calls nothing at GitHub once the lease has ended, however late the client sends", async () => {
  const server = await aServer();
  const github = createGitHub({
    credentials: { kind: "none" },
    apiUrl: server.url,
    clock,
    logger: quietLog,
    throttle: false,
  });
  const run = new AbortController();
  const call = { what: "begin the workflow", changes: true };
  const client = await github.forRepository({ owner: "acme", repo: "feed" }, run.signal);
  const called = callGitHub({ clock, signal: run.signal }, call, (signal) => {
    // The time is over while the client has the request and has not sent it.
    watchLease(signal, () => run.abort(new Error("its lease has ended")));
    return client.request("POST /repos/acme/feed/dispatches", { request: { signal } });
  });
  await expect(called).rejects.toThrow("its lease has ended");
  expect(server.requests()).toEqual([]);
});

it("runs no command once the lease has ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-lease-"));
  const touch = { file: "/bin/touch", args: ["ran"], env: {}, workingFolder: folder };
  await expect(runCommand(touch, { clock, signal: aLateSignal() })).rejects.toThrow(
    "its lease has ended",
  );
  expect(readdirSync(folder)).toEqual([]);
});

it("calls nothing at Slack once the lease has ended", async () => {
  let called = false;
  const call = untilAborted("chat.postMessage", aLateSignal(), async () => {
    called = true;
  });
  await expect(call).rejects.toMatchObject({ method: "chat.postMessage", retryable: true });
  expect(called).toBe(false);
});
