import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/live/**"],
    reporters: ["default", "./test/support/tally-reporter.ts"],
    maxWorkers: 2,
    setupFiles: ["./test/support/property-seed.ts"],
    // Our modules keep nothing between tests: to load them once for each worker saves half of the time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Held by the tests of core and cards themselves: counting slows those down that send much.
    coverage: {
      include: ["src/core/**", "src/cards/**"],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
});
