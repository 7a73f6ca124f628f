import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import { TEAM_ID } from "../../../src/demo/gateway/workspace.ts";
import { createDirectory, type SlackDirectory } from "../../../src/effects/slack/directory.ts";
import type { PersonMapping } from "../../../src/effects/slack/person-from.ts";
import { type ManualClock, manualClock } from "../../support/manual-clock.ts";
import { memoryLogger } from "../../support/memory-logger.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { ANA, BEN, GUEST, STRANGER, startWorkspace } from "../../support/slack-workspace.ts";

let slack: LocalSlack;
let clock: ManualClock;
let mappings: readonly PersonMapping[];
let directory: SlackDirectory;

beforeEach(async () => {
  slack = await startWorkspace();
  clock = manualClock();
  mappings = [{ slack: BEN, github: "Ben-Acme", email: "ben@contractor.test" }];
  directory = createDirectory({
    client: clientOf(slack),
    clock,
    log: memoryLogger().log,
    teamId: TEAM_ID,
    mappings: () => mappings,
  });
});

afterEach(() => slack.close());

function calls(method: string): number {
  return slack.calls.filter((call) => call.method === method).length;
}

describe("the people behind a principal", () => {
  it.each([
    { principal: "@ml-leads", people: [ANA, BEN], is: "the members of a user group" },
    { principal: "@ML-Leads", people: [ANA, BEN], is: "a group in any case" },
    { principal: "ana@acme.test", people: [ANA], is: "who has the e-mail address" },
    { principal: "ANA@acme.test", people: [ANA], is: "an address in any case" },
    { principal: ANA, people: [ANA], is: "the person with the id" },
    { principal: "github:ben-acme", people: [BEN], is: "who is mapped to the login" },
    { principal: "BEN-ACME", people: [BEN], is: "who is mapped to a bare login" },
    { principal: "ben@contractor.test", people: [BEN], is: "who is mapped to a foreign address" },
    { principal: "@nobody", people: [], is: "nobody where there is no such group" },
    { principal: "nobody@acme.test", people: [], is: "nobody where there is no such address" },
    { principal: "github:nobody", people: [], is: "nobody where the login is not mapped" },
  ])("$principal: $is", async ({ principal, people }) => {
    expect(await directory.resolve([principal])).toEqual({ [principal]: people });
  });

  it("are asked for once, then remembered", async () => {
    await directory.resolve(["@ml-leads", "@sre", "ana@acme.test", "@ml-leads"]);
    await directory.resolve(["@ml-leads", "@sre", "ana@acme.test"]);
    expect(slack.calls.map(({ method }) => method).sort()).toEqual([
      "usergroups.list",
      "usergroups.users.list",
      "usergroups.users.list",
      "users.lookupByEmail",
    ]);
  });

  it("are asked for again after five minutes", async () => {
    await directory.resolve(["@sre"]);
    slack.setGroup({ id: "S0SRE", handle: "sre", members: [ANA] });
    await clock.advance(5 * 60_000 - 1);
    expect(await directory.resolve(["@sre"])).toEqual({ "@sre": [BEN] });
    await clock.advance(1);
    expect(await directory.resolve(["@sre"])).toEqual({ "@sre": [ANA] });
  });

  it("are asked for again at once when Slack says that groups have changed", async () => {
    await directory.resolve(["@sre"]);
    slack.setGroup({ id: "S0SRE", handle: "sre", members: [ANA] });
    directory.forgetGroups();
    expect(await directory.resolve(["@sre"])).toEqual({ "@sre": [ANA] });
  });

  it("are those of a group that was made a minute ago", async () => {
    await directory.resolve(["@new"]);
    slack.setGroup({ id: "S0NEW", handle: "new", members: [ANA] });
    await clock.advance(60_000);
    expect(await directory.resolve(["@new"])).toEqual({ "@new": [ANA] });
  });

  it("follow the mapping as it is configured now", async () => {
    mappings = [];
    expect(await directory.resolve(["github:ben-acme"])).toEqual({ "github:ben-acme": [] });
  });
});

describe("when Slack cannot say", () => {
  it.each([
    { method: "usergroups.list", principal: "@sre" },
    { method: "usergroups.users.list", principal: "@sre" },
    { method: "users.lookupByEmail", principal: "ana@acme.test" },
  ])("$principal is null, never empty ($method fails)", async ({ method, principal }) => {
    slack.failNext(method, { kind: "status", status: 500 });
    expect(await directory.resolve([principal, BEN])).toEqual({ [principal]: null, [BEN]: [BEN] });
  });

  it("groups are null on a plan that has none", async () => {
    slack.failNext("usergroups.list", { kind: "error", error: "plan_upgrade_required" });
    expect(await directory.resolve(["@sre"])).toEqual({ "@sre": null });
  });

  it("it is asked again after five seconds, not before", async () => {
    slack.failNext("usergroups.list", { kind: "drop", when: "before" });
    await directory.resolve(["@sre"]);
    await clock.advance(4_999);
    expect(await directory.resolve(["@sre"])).toEqual({ "@sre": null });
    expect(calls("usergroups.list")).toBe(1);
    await clock.advance(1);
    expect(await directory.resolve(["@sre"])).toEqual({ "@sre": [BEN] });
  });

  it("it is asked again when it said it may be", async () => {
    slack.failNext("users.lookupByEmail", { kind: "limited", retryAfterSeconds: 40 });
    await directory.resolve(["ana@acme.test"]);
    await clock.advance(39_999);
    expect(await directory.resolve(["ana@acme.test"])).toEqual({ "ana@acme.test": null });
    await clock.advance(1);
    expect(await directory.resolve(["ana@acme.test"])).toEqual({ "ana@acme.test": [ANA] });
  });

  it("who somebody is, is an error", async () => {
    slack.failNext("users.info", { kind: "status", status: 500 });
    await expect(directory.person(ANA, TEAM_ID)).rejects.toMatchObject({ retryable: true });
  });
});

describe("a person", () => {
  it("is known by their address, and by what the configuration adds", async () => {
    expect(await directory.person(BEN, TEAM_ID)).toEqual({
      kind: "person",
      id: BEN,
      name: "ben",
      identities: ["ben@acme.test", "ben@contractor.test", "ben-acme"],
      fullMember: true,
    });
    expect((await directory.person(ANA, TEAM_ID)).identities).toEqual(["ana@acme.test"]);
  });

  it.each([
    { who: "a guest", id: GUEST, team: TEAM_ID },
    { who: "somebody of another workspace", id: STRANGER, team: "T0OTHER" },
    { who: "somebody acting from another workspace", id: ANA, team: "T0OTHER" },
    { who: "somebody whom Slack does not show us", id: "U0UNKNOWN", team: TEAM_ID },
    { who: "somebody whose workspace Slack does not say", id: ANA, team: "" },
  ])("who is $who is no full member", async ({ id, team }) => {
    expect(await directory.person(id, team)).toMatchObject({ id, fullMember: false });
  });
});

describe("whom to mention", () => {
  it("is a group as a group, anybody else in person", async () => {
    expect(
      await directory.mentions(["@sre", "ana@acme.test", "github:ben-acme", "@nobody", "@sre"]),
    ).toEqual([
      { kind: "group", id: "S0SRE" },
      { kind: "person", id: ANA },
      { kind: "person", id: BEN },
    ]);
  });

  it("is left out when Slack cannot say", async () => {
    slack.failNext("usergroups.list", { kind: "status", status: 500 });
    expect(await directory.mentions(["@sre", BEN])).toEqual([{ kind: "person", id: BEN }]);
  });
});
