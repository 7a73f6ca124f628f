import {
  type ButtonKind,
  type ButtonValue,
  type PageButton,
  parseButton,
  parseButtonValue,
  parsePageButton,
  parsePosition,
} from "../../cards/ids.ts";
import type { Directory, Person } from "../../core/actor.ts";
import type { PersonCommand } from "../../core/command.ts";
import { releaseId } from "../../core/release-id.ts";
import { errorText } from "../../shared/errors.ts";
import { plainMessage } from "../../shared/plain-message.ts";
import type { ModalRequest, OpenedModal, Query, Reply } from "./desk.ts";
import {
  askDesk,
  dispatchAs,
  drawDetails,
  type ListenerContext,
  replyTo,
  tellPrivately,
} from "./listener.ts";
import { type ClickPayload, teamOf } from "./slack-payload.ts";

const UNKNOWN_BUTTON = plainMessage(
  "This button belongs to another version of the card. Ask for a new card with /release and the component's name.",
);
const NO_MODAL = plainMessage(
  "Slack did not open the dialog: it waits for three seconds only. Nothing was changed; click again.",
);

/** A click on a button of a card: acknowledged at once, then carried out, and answered where the card does not. */
export async function onClick(
  payload: ClickPayload,
  acknowledge: () => Promise<void>,
  context: ListenerContext,
): Promise<void> {
  await acknowledge();
  for (const clicked of payload.actions) {
    const reply = await carryOut(clicked, payload, context);
    if (reply !== null) await tellPrivately(context, placeOf(payload), reply);
  }
}

type Clicked = ClickPayload["actions"][number];

/** What the person is told; null: nothing. */
async function carryOut(
  clicked: Clicked,
  payload: ClickPayload,
  context: ListenerContext,
): Promise<Reply | null> {
  const turned = parsePageButton(clicked.action_id);
  if (turned !== null) return turnPage(turned, payload, context);
  const button = parseButton(clicked.action_id);
  const value = parseButtonValue(clicked.value ?? "");
  if (button === null || value === null) {
    // A link has done its work in the browser already.
    if (button === null && clicked.url !== undefined) return null;
    context.log.warn({ action: clicked.action_id }, "unknown slack button");
    return UNKNOWN_BUTTON;
  }
  switch (button) {
    case "details":
      return openDetails(value, payload, context);
    case "reject":
    case "rollback":
    case "stop":
    case "override":
    case "falseAlarm":
      return openReason({ kind: button, value }, payload, context);
    case "approve":
    case "promote":
    case "retry":
      return dispatch(button, value, clicked, payload, context);
  }
}

async function dispatch(
  button: Extract<ButtonKind, "approve" | "promote" | "retry">,
  value: ButtonValue,
  clicked: Clicked,
  payload: ClickPayload,
  context: ListenerContext,
): Promise<Reply | null> {
  const { environment, digest } = value;
  if (environment === null || (button === "approve" && digest === null)) return UNKNOWN_BUTTON;
  const team = teamOf(payload);
  const { id: user } = payload.user;
  const { action_ts: at, action_id: id } = clicked;
  const result = await dispatchAs(
    context,
    { user, team },
    {
      component: value.component,
      commandId: `click:${team}:${user}:${at}:${id}`,
      command: (person, directory) =>
        commandOf(button, { ...value, environment, digest: digest ?? "" }, person, directory),
    },
  );
  return replyTo(result, context.desk);
}

function commandOf(
  button: "approve" | "promote" | "retry",
  value: ButtonValue & { readonly environment: string; readonly digest: string },
  person: Person,
  directory: Directory,
): PersonCommand {
  const { component, environment, digest } = value;
  const release = releaseId(component, value.version);
  const asked = { component, release, environment, person, directory };
  switch (button) {
    case "approve":
      return { type: "Approve", digest, ...asked };
    case "promote":
      return { type: "Promote", ...asked };
    case "retry":
      return { type: "Retry", ...asked };
  }
}

/** The modal opens before what it shows is looked up: the trigger id would not wait. */
async function openDetails(
  value: ButtonValue,
  payload: ClickPayload,
  context: ListenerContext,
): Promise<Reply | null> {
  const { component, version } = value;
  const modal = await open({ kind: "details", value }, payload, context);
  if (modal === null) return NO_MODAL;
  const page = await drawDetails(context, { component, version, page: 1, seen: null });
  await unlessClosed(context.answers.updateModal(modal.id, page), context);
  return null;
}

/** Of two clicks on the same page the later one finds another page there, and turns nothing. */
async function turnPage(
  button: PageButton,
  { view }: ClickPayload,
  context: ListenerContext,
): Promise<Reply | null> {
  const position = parsePosition(view?.private_metadata ?? "");
  if (view === undefined || position === null) return UNKNOWN_BUTTON;
  const page = position.page + (button === "next" ? 1 : -1);
  const drawn = await drawDetails(context, { ...position, page });
  await unlessClosed(context.answers.updateModal(view.id, drawn, view.hash), context);
  return null;
}

async function fill(modal: OpenedModal, query: Query, context: ListenerContext): Promise<void> {
  const reply = await askDesk(context, query);
  await unlessClosed(modal.show(reply), context);
}

async function unlessClosed(update: Promise<void>, context: ListenerContext): Promise<void> {
  await update.catch((error: unknown) => {
    context.log.info({ error: errorText(error) }, "slack modal closed or turned before its answer");
  });
}

async function openReason(
  request: ModalRequest,
  payload: ClickPayload,
  context: ListenerContext,
): Promise<Reply | null> {
  const { component, version, environment } = request.value;
  if (environment === null) return UNKNOWN_BUTTON;
  const modal = await open(request, payload, context);
  if (modal === null) return NO_MODAL;
  if (request.kind === "falseAlarm") {
    await fill(modal, { kind: "false-alarm", component, version, environment }, context);
  }
  return null;
}

async function open(
  request: ModalRequest,
  payload: ClickPayload,
  context: ListenerContext,
): Promise<OpenedModal | null> {
  try {
    return await context.desk.openModal(payload.trigger_id, request);
  } catch (error) {
    context.log.warn({ modal: request.kind, error: errorText(error) }, "slack modal not opened");
    return null;
  }
}

function placeOf(payload: ClickPayload) {
  return {
    user: payload.user.id,
    channel: payload.channel?.id ?? null,
    responseUrl: payload.response_url ?? null,
  };
}
