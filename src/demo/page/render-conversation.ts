import type { LocalSlack } from "../gateway/local-slack.ts";
import type { LocalMessage } from "../gateway/message-log.ts";
import type { Workspace } from "../gateway/workspace.ts";
import { APP_NAME, avatar } from "./avatar.ts";
import { type Html, html, NOTHING } from "./html.ts";
import { dayOf, timeOf } from "./moments.ts";
import type { createMessageRenderer } from "./render-message.ts";
import { spokenText } from "./spoken-text.ts";
import { addressOf, type View } from "./view.ts";

export interface Conversation {
  readonly slack: LocalSlack;
  readonly workspace: Workspace;
  readonly renderMessage: ReturnType<typeof createMessageRenderer>;
  readonly now: () => number;
}

/** What a person sees in a channel: what everybody sees, and what is for them alone. */
export function shownTo(slack: LocalSlack, view: View): readonly LocalMessage[] {
  const { person, channel } = view;
  const own = slack.onlyFor(person.id).filter((message) => message.channel === channel.id);
  return [...slack.messages(channel.id), ...own.filter(({ threadTs }) => threadTs === null)].sort(
    byTime,
  );
}

export function renderMessages(view: View, conversation: Conversation): Html {
  const { slack, now } = conversation;
  let day = "";
  const items = shownTo(slack, view).map((message) => {
    const ofDay = dayOf(message.ts, now());
    const divider =
      ofDay === day
        ? NOTHING
        : html`<li class="day" id="day-${message.ts}"><span>${ofDay}</span></li>`;
    day = ofDay;
    return html`${divider}${inChannel(message, view, conversation)}`;
  });
  if (items.length > 0) return html`${items}`;
  return html`<li class="empty" id="empty">Nothing yet. The first builds are under way: their cards appear here.</li>`;
}

export function renderThread(view: View, { slack, renderMessage }: Conversation): Html {
  const { thread, channel, person } = view;
  if (thread === null) return NOTHING;
  const own = slack
    .onlyFor(person.id)
    .filter((message) => message.channel === channel.id && message.threadTs === thread);
  const all = [...slack.thread(channel.id, thread), ...own].sort(byTime);
  const replies = all.length - 1;
  return html`<header class="panel-head"><h2>Thread <small>${nameOf(view)}</small></h2>
<a class="close" href="${addressOf(view, { thread: null })}" data-nav data-focus="close-thread" aria-label="Close the thread">✕</a></header>
<ol class="messages" aria-label="Thread">${all.map(
    (message, index) =>
      html`${renderMessage(message, { id: `t-${message.ts}` })}${
        index === 0
          ? html`<li class="replies" id="t-count"><span>${replies} ${replies === 1 ? "reply" : "replies"}</span></li>`
          : NOTHING
      }`,
  )}</ol>`;
}

/** `#releases`, or the app's name for its direct messages. */
export function nameOf({ channel }: Pick<View, "channel">): string {
  return channel.kind === "direct" ? APP_NAME : `#${channel.name}`;
}

function inChannel(message: LocalMessage, view: View, conversation: Conversation): Html {
  const { slack, workspace, renderMessage } = conversation;
  const { threadTs } = message;
  const id = `m-${message.ts}`;
  if (threadTs !== null && threadTs !== message.ts) {
    const [parent] = slack.thread(message.channel, threadTs);
    const about =
      parent === undefined ? "a message that was deleted" : spokenText(parent.text, workspace);
    const above = html`<p class="broadcast">replied to a thread: <a href="${addressOf(view, { thread: threadTs })}" data-nav>${about}</a></p>`;
    return renderMessage(message, { id, above });
  }
  return renderMessage(message, { id, below: threadBar(message, view, conversation) });
}

function threadBar(message: LocalMessage, view: View, { slack, workspace }: Conversation): Html {
  if (message.onlyFor !== null) return NOTHING;
  const replies = slack.thread(message.channel, message.ts).slice(1);
  const last = replies.at(-1);
  if (last === undefined) return NOTHING;
  const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  return html`<a class="thread-bar" href="${addressOf(view, { thread: message.ts })}" data-nav data-focus="thread ${message.ts}">${avatar(last.user, workspace)}<b>${count}</b> <span>Last reply at ${timeOf(last.ts)}</span></a>`;
}

function byTime(left: LocalMessage, right: LocalMessage): number {
  return Number(left.ts) - Number(right.ts);
}
