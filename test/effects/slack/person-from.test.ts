import { expect, it } from "vitest";
import { personFrom, type SlackUser } from "../../../src/effects/slack/person-from.ts";

function fullMember(user: SlackUser | null, teamId = "T1"): boolean {
  return personFrom({ userId: "U1", user, teamId, ownTeam: "T1", mappings: [] }).fullMember;
}

it.each<{ who: string; user: SlackUser | null; team?: string; is: boolean }>([
  { who: "a member", user: { team_id: "T1" }, is: true },
  {
    who: "a member of several workspaces of an Enterprise Grid",
    user: { team_id: "E1", enterprise_user: { teams: ["T1", "T2"] } },
    is: true,
  },
  {
    who: "the same, acting from the other workspace",
    user: { team_id: "E1", enterprise_user: { teams: ["T1", "T2"] } },
    team: "T2",
    is: true,
  },
  {
    who: "a member of other workspaces of the Grid",
    user: { team_id: "E1", enterprise_user: { teams: ["T2"] } },
    team: "T2",
    is: false,
  },
  { who: "somebody deactivated", user: { team_id: "T1", deleted: true }, is: false },
  { who: "a bot", user: { team_id: "T1", is_bot: true }, is: false },
  { who: "a guest of several channels", user: { team_id: "T1", is_restricted: true }, is: false },
  { who: "a guest of one channel", user: { team_id: "T1", is_ultra_restricted: true }, is: false },
  { who: "a stranger", user: { team_id: "T1", is_stranger: true }, is: false },
  { who: "somebody of nowhere", user: {}, is: false },
  { who: "nobody", user: null, is: false },
])("$who: $is", ({ user, team, is }) => {
  expect(fullMember(user, team)).toBe(is);
});

it.each<{ user: SlackUser | null; name: string }>([
  { user: { name: "ana.a", real_name: "Ana", profile: { display_name: "ana" } }, name: "ana" },
  { user: { name: "ana.a", profile: { display_name: "", real_name: "Ana A" } }, name: "Ana A" },
  { user: { name: "ana.a", real_name: "Ana" }, name: "Ana" },
  { user: { name: "ana.a" }, name: "ana.a" },
  { user: null, name: "U1" },
])("is called $name", ({ user, name }) => {
  expect(personFrom({ userId: "U1", user, teamId: "T1", ownTeam: "T1", mappings: [] }).name).toBe(
    name,
  );
});
