import { describe, expect, it } from "vitest";
import { checkConfiguration } from "../../src/config/check.ts";
import { ENVIRONMENT, SMALLEST } from "../support/configurations.ts";
import { memoryFiles } from "../support/memory-files.ts";

function check(text: string) {
  return checkConfiguration("slipway.yml", ENVIRONMENT, memoryFiles({ "slipway.yml": text }));
}

describe("slipway check", () => {
  it("says that a configuration is valid, and what is in it", () => {
    expect(check(SMALLEST)).toEqual({
      lines: ["slipway.yml: valid; 1 component, 1 source, 1 deployer, 0 metrics sources"],
      exitCode: 0,
    });
  });

  it("shows warnings, which do not make it invalid", () => {
    expect(check(SMALLEST.replace("    intake: [{ source: ci }]\n", ""))).toEqual({
      lines: [
        "slipway.yml:7:3 components.svc-feed: has no intake, so no source may report its builds (warning)",
        "slipway.yml: valid; 1 component, 1 source, 1 deployer, 0 metrics sources",
      ],
      exitCode: 0,
    });
  });

  it("shows every problem, a line each", () => {
    expect(check(SMALLEST.replace("channel", "chanel").replace("use: run", "use: ran"))).toEqual({
      lines: [
        "slipway.yml:1:1 slack.channel: is missing; write a text",
        "slipway.yml:1:10 slack.chanel: unknown key; did you mean channel?",
        'slipway.yml:12:24 components.svc-feed.environments.production.deploy.use: unknown deployer "ran" (did you mean "run"?); there is run',
        "slipway.yml: 3 problems",
      ],
      exitCode: 1,
    });
  });
});
