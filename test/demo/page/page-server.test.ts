import { request } from "node:http";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createCiDesk } from "../../../src/demo/ci-desk.ts";
import type { LocalMessage } from "../../../src/demo/gateway/message-log.ts";
import { startPageServer } from "../../../src/demo/page/page-server.ts";
import type { Serving } from "../../../src/demo/serving.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { type FakeSampleWorld, fakeSampleWorld } from "../../support/fake-sample-world.ts";
import { visibleText } from "../../support/markup.ts";
import { type PageClient, pageClient } from "../../support/page-client.ts";
import { quietLog } from "../../support/quiet-log.ts";
import { runApp } from "../../support/running-app.ts";
import {
  aReport,
  card,
  DANA,
  GUS,
  LEA,
  PEOPLE,
  send,
  startWorld,
  until,
  type World,
} from "../../support/system.ts";

/** The page before the whole product, which runs against a local world. */

const WORKSPACE = {
  people: PEOPLE,
  groups: [
    { id: "S0LEADS", handle: "ml-leads", members: [LEA, DANA] },
    { id: "S0SRE", handle: "sre", members: ["U0SAM"] },
  ],
  channels: [{ name: "releases" }, { name: "general" }],
};

let world: World;
let sample: FakeSampleWorld;
let url: string;
let page: PageClient;

beforeEach(async () => {
  world = await startWorld({ slack: WORKSPACE });
  sample = fakeSampleWorld();
  const server = await startPageServer({
    slack: world.slack,
    world: sample,
    ci: createCiDesk(sample.ci),
    workspace: WORKSPACE,
    author: DANA,
    port: 0,
    clock: systemClock,
    logger: quietLog,
  });
  onTestFinished(() => server.close());
  url = server.url;
  page = pageClient(url);
});

/** The card of a release that waits for its approvals, of the whole product. */
async function aWaitingCard(): Promise<LocalMessage> {
  world.deploys.setAll("done");
  world.deploys.finishAtOnce();
  const { port } = await runApp(world);
  await send(port, aReport("1"));
  return card(world, "1", "Approve");
}

