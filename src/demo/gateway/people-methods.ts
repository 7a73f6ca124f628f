import { ok, refused, text } from "./answer.ts";
import type { Methods } from "./gateway.ts";
import { APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID, userObject } from "./workspace.ts";

export const PEOPLE_METHODS: Methods = {
  "api.test": () => ok(),

  "auth.test": () =>
    ok({
      url: "https://acme.slack.com/",
      team: "Acme",
      team_id: TEAM_ID,
      user: BOT_NAME,
      user_id: BOT_USER_ID,
      bot_id: BOT_ID,
      app_id: APP_ID,
    }),

  "users.info": (args, { workspace }) => {
    const person = workspace.people.find(({ id }) => id === text(args, "user"));
    return person === undefined ? refused("user_not_found") : ok({ user: userObject(person) });
  },

  "users.lookupByEmail": (args, { workspace }) => {
    const email = text(args, "email").toLowerCase();
    const person = workspace.people.find(
      (candidate) =>
        candidate.email.toLowerCase() === email &&
        candidate.deactivated !== true &&
        (candidate.team ?? TEAM_ID) === TEAM_ID,
    );
    return person === undefined ? refused("users_not_found") : ok({ user: userObject(person) });
  },

  "usergroups.list": (_args, { groups }) =>
    ok({
      usergroups: [...groups.values()].map(({ id, handle, members }) => ({
        id,
        team_id: TEAM_ID,
        is_usergroup: true,
        handle,
        name: handle,
        user_count: members.length,
      })),
    }),

  "usergroups.users.list": (args, { groups }) => {
    const group = groups.get(text(args, "usergroup"));
    return group === undefined ? refused("no_such_subteam") : ok({ users: group.members });
  },
};
