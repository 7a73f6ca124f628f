import { describe, expect, it } from "vitest";
import { COMMANDS, drawHelp } from "../../src/cards/help.ts";
import { checkMessage } from "../../src/demo/block-kit.ts";
import { context, essence, header, section, withoutIds } from "./expected.ts";

describe("the help", () => {
  it("lists every command in a line", () => {
    const help = drawHelp();
    expect(essence(help).status.length).toBe(COMMANDS.length);
    expect(withoutIds(help.blocks)).toEqual([
      header("What /release can do"),
      section(
        "`/release` what is live where, and what waits",
        "`/release COMPONENT` the card of its newest release",
        "`/release COMPONENT history [before VERSION]` its releases and what became of them, and the numbers of its gates",
        "`/release COMPONENT diff [VERSION [VERSION]]` what differs between the live release and the newest, or VERSION; or between two",
        "`/release COMPONENT lineage [VERSION]` where a release comes from, who let it go where, and what is not known of it",
        "`/release COMPONENT watch [in ENVIRONMENT]` how what is watched is doing: measurements, limits, a chart",
        "`/release COMPONENT simulate ENVIRONMENT` a dry run: what would keep its newest release from there, and until when",
        "`/release COMPONENT promote VERSION to ENVIRONMENT` ask for a release by name",
        "`/release COMPONENT rollback [to VERSION] [in ENVIRONMENT] [because REASON]` return to the last good release, in production unless you say where",
        "`/release COMPONENT hold REASON` stop all promotions of it",
        "`/release COMPONENT unhold [in ENVIRONMENT]` let it go on",
        "`/release freeze DURATION REASON` stop promotions of everything, for example for 2h",
        "`/release COMPONENT freeze DURATION REASON` the same for one component",
        "`/release unfreeze` end the freeze over everything",
        "`/release COMPONENT unfreeze` end the freeze of one component",
        "`/release stats [DURATION]` how often, how fast and how well releases are delivered; 30d unless you say",
        "`/release COMPONENT stats [DURATION]` the same of one component",
        "`/release audit COMPONENT [before NUMBER]` what is recorded of it, by whom, and whether the record is whole",
        "`/release help` this list",
      ),
      context("A hold or a freeze never delays a rollback."),
    ]);
    expect(checkMessage(help)).toEqual([]);
  });
});
