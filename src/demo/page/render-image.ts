import { record, text } from "../gateway/answer.ts";
import { type Html, html } from "./html.ts";

/** Where the page has the pictures that the app uploaded. */
export const PICTURES = "/files/";

/** A picture of Slack's own, which a browser could not ask Slack for without its token. */
export function renderImage(block: Readonly<Record<string, unknown>>): Html {
  const file = text(record(block.slack_file) ?? {}, "id");
  return html`<img class="picture" src="${PICTURES}${encodeURIComponent(file)}" alt="${text(block, "alt_text")}" width="360">`;
}
