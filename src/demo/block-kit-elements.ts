import { LIMITS } from "../cards/limits.ts";
import {
  isObject,
  type JsonObject,
  type Problems,
  textObject,
  tooLong,
  unknownMembers,
} from "./block-kit-texts.ts";

const PLAIN = ["plain_text"] as const;

/** An interactive element, or an image beside a section. */
export function checkElement(path: string, element: unknown): Problems {
  if (!isObject(element)) return [`${path}: not an object`];
  switch (element.type) {
    case "button":
      return checkButton(path, element);
    case "plain_text_input":
      return checkTextInput(path, element);
    case "image":
      return checkImage(path, element);
    default:
      return [`${path}: no element of type ${String(element.type)}`];
  }
}

function checkButton(path: string, button: JsonObject): Problems {
  const { text, value, url, style, accessibility_label: label, confirm, action_id: id } = button;
  return [
    ...unknownMembers(path, button, [
      "action_id",
      "text",
      "value",
      "url",
      "style",
      "accessibility_label",
      "confirm",
    ]),
    ...tooLong(`${path}/action_id`, id, LIMITS.id),
    ...textObject(`${path}/text`, text, LIMITS.button.text, PLAIN),
    ...(value === undefined ? [] : tooLong(`${path}/value`, value, LIMITS.button.value)),
    ...(url === undefined ? [] : tooLong(`${path}/url`, url, LIMITS.button.url)),
    ...(label === undefined
      ? []
      : tooLong(`${path}/accessibility_label`, label, LIMITS.button.accessibilityLabel)),
    ...(style === undefined || style === "primary" || style === "danger"
      ? []
      : [`${path}/style: ${String(style)}, not primary or danger`]),
    ...(confirm === undefined ? [] : checkConfirm(`${path}/confirm`, confirm)),
  ];
}

function checkConfirm(path: string, confirm: unknown): Problems {
  if (!isObject(confirm)) return [`${path}: not an object`];
  return [
    ...unknownMembers(path, confirm, ["title", "text", "confirm", "deny", "style"]),
    ...textObject(`${path}/text`, confirm.text, LIMITS.confirm.text, ["plain_text", "mrkdwn"]),
    ...optional(`${path}/title`, confirm.title, LIMITS.confirm.title),
    ...optional(`${path}/confirm`, confirm.confirm, LIMITS.confirm.button),
    ...optional(`${path}/deny`, confirm.deny, LIMITS.confirm.button),
  ];
}

function checkTextInput(path: string, input: JsonObject): Problems {
  const { min_length: min = 0, max_length: max = LIMITS.input.length, placeholder } = input;
  const bounded =
    typeof min === "number" &&
    typeof max === "number" &&
    min >= 0 &&
    min <= max &&
    max >= 1 &&
    max <= LIMITS.input.length;
  return [
    ...unknownMembers(path, input, [
      "action_id",
      "multiline",
      "min_length",
      "max_length",
      "placeholder",
      "initial_value",
      "focus_on_load",
    ]),
    ...tooLong(`${path}/action_id`, input.action_id, LIMITS.id),
    ...(bounded ? [] : [`${path}: lengths are not within 0..${LIMITS.input.length}`]),
    ...optional(`${path}/placeholder`, placeholder, LIMITS.input.placeholder),
  ];
}

function optional(path: string, text: unknown, most: number): Problems {
  return text === undefined ? [] : textObject(path, text, most, PLAIN);
}

export function checkImage(path: string, image: JsonObject): Problems {
  const { alt_text: alt, image_url: url, slack_file: file } = image;
  return [
    ...tooLong(`${path}/alt_text`, alt, LIMITS.image.alt),
    ...((url === undefined) === (file === undefined)
      ? [`${path}: needs exactly one of image_url and slack_file`]
      : []),
    ...(url === undefined ? [] : tooLong(`${path}/image_url`, url, LIMITS.image.url)),
  ];
}
