import { describe, expect, it } from "vitest";
import { actor, mention, person, principal } from "../../../src/cards/text/mention.ts";
import { ANA, SYSTEM } from "../../support/builders.ts";

describe("people", () => {
  it.each([
    { name: "a person by id", shown: person("U024BE7LH", "Ana"), text: "<@U024BE7LH>" },
    {
      name: "a person of an enterprise grid",
      shown: person("W012A3CDE", "Ana"),
      text: "<@W012A3CDE>",
    },
    { name: "somebody whose id is none of Slack's", shown: person("ana", "*Ana*"), text: "∗Ana∗" },
    { name: "an id that tries to be more", shown: person("U1|x> <!here", "Ana"), text: "Ana" },
    { name: "a person who acted", shown: actor(ANA), text: "<@U024BE7LH>" },
    { name: "Slipway itself", shown: actor(SYSTEM), text: "Slipway" },
    { name: "another system", shown: actor({ kind: "system", name: "<ci>" }), text: "&lt;ci&gt;" },
    { name: "a principal that is a person", shown: principal("U024BE7LH"), text: "<@U024BE7LH>" },
    { name: "a principal that is a group", shown: principal("@ml-leads"), text: "@ml-leads" },
  ])("$name", ({ shown, text }) => {
    expect(shown).toEqual({ mrkdwn: text });
  });
});

describe("those who are told", () => {
  it.each([
    { name: "a person", told: { kind: "person", id: "U024BE7LH" } as const, text: "<@U024BE7LH>" },
    {
      name: "a group",
      told: { kind: "group", id: "S0LEADS01" } as const,
      text: "<!subteam^S0LEADS01>",
    },
    {
      name: "no group of Slack's",
      told: { kind: "group", id: "x> <!here" } as const,
      text: "x&gt; &lt;!here",
    },
    {
      name: "a name that Slack does not know",
      told: { kind: "name", name: "@ghosts" } as const,
      text: "@ghosts",
    },
  ])("$name", ({ told, text }) => {
    expect(mention(told)).toEqual({ mrkdwn: text });
  });
});
