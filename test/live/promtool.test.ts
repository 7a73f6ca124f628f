import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/deploy-files.ts";
import { has, leftOut, run } from "./support/tools.ts";

const FOLDER = join(ROOT, "deploy/prometheus");
const isLeftOut = leftOut(
  "the alert rules",
  has("promtool", "--version") ? [] : ["no promtool on the path: apt-get install prometheus"],
);

describe.skipIf(isLeftOut)("promtool", () => {
  it("takes the alert rules", () => {
    const { code, all } = run("promtool", ["check", "rules", "alerts.yml"], { cwd: FOLDER });
    expect({ code, all }).toMatchObject({
      code: 0,
      all: expect.stringMatching(/SUCCESS: \d+ rules/),
    });
  });

  it("finds that each fires for what it is about, and none on a quiet day", () => {
    const { code, all } = run("promtool", ["test", "rules", "alerts.test.yml"], { cwd: FOLDER });
    expect({ code, all: code === 0 ? "" : all }).toEqual({ code: 0, all: "" });
  });
});
