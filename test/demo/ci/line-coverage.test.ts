import { expect, it } from "vitest";
import { lineCoverage } from "../../../src/demo/ci/line-coverage.ts";

it("adds up the lines of all files", () => {
  const lcov =
    "SF:a.ts\nDA:1,1\nLH:30\nLF:40\nend_of_record\nSF:b.ts\nLH:60\nLF:60\nend_of_record\n";
  expect(lineCoverage(lcov)).toBe(0.9);
});

it("is unknown, not 1, where no lines were found", () => {
  expect([lineCoverage(""), lineCoverage("SF:a.ts\nLH:0\nLF:0\n")]).toEqual([null, null]);
});
