import { list, record, text } from "../gateway/answer.ts";
import type { LocalMessage } from "../gateway/message-log.ts";
import { BOT_USER_ID, type Workspace } from "../gateway/workspace.ts";
import { APP_NAME, avatar } from "./avatar.ts";
import { type Html, html, NOTHING } from "./html.ts";
import { momentOf, timeOf } from "./moments.ts";
import type { OwnBlocks, RenderBlocks } from "./render-blocks.ts";
import { renderImage } from "./render-image.ts";
import { spokenText } from "./spoken-text.ts";

export interface MessageOptions {
  readonly workspace: Workspace;
  readonly renderer: (own: OwnBlocks) => RenderBlocks;
}

/** What stands around a message where it is shown. */
interface MessageSurroundings {
  /** Unique in the page. */
  readonly id: string;
  /** Above the message. */
  readonly above?: Html;
  /** Below the message: its thread. */
  readonly below?: Html;
}

type RenderMessage = (message: LocalMessage, around: MessageSurroundings) => Html;

/** Draws messages; the body of one that has not changed is drawn once. */
export function createMessageRenderer({ workspace, renderer }: MessageOptions): RenderMessage {
  const bodies = new WeakMap<LocalMessage, Html>();

  function bodyOf(message: LocalMessage): Html {
    const known = bodies.get(message);
    if (known !== undefined) return known;
    const body =
      message.blocks.length > 0
        ? renderer({ actions: (block) => buttons(block, message), image: renderImage })(
            message.blocks,
          )
        : renderer({})([{ type: "section", text: { type: "mrkdwn", text: message.text } }]);
    bodies.set(message, body);
    return body;
  }

  return (message, { id, above = NOTHING, below = NOTHING }) => {
    const { ts, user, onlyFor } = message;
    const isApp = user === BOT_USER_ID;
    const name = isApp ? APP_NAME : (workspace.people.find((p) => p.id === user)?.realName ?? user);
    const kind = onlyFor === null ? "message" : "message ephemeral";
    const spoken = spokenText(message.text, workspace);
    const label = `${name}, ${timeOf(ts)}: ${spoken}`;
    return html`<li class="${kind}" id="${id}" tabindex="-1" aria-label="${label}" data-say="${onlyFor === null ? "" : "Only visible to you: "}${spoken}">
${onlyFor === null ? NOTHING : html`<p class="only-you"><span aria-hidden="true">👁</span> Only visible to you</p>`}${above}
${avatar(user, workspace)}
<div class="content">
<p class="byline"><b>${name}</b>${isApp ? html` <span class="app">App</span>` : NOTHING} <time datetime="${new Date(momentOf(ts)).toISOString()}">${timeOf(ts)}</time></p>
<div class="blocks">${bodyOf(message)}${message.edited ? html`<span class="edited">(edited)</span>` : NOTHING}</div>
${below}</div></li>`;
  };
}

/** A row of buttons, which work. */
function buttons(block: Readonly<Record<string, unknown>>, message: LocalMessage): Html {
  const elements = (list(block, "elements") ?? []).map(record);
  const drawn = elements.map((element) =>
    element === null || element.type !== "button" ? NOTHING : button(element, message),
  );
  return html`<div class="actions">${drawn}</div>`;
}

function button(element: Readonly<Record<string, unknown>>, message: LocalMessage): Html {
  const label = text(record(element.text) ?? {}, "text");
  const style = text(element, "style");
  const spoken = text(element, "accessibility_label") || label;
  return html`<button type="button" class="button ${style}" aria-label="${spoken}" data-click="${label}" data-channel="${message.channel}" data-ts="${message.ts}" data-focus="${message.ts} ${label}">${label}</button>`;
}
