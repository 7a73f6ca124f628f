import { record, text } from "../gateway/answer.ts";
import { escapeHtml } from "./html.ts";

/**
 * Characters that `slack-blocks-to-jsx` must not see, for it would take them for formatting: each is replaced
 * by one of nobody's alphabet before the library draws, and put back, escaped, into what it drew.
 */
const FIRST = 0xe100;
const STAND_INS = /[\u{e100}-\u{e17f}]/gu;
/**
 * A page shows no NUL, browsers put a mark in its place, and the library only where it finds it; of the
 * stand-ins' own alphabet no font has a letter.
 */
const NOT_SHOWN = /[\0\u{e100}-\u{e17f}]/gu;
/** In an address, which the library encodes. */
const ENCODED_STAND_INS = /(?:%EE%8[4-5]%[89AB][0-9A-F])/g;
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" } as const;
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** A block in which nothing is formatting that is none to Slack. */
export function withStandIns(block: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(block), (key, value: unknown) => {
    // To the library it means "no formatting at all", to Slack "make no links by yourself".
    if (key === "verbatim") return undefined;
    // It would become the id of an element, and a message is drawn in its channel and in its thread.
    if (key === "block_id") return undefined;
    const object = record(value);
    if (object === null) return value;
    const words = text(object, "text").replace(NOT_SHOWN, "\ufffd");
    if (object.type === "plain_text") {
      return { ...object, text: words.replace(PUNCTUATION, standInOf) };
    }
    return object.type === "mrkdwn" ? { ...object, text: withoutEntities(words) } : value;
  });
}

/** Markup that the library drew, with the characters back in it. */
export function putBack(markup: string): string {
  return markup.replace(STAND_INS, (standIn) => escapeHtml(characterOf(standIn)));
}

/** An address that the library encoded, as it was written. */
export function addressWritten(href: string): string {
  return href.replace(ENCODED_STAND_INS, (encoded) => characterOf(decodeURIComponent(encoded)));
}

/** The library puts a space behind an entity, and makes `&gt;=` a `> =`. */
function withoutEntities(escaped: string): string {
  return Object.entries(ENTITIES).reduce(
    (words, [entity, character]) => words.replaceAll(entity, standInOf(character)),
    escaped,
  );
}

function standInOf(character: string): string {
  return String.fromCodePoint(FIRST + (character.codePointAt(0) ?? 0));
}

function characterOf(standIn: string): string {
  return String.fromCodePoint((standIn.codePointAt(0) ?? FIRST) - FIRST);
}