describe("the page", () => {
  it("shows the card with buttons that say what they do, as the first person in the first channel", async () => {
    await aWaitingCard();
    const response = await fetch(url);
    const markup = await response.text();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(visibleText(markup)).toContain("model-pymk 1: approval needed for production");
    expect(markup).toContain('aria-label="Approve model-pymk 1 in production"');
    expect(visibleText(markup)).toContain("You are Lea.");
  });

  it("loads nothing from elsewhere", async () => {
    const response = await fetch(url);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const markup = await response.text();
    const loaded = [...markup.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(loaded.length).toBeGreaterThan(5);
    for (const path of loaded) {
      const asset = await fetch(`${url}${path}`);
      expect([path, asset.status]).toEqual([path, 200]);
      expect(await asset.text()).not.toMatch(/url\(["']?(?:https?:)?\/\//);
    }
    expect(markup).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!\/)/);
  });

  it.each([
    ["an unknown page", "GET", "/nowhere", {}, 404],
    ["an unknown action", "POST", "/do/nothing", { "content-type": "application/json" }, 404],
    ["what a form of another site could send", "POST", "/do/job", {}, 415],
    ["another method", "PUT", "/", {}, 405],
  ])("refuses %s", async (_name, method, path, headers, status) => {
    expect((await fetch(`${url}${path}`, { method, headers })).status).toBe(status);
  });

  it("refuses to be reached by another name than this machine's", async () => {
    const status = await new Promise((resolve) => {
      request(url, { headers: { host: "evil.test" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  it("refuses what is not what its script sends, and says what is wrong", async () => {
    expect(await page.act("click", { as: LEA })).toEqual({
      kind: "problem",
      message: expect.stringContaining("channel"),
    });
  });
});

describe("a person", () => {
  it("approves by a click, and the card says so to everybody", async () => {
    const message = await aWaitingCard();
    expect(await page.click(LEA, message, "Approve")).toEqual({ kind: "done" });
    await card(world, "1", "*1 of 1* from @ml-leads");
    const { regions } = await page.view("?as=sam");
    expect(visibleText(regions.messages ?? "")).toContain("1 of 1 from @ml-leads");
  });

  it("who may not approve is told why, and nobody else is", async () => {
    const message = await aWaitingCard();
    await page.click(GUS, message, "Approve");
    await until(world.slack, () => world.slack.onlyFor(GUS).length > 0, "Gus is told");
    const theirs = visibleText((await page.view("?as=gus")).regions.messages ?? "");
    expect(theirs).toContain("Only visible to you");
    expect(theirs).toContain("gus is none of them");
    const others = visibleText((await page.view("?as=lea")).regions.messages ?? "");
    expect(others).not.toContain("gus");
  });

  it("is another one after a switch, and is told what they may do", async () => {
    const role = async (name: string) =>
      visibleText((await page.view(`?as=${name}`)).regions.role ?? "");
    expect(await role("lea")).toBe(
      "You are Lea. In @ml-leads: an approval of theirs counts for that group.",
    );
    expect(await role("dana")).toContain("nobody approves their own change");
    expect(await role("gus")).toContain("A guest");
    expect(await role("nobody")).toContain("You are Lea.");
  });

  it("uses a command, and is answered alone", async () => {
    await aWaitingCard();
    const request = { as: LEA, channel: world.channel, text: "/release  model-pymk history" };
    expect(await page.act("command", request)).toEqual({ kind: "done" });
    await until(world.slack, () => world.slack.onlyFor(LEA).length > 0, "the answer");
    const { regions } = await page.view();
    expect(visibleText(regions.messages ?? "")).toContain("Releases of model-pymk");
  });

  it.each(["hello", "/deploy now", "release"])("is told that %s is no command", async (text) => {
    expect(await page.act("command", { as: LEA, channel: world.channel, text })).toEqual({
      kind: "problem",
      message: "This workspace only knows /release. Try /release help.",
    });
    expect(world.slack.onlyFor(LEA)).toEqual([]);
  });

  it("has unread messages in other channels until they are opened", async () => {
    await aWaitingCard();
    const elsewhere = await page.view("?as=sam&channel=general");
    expect(elsewhere.title).toMatch(/^\([1-9]\d*\) #general · Slipway demo$/);
    expect(elsewhere.regions.sidebar).toContain("unread");
    await page.view("?as=sam&channel=releases");
    const after = await page.view("?as=sam&channel=general");
    expect(after.title).toBe("#general · Slipway demo");
    expect(after.regions.sidebar).not.toContain("unread");
  });

  it("opens the thread of a card, and closes it by its address", async () => {
    const message = await aWaitingCard();
    await until(world.slack, () => world.slack.thread(world.channel, message.ts)[1], "a reply");
    const open = await page.view(`?as=lea&channel=releases&thread=${message.ts}`);
    expect(visibleText(open.regions.thread ?? "")).toMatch(/Thread #releases.*[1-9] repl/s);
    expect((await page.view("?as=lea&channel=releases&thread=1.1")).regions.thread).toBe("");
  });
});

describe("a modal", () => {
  async function open(): Promise<string> {
    const message = await aWaitingCard();
    await page.click(LEA, message, "Reject");
    const view = await until(world.slack, () => world.slack.openViews(LEA)[0], "the modal");
    return view.id;
  }

  const submit = (view: string, reason: string) =>
    page.act("submit", { as: LEA, view, typed: { reason: { "reason.text": reason } } });

  it("is shown to the one who opened it, and to nobody else", async () => {
    await open();
    const { modal = "" } = (await page.view("?as=lea")).regions;
    expect(visibleText(modal)).toContain("model-pymk 1 is not deployed to production.");
    expect(modal).toContain('<label for="input-reason">Reason</label>');
    expect(modal).toContain('minlength="3"');
    expect((await page.view("?as=sam")).regions.modal).toBe("");
  });

  it.each([
    ["nothing", "", "Please complete this required field."],
    ["too little", "no", "Please write at least 3 characters."],
    ["too much", "x".repeat(1001), "Please write at most 1000 characters."],
    ["nothing but spaces", "    ", "Say why: it is shown on the card and kept for ever."],
  ])("with %s in it stays open and says what is wrong", async (_name, reason, problem) => {
    const view = await open();
    expect(await submit(view, reason)).toEqual({ kind: "errors", errors: { reason: problem } });
    expect(world.slack.openViews(LEA)).toHaveLength(1);
    expect(visibleText((await page.view()).regions.messages ?? "")).not.toContain("rejected");
  });

  it("with a reason in it rejects the release and is gone", async () => {
    const view = await open();
    expect(await submit(view, "the data is two days old")).toEqual({ kind: "done" });
    await card(world, "1", "the data is two days old");
    expect((await page.view()).regions.modal).toBe("");
    expect(await submit(view, "once more")).toEqual({
      kind: "problem",
      message: "This dialog was closed already.",
    });
  });

  it("is closed without doing anything", async () => {
    const view = await open();
    expect(await page.act("close", { as: LEA, view })).toEqual({ kind: "done" });
    expect(await page.act("close", { as: LEA, view })).toEqual({ kind: "done" });
    expect((await page.view()).regions.modal).toBe("");
    expect(visibleText((await page.view()).regions.messages ?? "")).toContain("approval needed");
  });
});

describe("the world panel", () => {
  const SERVING: Serving = {
    environment: "production",
    component: "model-pymk",
    version: "1",
    beside: null,
    degraded: false,
    successRate: [
      { ago: 2, value: 1 },
      { ago: 0, value: 0.9996 },
    ],
  };

  it("makes worse what is deployed, and better again", async () => {
    sample.serve([SERVING]);
    const request = { environment: "production", component: "model-pymk" };
    await page.act("world", { ...request, change: "worse" });
    expect([...sample.degraded]).toEqual(["production model-pymk"]);
    await page.act("world", { ...request, change: "better" });
    expect([...sample.degraded]).toEqual([]);
  });

  it("says when there is nothing to make worse", async () => {
    const request = { environment: "staging", component: "svc-feed", change: "worse" };
    expect(await page.act("world", request)).toEqual({
      kind: "problem",
      message: "svc-feed is not deployed in staging yet.",
    });
  });

  it("shows what is served and how well, never better than it is", async () => {
    sample.serve([SERVING]);
    const panel = await page.event("world", (markup) =>
      markup.includes("model-pymk in production"),
    );
    expect(visibleText(panel)).toContain("99.9 %");
    expect(panel).toContain('aria-label="Make model-pymk in production worse"');
    sample.serve([{ ...SERVING, degraded: true, successRate: [{ ago: 0, value: 0.5 }] }]);
    const worse = await page.event("world", (markup) => markup.includes("50.0 %"));
    expect(worse).toContain("serving unwell");
    expect(worse).toContain('aria-label="Make model-pymk in production better"');
    sample.serve([{ ...SERVING, version: "2", beside: "1" }]);
    const shared = await page.event("world", (markup) => markup.includes("beside 1"));
    expect(visibleText(shared)).toContain("model-pymk 2 beside 1");
  });

  it("runs a job of the CI and says what came of it, also when it broke", async () => {
    expect(await page.act("job", { job: "retrain" })).toEqual({ kind: "done" });
    const summary = "fitted 2805 pairs: AUC <0.81>";
    const build = { component: "model-pymk", version: "9", outcome: "success", summary } as const;
    sample.finish({ ...build, reported: false });
    expect(visibleText(await page.event("world", (markup) => markup.includes("fitted")))).toContain(
      `model-pymk 9 ${summary} It could not be reported.`,
    );
    await page.act("job", { job: "buildBrokenService" });
    sample.fail(new Error("no disk"));
    await page.event("world", (markup) => markup.includes("the job broke: no disk"));
    expect(await page.act("job", { job: "toString" })).toMatchObject({ kind: "problem" });
  });
});

describe("every open page", () => {
  it("is told to ask again when something in the workspace changes", async () => {
    const message = await aWaitingCard();
    const told = page.event("slack");
    await page.event("world");
    await page.click(LEA, message, "Approve");
    expect(await told).toBe("");
  });
});
