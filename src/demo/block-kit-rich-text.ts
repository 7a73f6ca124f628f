import {
  isObject,
  type JsonObject,
  type Problems,
  tooLong,
  unknownMembers,
} from "./block-kit-texts.ts";

/** Slack states no limit of its own for rich text; its total counts against that of the message. */
const LONGEST = 10_000;

const CONTAINERS = [
  "rich_text_section",
  "rich_text_preformatted",
  "rich_text_quote",
  "rich_text_list",
];

/** What stands inside a line, and the member that it needs. */
const INLINE = new Map<unknown, string>(
  Object.entries({
    text: "text",
    link: "url",
    user: "user_id",
    usergroup: "usergroup_id",
    channel: "channel_id",
    emoji: "name",
  }),
);

export function checkRichText(path: string, block: JsonObject): Problems {
  return [
    ...unknownMembers(path, block, ["block_id", "elements"]),
    ...each(`${path}/elements`, block.elements, checkContainer),
  ];
}

function checkContainer(path: string, value: unknown): Problems {
  if (!isObject(value) || !CONTAINERS.includes(String(value.type))) {
    return [`${path}: not a rich text element`];
  }
  const isList = value.type === "rich_text_list";
  return [
    ...unknownMembers(path, value, ["elements", "style", "indent", "border", "offset"]),
    ...each(`${path}/elements`, value.elements, isList ? checkContainer : checkInline),
  ];
}

function checkInline(path: string, value: unknown): Problems {
  const member = isObject(value) ? INLINE.get(value.type) : undefined;
  if (!isObject(value) || member === undefined) return [`${path}: not a rich text element`];
  return [
    ...unknownMembers(path, value, [member, "text", "style"]),
    ...tooLong(`${path}/${member}`, value[member], LONGEST),
  ];
}

function each(
  path: string,
  value: unknown,
  check: (path: string, item: unknown) => Problems,
): Problems {
  if (!Array.isArray(value) || value.length === 0) return [`${path}: empty`];
  return value.flatMap((item, index) => check(`${path}/${index}`, item));
}
