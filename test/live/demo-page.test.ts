import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildDemo, startChildDemo } from "../support/child-demo.ts";
import { findChromium, startChromium } from "../support/chromium.ts";

/**
 * `npm run demo` in a real browser. With SLIPWAY_SCREENSHOTS=<folder> it also takes the pictures of the
 * README: card.png, demo.png, rollback.png.
 */

const FOUND = findChromium();
const MISSING = "no chromium on the path: apt-get install chromium";
const PICTURES = process.env.SLIPWAY_SCREENSHOTS ?? null;
/** What a chart should show before it gets worse. */
const A_GOOD_WHILE = 15_000;
/** Builds, deployments and watches take the time that they take; each step waits for its event. */
const PATIENCE = 120_000;

process.stdout.write(FOUND === null ? `${MISSING}\n` : `found chromium ${FOUND.version}\n`);

if (FOUND === null && process.env.SLIPWAY_LIVE === "all") {
  it("needs a real Chromium", () => {
    throw new Error(MISSING);
  });
}

describe.skipIf(FOUND === null)(`the page in a real browser (${FOUND?.version ?? MISSING})`, () => {
  let demo: ChildDemo;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    if (FOUND === null) return;
    demo = await startChildDemo();
    browser = await startChromium(FOUND.path);
    page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: 2,
      reducedMotion: "reduce",
    });
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(demo.url)) problems.push(`asked for ${request.url()}`);
    });
    await page.goto(demo.url);
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const actAs = (name: string) => page.getByRole("link", { name: new RegExp(name) }).click();
  const messages = () => page.getByRole("list", { name: "Messages" });
  const messageWith = (title: string) =>
    messages().locator(".message", { has: page.getByRole("heading", { name: title }) });

  async function approve(release: string, who: string): Promise<void> {
    await actAs(who);
    await button(`Approve ${release} in production`).click();
  }

  async function picture(name: string, of: Page | Locator): Promise<void> {
    if (PICTURES === null) return;
    await mkdir(PICTURES, { recursive: true });
    await page.mouse.move(0, 0);
    await of.screenshot({ path: join(PICTURES, name) });
  }

  /** In a window in which it fits whole. */
  async function pictureOfTheCard(card: Locator): Promise<void> {
    if (PICTURES === null) return;
    await page.setViewportSize({ width: 1280, height: 1200 });
    await card.getByText("2 replies").waitFor();
    await picture("card.png", card);
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  /** With its chart, in a window in which it fits whole. */
  async function pictureOfTheRollback(announcement: Locator): Promise<void> {
    if (PICTURES === null) return;
    await page.setViewportSize({ width: 1280, height: 1500 });
    await announcement.getByRole("img", { name: /^Chart of .* Rollback: / }).waitFor();
    await picture("rollback.png", announcement);
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  /** With this message at its top, a moment after it got worse. */
  async function pictureOfThePage(top: Locator): Promise<void> {
    if (PICTURES === null) return;
    await page.setViewportSize({ width: 1320, height: 1060 });
    await top.evaluate("(message) => message.scrollIntoView({ block: 'start' })");
    await page.locator(".world").evaluate("(world) => world.scrollTo(0, 0)");
    await page
      .getByLabel("Success rate of model-pymk in production")
      .filter({ hasText: /^[4-7]\d\.\d %$/ })
      .waitFor();
    await picture("demo.png", page);
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  it("approves as two people, makes it worse, and sees the rollback", {
    timeout: 400_000,
  }, async () => {
    const first = "model-pymk 2026.11.01-1";
    await approve(first, "Gus");
    await messages().getByText("gus is none of them").waitFor();
    await approve(first, "Ana");
    await messages().locator(".message", { hasText: "1 of 1 from @ml-leads" }).first().waitFor();
    await approve(first, "Ben");
    await messageWith(`${first}: live in production`).waitFor();

    await button("Retrain on new data").click();
    const second = "model-pymk 2026.11.06-1";
    await messageWith(`${second}: approval needed for production`).waitFor();
    await actAs("Ana");
    await pictureOfTheCard(messageWith(`${second}: approval needed for production`));
    await approve(second, "Ana");
    await approve(second, "Ben");
    await messageWith(`${second}: being watched in production`).waitFor();
    if (PICTURES !== null) await page.waitForTimeout(A_GOOD_WHILE);
    await button("Make model-pymk in production worse").click();
    await page.locator(".serving.unwell", { hasText: "beside 2026.11.01-1" }).waitFor();
    await pictureOfThePage(messageWith(`${second}: being watched in production`));

    const rolledBack = `${second}: rolled back in production to 2026.11.01-1`;
    const announcement = messageWith(rolledBack).nth(1);
    await announcement.getByText(/predictions that fail: .* of the version beside it/).waitFor();
    await pictureOfTheRollback(announcement);
    await page.getByLabel("Success rate of model-pymk in production").waitFor();
    await expect
      .poll(() => page.locator(".serving", { hasText: "2026.11.01-1" }).count(), {
        timeout: PATIENCE,
      })
      .toBe(1);
    expect(problems).toEqual([]);
  });

  it("opens, refuses and closes a modal by the keyboard, and gives the focus back", async () => {
    await page.goto(`${demo.url}/?as=ben&channel=releases`);
    const reject = button(/^Reject svc-feed/);
    await reject.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Reason" }).waitFor();
    await page.keyboard.type("no");
    await dialog.getByRole("button", { name: "Reject" }).press("Enter");
    await dialog.getByText("Please write at least 3 characters.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.waitForFunction('document.activeElement?.textContent === "Reject"');
    expect(problems).toEqual([]);
  });

  it("completes a command, sends it, and shows the answer to the one who asked", async () => {
    await page.goto(`${demo.url}/?as=gus&channel=releases`);
    const composer = page.getByRole("combobox", { name: "Message" });
    await composer.fill("/release he");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await composer.inputValue()).toBe("/release help");
    await page.keyboard.press("Enter");
    await messages().getByRole("heading", { name: "What /release can do" }).waitFor();
    await page.getByRole("link", { name: /Ben/ }).click();
    await page.getByText("You are Ben Berg.").waitFor();
    expect(await messages().getByText("What /release can do").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it.each([1280, 360])(
    "fits into %d pixels, light and dark, on every part of the page",
    async (width) => {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const part of ["Messages", "Channels", "World"]) {
          if (width === 360) await button(part).click();
          expect([part, await widerThanWindow(page)]).toEqual([part, []]);
        }
        if (width === 360) await button("Messages").click();
      }
      expect(problems).toEqual([]);
    },
  );

  it("stops at Ctrl-C", async () => {
    await demo.stop();
    expect(existsSync(dirname(demo.logFile))).toBe(false);
    await expect(fetch(demo.url)).rejects.toThrow("fetch failed");
  });
});

/** What would have to be scrolled to the side. */
async function widerThanWindow(page: Page): Promise<unknown> {
  return page.evaluate(`
    [...document.querySelectorAll("html, .topbar, .desk, .sidebar, .channel, .scroll, .thread, .world")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.className)
  `);
}
