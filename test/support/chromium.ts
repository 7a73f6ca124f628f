import { execFileSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

export interface FoundChromium {
  readonly path: string;
  readonly version: string;
}

/** The browser on the path, or null when there is none. */
export function findChromium(): FoundChromium | null {
  for (const name of NAMES) {
    try {
      const path = execFileSync("which", [name], { encoding: "utf8", stdio: "pipe" }).trim();
      const text = execFileSync(path, ["--version"], { encoding: "utf8", stdio: "pipe" });
      return { path, version: /\d[\d.]*/.exec(text)?.[0] ?? "unknown" };
    } catch {
      // The next name.
    }
  }
  return null;
}

/** Starts it without a window, with a profile of its own, and without asking anybody for anything. */
export function startChromium(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}
