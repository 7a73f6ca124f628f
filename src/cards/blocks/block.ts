import { LIMITS } from "../limits.ts";
import type { Block } from "../message.ts";
import { clip } from "../text/clip.ts";
import type { Mrkdwn } from "../text/mrkdwn.ts";
import { cleanLines, type Plain } from "../text/plain.ts";

/** The blocks that every client shows on every surface. Each holds its limits whatever it is given. */

/** Large letters. */
export function header(text: Plain): Block {
  return { type: "header", text: plainText(text, LIMITS.header) };
}

/** As few sections as hold these lines; a line is never divided. */
export function sections(lines: readonly Mrkdwn[]): readonly Block[] {
  return packed(lines, LIMITS.section.text).map((text) => ({
    type: "section",
    text: mrkdwnText(text),
    expand: true,
  }));
}

/** Lines in small grey letters. */
export function contexts(lines: readonly Mrkdwn[]): readonly Block[] {
  return packed(lines, LIMITS.context.text).map((text) => ({
    type: "context",
    elements: [mrkdwnText(text)],
  }));
}

/** Text in a fixed-width font, exactly as it is but for what deceives the eye. */
export function preformatted(text: string, max: number): Block {
  return {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_preformatted",
        elements: [{ type: "text", text: clip(cleanLines(text, max), max) }],
      },
    ],
  };
}

export interface Button {
  readonly actionId: string;
  readonly label: Plain;
  readonly value: string;
  readonly style: "primary" | "danger" | null;
  /** What a screen reader says: the label and what it is about. */
  readonly accessibilityLabel: Plain;
}

export function actions(buttons: readonly Button[]): Block {
  return { type: "actions", elements: buttons.slice(0, LIMITS.actions).map(button) };
}

function button(shown: Button): object {
  return {
    type: "button",
    action_id: shown.actionId,
    text: plainText(shown.label, LIMITS.button.text),
    value: shown.value,
    ...(shown.style === null ? {} : { style: shown.style }),
    accessibility_label: clip(shown.accessibilityLabel.plain, LIMITS.button.accessibilityLabel),
  };
}

/** `emoji: false`: a `:name:` in untrusted text stays a name. */
export function plainText(
  { plain }: Plain,
  max: number,
): { readonly type: "plain_text"; readonly text: string; readonly emoji: false } {
  return { type: "plain_text", text: clip(plain, max), emoji: false };
}

/** `verbatim`: Slack makes no links and no mentions of its own out of it. */
function mrkdwnText(text: string): object {
  return { type: "mrkdwn", text, verbatim: true };
}

function packed(lines: readonly Mrkdwn[], max: number): readonly string[] {
  const texts: string[] = [];
  for (const { mrkdwn } of lines) {
    const last = texts.at(-1);
    const joined = last === undefined ? undefined : `${last}\n${mrkdwn}`;
    if (joined !== undefined && joined.length <= max) texts[texts.length - 1] = joined;
    else texts.push(clip(mrkdwn, max));
  }
  return texts;
}
