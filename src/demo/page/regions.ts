import type { Clock } from "../../shared/clock.ts";
import type { LocalSlack } from "../gateway/local-slack.ts";
import type { Workspace } from "../gateway/workspace.ts";
import { html } from "./html.ts";
import { createReadMarks } from "./read-marks.ts";
import { createBlockRenderer } from "./render-blocks.ts";
import { nameOf, renderMessages, renderThread, shownTo } from "./render-conversation.ts";
import { createMessageRenderer } from "./render-message.ts";
import { renderModal } from "./render-modal.ts";
import type { Regions } from "./render-page.ts";
import { renderPeople, renderRole, renderSidebar, unreadCount } from "./render-sidebar.ts";
import { renderWorld, type WorldState } from "./render-world.ts";
import { readView, type View } from "./view.ts";

export interface RegionsOptions {
  readonly slack: LocalSlack;
  readonly workspace: Workspace;
  readonly author: string;
  readonly clock: Clock;
  readonly worldState: () => WorldState;
}

export interface DrawnView {
  readonly view: View;
  /** Of the browser's tab. */
  readonly title: string;
  readonly parts: Regions;
}

const ABOUT: Readonly<Record<string, string>> = {
  releases: "Every release of our services",
  "ml-releases": "Every release of our models",
};

/** Draws what an address asks for. What it shows counts as read. */
export function createRegions(options: RegionsOptions): (parameters: URLSearchParams) => DrawnView {
  const { slack, workspace, author, clock, worldState } = options;
  const renderer = createBlockRenderer(workspace, () => clock.now());
  const renderMessage = createMessageRenderer({ workspace, renderer });
  const conversation = { slack, workspace, renderMessage, now: () => clock.now() };
  const sidebar = { slack, workspace, author, marks: createReadMarks() };

  return (parameters) => {
    const view = readView(parameters, slack, workspace);
    const newest = shownTo(slack, view).at(-1);
    if (newest !== undefined) sidebar.marks.read(view.person.id, view.channel.id, newest.ts);
    const unread = unreadCount(view, sidebar);
    const name = nameOf(view);
    return {
      view,
      title: `${unread > 0 ? `(${unread}) ` : ""}${name} · Slipway demo`,
      parts: {
        people: renderPeople(view, sidebar),
        role: renderRole(view, sidebar),
        sidebar: renderSidebar(view, sidebar),
        heading: html`<h1>${name}</h1><p>${ABOUT[view.channel.name] ?? ""}</p>`,
        messages: renderMessages(view, conversation),
        thread: renderThread(view, conversation),
        modal: renderModal(slack.openViews(view.person.id).at(-1) ?? null, renderer),
        world: renderWorld(worldState()),
      },
    };
  };
}
