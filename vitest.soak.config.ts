import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** How a test file comes by a property: by itself, or by what it shares with others. */
const HAS_PROPERTIES = /from "(fast-check|.*(hostile-text|contract|mutations))/;

/** The properties: up to thirty times the runs of `npm test`, and each time from another place. */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^fast-check$/,
        replacement: fileURLToPath(new URL("test/soak/fast-check.ts", import.meta.url)),
      },
    ],
  },
  test: {
    include: globSync("test/**/*.test.ts").filter((file) =>
      HAS_PROPERTIES.test(readFileSync(file, "utf8")),
    ),
    // Each run of a property opens ledgers of its own, and a server takes only so many connections.
    exclude: ["test/live/**", "test/ledger/postgres/**"],
    reporters: ["default", "./test/support/tally-reporter.ts"],
    maxWorkers: 2,
    isolate: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
