import { LIMITS } from "../cards/limits.ts";
import { MOST_CHARTS } from "../core/chart.ts";
import { checkBlock, type Surface } from "./block-kit-blocks.ts";
import { isObject, type Problems, tooLong } from "./block-kit-texts.ts";

/**
 * What Slack would refuse of these blocks, each as `<JSON pointer>: <what is wrong>`; empty: nothing.
 * Stricter than Slack where Slack is silent: an unknown member or kind of block is a problem, and so is a
 * message whose text comes near the total from which Slack answers `msg_blocks_too_long`.
 */
export function checkBlocks(surface: Surface, blocks: unknown): readonly string[] {
  if (!Array.isArray(blocks)) return ["/blocks: not a list"];
  const most = LIMITS[surface].blocks;
  return [
    ...(blocks.length > most ? [`/blocks: ${blocks.length} blocks, at most ${most}`] : []),
    ...blocks.flatMap((block, index) => checkBlock(surface, `/blocks/${index}`, block)),
    ...duplicateIds(blocks),
    ...tooManyCharts(blocks),
    ...totalText(surface, blocks),
  ];
}

/** The same for a message with the text beside its blocks. */
export function checkMessage(message: unknown): readonly string[] {
  if (!isObject(message)) return ["/: not an object"];
  const { text, blocks } = message;
  return [...tooLong("/text", text, LIMITS.message.fallback), ...checkBlocks("message", blocks)];
}

/** The same for a modal. */
export function checkModal(view: unknown): readonly string[] {
  if (!isObject(view)) return ["/: not an object"];
  const { type, title, submit, close, private_metadata: metadata, callback_id: id, blocks } = view;
  const hasInput =
    Array.isArray(blocks) && blocks.some((block) => isObject(block) && block.type === "input");
  return [
    ...(type === "modal" ? [] : ['/type: not "modal"']),
    ...titleText("/title", title, true),
    ...titleText("/submit", submit, hasInput),
    ...titleText("/close", close, false),
    ...(typeof metadata === "string" && metadata.length > LIMITS.modal.metadata
      ? [`/private_metadata: ${metadata.length} characters, at most ${LIMITS.modal.metadata}`]
      : []),
    ...tooLong("/callback_id", id, LIMITS.id),
    ...checkBlocks("modal", blocks),
  ];
}

function titleText(path: string, text: unknown, required: boolean): Problems {
  if (text === undefined) return required ? [`${path}: missing`] : [];
  if (!isObject(text) || text.type !== "plain_text") return [`${path}: not plain_text`];
  return tooLong(`${path}/text`, text.text, LIMITS.modal.title);
}

function duplicateIds(blocks: readonly unknown[]): Problems {
  const seen = new Set<unknown>();
  return blocks.flatMap((block, index) => {
    const id = isObject(block) ? block.block_id : undefined;
    if (id === undefined) return [];
    const problem = seen.has(id) ? [`/blocks/${index}/block_id: ${String(id)} is used twice`] : [];
    seen.add(id);
    return problem;
  });
}

/** Not documented, and refused all the same. */
function tooManyCharts(blocks: readonly unknown[]): Problems {
  const charts = blocks.filter((block) => isObject(block) && block.type === "data_visualization");
  return charts.length > MOST_CHARTS
    ? [`/blocks: ${charts.length} charts, at most ${MOST_CHARTS}`]
    : [];
}

function totalText(surface: Surface, blocks: readonly unknown[]): Problems {
  if (surface === "home") return [];
  const total = textLength(blocks);
  const most = LIMITS[surface].text;
  return total > most ? [`/blocks: ${total} characters of text in all, at most ${most}`] : [];
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textLength(one), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, member]) =>
      sum + (key === "text" && typeof member === "string" ? member.length : textLength(member)),
    0,
  );
}
