import { LIMITS } from "../cards/limits.ts";
import { checkChart } from "./block-kit-chart.ts";
import { checkElement, checkImage } from "./block-kit-elements.ts";
import { checkRichText } from "./block-kit-rich-text.ts";
import {
  isObject,
  type JsonObject,
  type Problems,
  textObject,
  tooLong,
  unknownMembers,
} from "./block-kit-texts.ts";

/** Where blocks are shown: Slack accepts other kinds and numbers of them in each place. */
export type Surface = "message" | "modal" | "home";

type Check = (path: string, block: JsonObject) => Problems;

const PLAIN = ["plain_text"] as const;
const ANY = ["plain_text", "mrkdwn"] as const;

/** The kinds that every client shows on every surface. Others exist; cards do not use them. */
const CHECKS = new Map<unknown, Check>(
  Object.entries<Check>({
    divider: (path, block) => unknownMembers(path, block, ["block_id"]),
    header: (path, block) => [
      ...unknownMembers(path, block, ["block_id", "text", "level"]),
      ...textObject(`${path}/text`, block.text, LIMITS.header, PLAIN),
    ],
    section: checkSection,
    context: checkContext,
    actions: checkActions,
    image: (path, block) => [
      ...unknownMembers(path, block, ["block_id", "alt_text", "image_url", "slack_file", "title"]),
      ...checkImage(path, block),
      ...(block.title === undefined
        ? []
        : textObject(`${path}/title`, block.title, LIMITS.image.title, PLAIN)),
    ],
    input: checkInput,
    data_visualization: checkChart,
    rich_text: checkRichText,
  }),
);

export function checkBlock(surface: Surface, path: string, block: unknown): Problems {
  if (!isObject(block)) return [`${path}: not an object`];
  const check = CHECKS.get(block.type);
  if (check === undefined)
    return [`${path}: no block of type ${String(block.type)} on every surface`];
  return [
    ...(block.block_id === undefined ? [] : tooLong(`${path}/block_id`, block.block_id, LIMITS.id)),
    ...(block.type === "input" && surface === "message" ? [`${path}: an input in a message`] : []),
    ...(block.type === "data_visualization" && surface !== "message"
      ? [`${path}: a chart outside of a message`]
      : []),
    ...check(path, block),
  ];
}

function checkSection(path: string, block: JsonObject): Problems {
  const { text, fields, accessory } = block;
  return [
    ...unknownMembers(path, block, ["block_id", "text", "fields", "accessory", "expand"]),
    ...(text === undefined && fields === undefined ? [`${path}: neither text nor fields`] : []),
    ...(text === undefined ? [] : textObject(`${path}/text`, text, LIMITS.section.text, ANY)),
    ...(fields === undefined
      ? []
      : list(`${path}/fields`, fields, LIMITS.section.fields, (at, field) =>
          textObject(at, field, LIMITS.section.field, ANY),
        )),
    ...(accessory === undefined ? [] : checkElement(`${path}/accessory`, accessory)),
  ];
}

function checkContext(path: string, block: JsonObject): Problems {
  return [
    ...unknownMembers(path, block, ["block_id", "elements"]),
    ...list(`${path}/elements`, block.elements, LIMITS.context.elements, (at, element) =>
      isObject(element) && element.type === "image"
        ? checkImage(at, element)
        : textObject(at, element, LIMITS.context.text, ANY),
    ),
  ];
}

function checkActions(path: string, block: JsonObject): Problems {
  const { elements } = block;
  const ids = Array.isArray(elements)
    ? elements.map((one) => (isObject(one) ? one.action_id : undefined))
    : [];
  const primary = Array.isArray(elements)
    ? elements.filter((one) => isObject(one) && one.style === "primary").length
    : 0;
  return [
    ...unknownMembers(path, block, ["block_id", "elements"]),
    ...list(`${path}/elements`, elements, LIMITS.actions, checkElement),
    ...ids.flatMap((id, index) =>
      id !== undefined && ids.indexOf(id) < index
        ? [`${path}/elements/${index}/action_id: ${String(id)} is used twice`]
        : [],
    ),
    ...(primary > 1 ? [`${path}: ${primary} primary buttons, at most one`] : []),
  ];
}

function checkInput(path: string, block: JsonObject): Problems {
  const { label, hint, element } = block;
  return [
    ...unknownMembers(path, block, [
      "block_id",
      "label",
      "hint",
      "element",
      "optional",
      "dispatch_action",
    ]),
    ...textObject(`${path}/label`, label, LIMITS.input.label, PLAIN),
    ...(hint === undefined ? [] : textObject(`${path}/hint`, hint, LIMITS.input.hint, PLAIN)),
    ...checkElement(`${path}/element`, element),
  ];
}

function list(
  path: string,
  value: unknown,
  most: number,
  check: (path: string, item: unknown) => Problems,
): Problems {
  if (!Array.isArray(value) || value.length === 0) return [`${path}: empty`];
  return [
    ...(value.length > most ? [`${path}: ${value.length} elements, at most ${most}`] : []),
    ...value.flatMap((item, index) => check(`${path}/${index}`, item)),
  ];
}
