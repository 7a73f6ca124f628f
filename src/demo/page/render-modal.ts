import { list, record, text } from "../gateway/answer.ts";
import type { LocalView } from "../gateway/open-views.ts";
import { type Html, html, NOTHING } from "./html.ts";
import type { OwnBlocks, RenderBlocks } from "./render-blocks.ts";

type Block = Readonly<Record<string, unknown>>;

/** A text that a modal asks for. */
interface ModalInput {
  readonly block: string;
  readonly action: string;
  readonly label: string;
  readonly hint: string;
  readonly optional: boolean;
  readonly multiline: boolean;
  readonly placeholder: string;
  readonly initial: string;
  /** In characters. */
  readonly shortest: number;
  readonly longest: number;
  readonly focused: boolean;
}

const LONGEST = 3000;

function inputsOf(view: LocalView): readonly ModalInput[] {
  return (list(view.view, "blocks") ?? []).flatMap((block) => {
    const found = record(block);
    return found?.type === "input" ? [inputOf(found)] : [];
  });
}

/**
 * What Slack itself finds wrong before it asks the app, by block id.
 * https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
 */
export function inputProblems(
  view: LocalView,
  typed: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Readonly<Record<string, string>> {
  const problems = inputsOf(view).flatMap((input): readonly (readonly [string, string])[] => {
    const { block, action, shortest, longest, optional } = input;
    const value = typed[block]?.[action] ?? "";
    if (value === "") return optional ? [] : [[block, "Please complete this required field."]];
    if (value.length < shortest) return [[block, `Please write at least ${shortest} characters.`]];
    if (value.length > longest) return [[block, `Please write at most ${longest} characters.`]];
    return [];
  });
  return Object.fromEntries(problems);
}

/** The modal on top of a person's, as the inside of a dialog. */
export function renderModal(
  view: LocalView | null,
  renderer: (own: OwnBlocks) => RenderBlocks,
): Html {
  if (view === null) return NOTHING;
  const { view: made, id } = view;
  const submit = plain(made.submit);
  const close = plain(made.close) || "Close";
  const render = renderer({ input: (block) => field(inputOf(block)) });
  const blocks = (list(made, "blocks") ?? []).map(record).filter((block) => block !== null);
  const cancel = html`<button type="button" class="button" data-close-modal>${close}</button>`;
  const send =
    submit === "" ? NOTHING : html`<button type="submit" class="button primary">${submit}</button>`;
  return html`<form data-modal="${id}" novalidate>
<header class="panel-head"><h2 id="modal-title">${plain(made.title)}</h2>
<button type="button" class="close" data-close-modal aria-label="Close">✕</button></header>
<div class="modal-body">${render(blocks)}</div>
<footer>${cancel}${send}</footer></form>`;
}

function field(input: ModalInput): Html {
  const { block, action, label, hint, optional, shortest, longest } = input;
  const id = `input-${block}`;
  const attributes = html`id="${id}" data-block="${block}" data-action="${action}" aria-describedby="${id}-error ${id}-hint" placeholder="${input.placeholder}" minlength="${shortest}" maxlength="${longest}"${optional ? NOTHING : html` aria-required="true"`}${input.focused ? html` autofocus` : NOTHING}`;
  const control = input.multiline
    ? html`<textarea rows="4" ${attributes}>${input.initial}</textarea>`
    : html`<input type="text" value="${input.initial}" ${attributes}>`;
  return html`<div class="field"><label for="${id}">${label}${optional ? html` <small>(optional)</small>` : NOTHING}</label>
${control}
<p class="error" id="${id}-error" role="alert" hidden></p>
<p class="hint" id="${id}-hint">${hint}</p></div>`;
}

function inputOf(block: Block): ModalInput {
  const element = record(block.element) ?? {};
  const number = (name: string, otherwise: number) =>
    typeof element[name] === "number" ? element[name] : otherwise;
  return {
    block: text(block, "block_id"),
    action: text(element, "action_id"),
    label: plain(block.label),
    hint: plain(block.hint),
    optional: block.optional === true,
    multiline: element.multiline === true,
    placeholder: plain(element.placeholder),
    initial: text(element, "initial_value"),
    shortest: number("min_length", 0),
    longest: number("max_length", LONGEST),
    focused: element.focus_on_load === true,
  };
}

function plain(value: unknown): string {
  return text(record(value) ?? {}, "text");
}
