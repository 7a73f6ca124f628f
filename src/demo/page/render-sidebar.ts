import type { LocalSlack } from "../gateway/local-slack.ts";
import { BOT_USER_ID, type LocalPerson, type Workspace } from "../gateway/workspace.ts";
import { APP_NAME, avatar } from "./avatar.ts";
import { type Html, html, NOTHING } from "./html.ts";
import type { ReadMarks } from "./read-marks.ts";
import { shownTo } from "./render-conversation.ts";
import { roleOf } from "./roles.ts";
import { addressOf, type Channel, channelsOf, type View } from "./view.ts";

export interface SidebarParts {
  readonly slack: LocalSlack;
  readonly workspace: Workspace;
  readonly marks: ReadMarks;
  readonly author: string;
}

export function renderSidebar(view: View, parts: SidebarParts): Html {
  const channels = channelsOf(parts.slack, parts.workspace, view.person);
  const items = (kind: Channel["kind"]) =>
    channels
      .filter((channel) => channel.kind === kind)
      .map((channel) => item(channel, view, parts));
  const direct = items("direct");
  return html`<h2 class="team">Acme</h2>
<h3 id="channels-label">Channels</h3>
<ul aria-labelledby="channels-label">${items("channel")}</ul>
${direct.length === 0 ? NOTHING : html`<h3 id="apps-label">Apps</h3><ul aria-labelledby="apps-label">${direct}</ul>`}`;
}

/** How many messages a person has not seen, in all channels but the one that is open. */
export function unreadCount(view: View, parts: SidebarParts): number {
  return channelsOf(parts.slack, parts.workspace, view.person)
    .map((channel) => unreadIn(channel, view, parts))
    .reduce((sum, count) => sum + count, 0);
}

/** The four people, and which of them the browser acts as. */
export function renderPeople(view: View, { workspace, author }: SidebarParts): Html {
  const items = workspace.people.map((person) => {
    const { short, long } = roleOf(person, workspace, author);
    const current = person.id === view.person.id ? html` aria-current="true"` : NOTHING;
    return html`<li><a class="person" href="${addressOf(view, { person, thread: null })}" data-nav data-person="${person.id}" data-focus="person ${person.name}" title="${long}"${current}>${avatar(person.id, workspace)}<span><b>${nameOf(person)}</b><small>${short}</small></span></a></li>`;
  });
  return html`<ul>${items}</ul>`;
}

/** Where there is little room, the first name alone is shown. */
function nameOf({ realName }: LocalPerson): Html {
  const [first = "", ...others] = realName.split(" ");
  return html`${first}<span class="family"> ${others.join(" ")}</span>`;
}

/** What the current person may do, in one sentence. */
export function renderRole(view: View, { workspace, author }: SidebarParts): Html {
  const { long } = roleOf(view.person, workspace, author);
  return html`<b>You are ${view.person.realName}.</b> ${long}`;
}

function item(channel: Channel, view: View, parts: SidebarParts): Html {
  const isOpen = channel.id === view.channel.id;
  const unread = unreadIn(channel, view, parts);
  const icon =
    channel.kind === "direct"
      ? avatar(BOT_USER_ID, parts.workspace)
      : html`<span class="hash" aria-hidden="true">#</span>`;
  const name = channel.kind === "direct" ? APP_NAME : channel.name;
  const mark =
    unread === 0
      ? NOTHING
      : html`<span class="unread" aria-label="${unread} unread">${unread}</span>`;
  return html`<li><a class="place${unread > 0 ? " new" : ""}" href="${addressOf(view, { channel, thread: null })}" data-nav data-focus="channel ${channel.name}"${isOpen ? html` aria-current="page"` : NOTHING}>${icon}<span>${name}</span>${mark}</a></li>`;
}

function unreadIn(channel: Channel, view: View, { slack, marks }: SidebarParts): number {
  if (channel.id === view.channel.id) return 0;
  const { person } = view;
  return shownTo(slack, { ...view, channel }).filter(({ ts }) =>
    marks.isUnread(person.id, channel.id, ts),
  ).length;
}
