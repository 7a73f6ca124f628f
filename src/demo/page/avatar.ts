import { BOT_USER_ID, type Workspace } from "../gateway/workspace.ts";
import { type Html, html } from "./html.ts";

export const APP_NAME = "Slipway";

/** The picture of whoever wrote something; its name stands beside it. */
export function avatar(user: string, workspace: Workspace): Html {
  if (user === BOT_USER_ID) {
    return html`<img class="avatar" src="/assets/slipway.svg" alt="" width="36" height="36">`;
  }
  const index = workspace.people.findIndex(({ id }) => id === user);
  const initial = workspace.people[index]?.realName.slice(0, 1) ?? "?";
  return html`<span class="avatar initial hue-${index}" aria-hidden="true">${initial}</span>`;
}
