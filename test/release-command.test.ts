import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/cards/help.ts";
import { parseReleaseCommand } from "../src/intake/slack/parse-release-command.ts";
import { VERBS } from "../src/intake/slack/release-verbs.ts";

/** Cards draw the help and intake reads the commands: neither may know of one that the other does not. */
describe("the help and the commands", () => {
  const helped = COMMANDS.map(({ usage }) => usage);

  it("name the same verbs in the same forms", () => {
    for (const { form } of VERBS.values()) expect(helped).toContain(`/release COMPONENT ${form}`);
    const behind = helped.flatMap((usage) => /^\/release COMPONENT (\w+)/.exec(usage)?.[1] ?? []);
    expect(behind.sort()).toEqual([...VERBS.keys()].sort());
  });

  it("understand every line of the help, as it stands there", () => {
    for (const usage of helped) {
      const typed = usage
        .replace("/release", "")
        .replaceAll(/[[\]]/g, "")
        .replace("COMPONENT", "model-pymk")
        .replace("DURATION", "2h")
        .replace("NUMBER", "26")
        .trim();
      const { kind } = parseReleaseCommand(typed, ["model-pymk"]);
      expect({ usage, kind }).not.toEqual({ usage, kind: "misunderstood" });
    }
  });
});
