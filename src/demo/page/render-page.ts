import { COMMANDS } from "../../cards/help.ts";
import { type Html, html, NOTHING } from "./html.ts";
import type { View } from "./view.ts";

/** The parts of the page that change, by the name of the region that shows them. */
export type Regions = Readonly<
  Record<
    "people" | "role" | "sidebar" | "heading" | "messages" | "thread" | "modal" | "world",
    Html
  >
>;

const STYLES = ["base", "frame", "conversation", "blocks", "modal", "world", "widths"] as const;

const STEPS: readonly Html[] = [
  html`<b>Approve</b> the model as Ana, then as Ben. Dana and Gus are told why not.`,
  html`Let its watch end: a minute. Then it is a release to return to.`,
  html`<b>Retrain on new data</b>, and approve that too. Both share the traffic for a while.`,
  html`While it is watched 👀, <b>make it worse</b> in production: it fails more than the one beside it, and Slipway rolls it back.`,
  html`<b>Retrain on corrupted data</b>: the gates stop it.`,
];

export function renderPage(view: View, title: string, regions: Regions): string {
  const { person, channel } = view;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/assets/slipway.svg" type="image/svg+xml">
${STYLES.map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
<script type="module" src="/assets/page.js"></script>
</head>
<body data-pane="messages" data-person="${person.id}" data-channel="${channel.id}">
<a class="skip" href="#composer">Skip to the message box</a>
<header class="topbar">
<p class="brand"><img src="/assets/slipway.svg" alt="" width="24" height="24"><b>Slipway</b> <span>demo</span></p>
<nav class="people" aria-label="Act as" data-region="people">${regions.people}</nav>
<button type="button" class="icon" id="theme" aria-label="Switch between light and dark"></button>
</header>
<div class="desk">
<nav class="sidebar" aria-label="Channels" data-region="sidebar">${regions.sidebar}</nav>
<main class="channel">
<header class="panel-head" data-region="heading">${regions.heading}</header>
<div class="scroll" id="scroll" tabindex="-1"><ol class="messages" aria-label="Messages" data-region="messages">${regions.messages}</ol></div>
<button type="button" class="button to-newest" id="to-newest" hidden>New messages ↓</button>
${composer()}
</main>
<aside class="thread" aria-label="Thread" data-region="thread">${regions.thread}</aside>
<aside class="world" aria-label="The world around Slipway">
<p class="role" data-region="role">${regions.role}</p>
<details class="guide" open><summary>The story in five steps</summary><ol>${STEPS.map((step) => html`<li>${step}</li>`)}</ol></details>
<div data-region="world">${regions.world}</div>
</aside>
</div>
<nav class="tabs" aria-label="Parts of the page">
<button type="button" data-pane-button="sidebar">Channels</button>
<button type="button" data-pane-button="messages" aria-pressed="true">Messages</button>
<button type="button" data-pane-button="world">World</button>
</nav>
<dialog class="modal" id="modal" aria-labelledby="modal-title" data-region="modal">${regions.modal}</dialog>
<p class="toast" id="toast" role="alert" hidden></p>
<p class="spoken" id="spoken" role="status" aria-live="polite"></p>
</body>
</html>
`.html;
}

function composer(): Html {
  const options = COMMANDS.map(({ usage, does }, index) => {
    const first = index === 0 ? html` aria-selected="false"` : NOTHING;
    return html`<li role="option" id="command-${index}" data-usage="${usage}"${first}><code>${usage}</code> <span>${does}</span></li>`;
  });
  return html`<form class="composer" id="composer-form">
<ul class="commands" id="commands" role="listbox" aria-label="Commands" hidden>${options}</ul>
<label class="spoken" for="composer">Message</label>
<input id="composer" type="text" autocomplete="off" spellcheck="false" placeholder="Type /release …" role="combobox" aria-expanded="false" aria-controls="commands" aria-autocomplete="list">
<button type="submit" class="button primary" aria-label="Send">Send</button>
</form>
<p class="hints">Try <button type="button" data-fill="/release">/release</button> <button type="button" data-fill="/release model-pymk">/release model-pymk</button> <button type="button" data-fill="/release help">/release help</button></p>`;
}
