import type { Block, Message } from "../../src/cards/message.ts";

/** What a test expects of a drawing, written as people read it. */

export function header(text: string): object {
  return { type: "header", text: { type: "plain_text", text, emoji: false } };
}

export function section(...lines: readonly string[]): object {
  return {
    type: "section",
    text: { type: "mrkdwn", text: lines.join("\n"), verbatim: true },
    expand: true,
  };
}

export function context(...lines: readonly string[]): object {
  return {
    type: "context",
    elements: [{ type: "mrkdwn", text: lines.join("\n"), verbatim: true }],
  };
}

export function preformatted(...lines: readonly string[]): object {
  return {
    type: "rich_text",
    elements: [
      { type: "rich_text_preformatted", elements: [{ type: "text", text: lines.join("\n") }] },
    ],
  };
}

export function button(
  label: string,
  rest: {
    readonly id: string;
    readonly value: readonly (string | null)[];
    readonly style?: string;
    readonly says: string;
  },
): object {
  return {
    type: "button",
    action_id: rest.id,
    text: { type: "plain_text", text: label, emoji: false },
    value: JSON.stringify(rest.value),
    ...(rest.style === undefined ? {} : { style: rest.style }),
    accessibility_label: rest.says,
  };
}

export function buttons(...elements: readonly object[]): object {
  return { type: "actions", elements };
}

/** A time of 2026-11-22, as Slack is given it. */
export function at(clock: string): string {
  const seconds = Date.parse(`2026-11-22T${clock}:00Z`) / 1000;
  return `<!date^${seconds}^{date_short_pretty} at {time}|2026-11-22 ${clock} UTC>`;
}

export function withoutIds(blocks: readonly Block[]): readonly object[] {
  return blocks.map(({ block_id: _id, ...block }) => block);
}

/** The title, the lines under it, and the labels of all buttons. */
export function essence({ blocks }: Message): {
  readonly title: string;
  readonly status: readonly string[];
  readonly buttons: readonly string[];
} {
  const [first, second] = blocks as readonly { readonly text?: { readonly text: string } }[];
  const elements = blocks
    .filter(({ type }) => type === "actions")
    .flatMap((block) => block.elements as readonly { readonly text: { readonly text: string } }[]);
  return {
    title: first?.text?.text ?? "",
    status: second?.text?.text.split("\n") ?? [],
    buttons: elements.map(({ text }) => text.text),
  };
}

/** All that a message shows, as one text. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join("\n");
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value)
    .map(([key, member]) =>
      key === "text" && typeof member === "string" ? member : textOf(member),
    )
    .filter((text) => text !== "")
    .join("\n");
}
