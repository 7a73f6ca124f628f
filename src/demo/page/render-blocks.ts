import { createElement, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";
import { record, text } from "../gateway/answer.ts";
import type { Workspace } from "../gateway/workspace.ts";
import { type Html, html, NOTHING, trusted } from "./html.ts";
import { slackDate } from "./moments.ts";
import { addressWritten, putBack, withStandIns } from "./stand-ins.ts";

type Block = Readonly<Record<string, unknown>>;
export type RenderBlocks = (blocks: readonly Block[]) => Html;

/** The blocks that this page draws itself, because something can be done with them. */
export type OwnBlocks = Readonly<Record<string, (block: Block) => Html>>;

/**
 * Only these leave the page; `javascript:` and its kin are shown as text. So is an e-mail address: the
 * library makes links of what looks like one, which Slack does not where a text is `verbatim`.
 */
const LINK = /^https?:\/\//i;

/**
 * Draws Block Kit as Slack shows it: with `slack-blocks-to-jsx`, but for headers, whose text is never
 * formatting, and for the blocks that the caller draws.
 */
export function createBlockRenderer(
  workspace: Workspace,
  now: () => number,
): (own: OwnBlocks) => RenderBlocks {
  const hooks = {
    user: ({ id }: { readonly id: string }) =>
      mention(workspace.people.find((person) => person.id === id)?.name ?? id, { "data-user": id }),
    usergroup: ({ id }: { readonly id: string }) => {
      const group = workspace.groups.find((candidate) => candidate.id === id);
      return mention(group?.handle ?? id, { "data-members": group?.members.join(" ") ?? "" });
    },
    date: (date: Parameters<typeof slackDate>[0]) =>
      createElement("time", null, slackDate(date, now())),
    link: ({ href, children }: { readonly href: string; readonly children: ReactNode }) =>
      LINK.test(href)
        ? createElement(
            "a",
            { href: addressWritten(href), target: "_blank", rel: "noopener noreferrer" },
            children,
          )
        : createElement("span", null, children),
  };

  function drawn(blocks: readonly Block[]): Html {
    const markup = renderToStaticMarkup(
      createElement(Message, {
        // The library's type lists its own blocks; the gateway has checked these against Slack's rules.
        blocks: blocks.map(withStandIns) as never,
        name: "",
        logo: "",
        withoutWrapper: true,
        hooks: hooks as never,
      }),
    );
    // One id for every message would not be an id.
    return trusted(putBack(markup.replaceAll('id="slack_blocks_to_jsx" ', "")));
  }

  return (own) => (blocks) => {
    const parts = grouped(blocks, (type) => Object.hasOwn(own, type) || type === "header");
    return html`${parts.map(([first, ...rest]) => {
      if (first === undefined) return NOTHING;
      const type = String(first.type);
      const draw = Object.hasOwn(own, type) ? own[type] : undefined;
      if (draw !== undefined) return draw(first);
      return type === "header" ? heading(first) : drawn([first, ...rest]);
    })}`;
  };
}

function heading(block: Block): Html {
  return html`<h3 class="block-header">${text(record(block.text) ?? {}, "text")}</h3>`;
}

function mention(name: string, data: Readonly<Record<string, string>>): ReactNode {
  return createElement("span", { className: "mention", ...data }, `@${name}`);
}

/** Neighbours that the library draws stay together; every other block stands alone. */
function grouped(
  blocks: readonly Block[],
  alone: (type: string) => boolean,
): readonly (readonly Block[])[] {
  const groups: Block[][] = [];
  let open: Block[] | null = null;
  for (const block of blocks) {
    if (alone(String(block.type))) {
      groups.push([block]);
      open = null;
    } else if (open === null) {
      open = [block];
      groups.push(open);
    } else {
      open.push(block);
    }
  }
  return groups;
}
