import type { LocalMessage } from "./message-log.ts";
import type { LocalView } from "./open-views.ts";
import { APP_ID, type LocalPerson, TEAM_ID } from "./workspace.ts";

/** What every payload says of the person who did something. */
interface Doing {
  readonly person: LocalPerson;
  readonly triggerId: string;
  readonly responseUrl: string;
  readonly channel: { readonly id: string; readonly name: string };
}

export function commandPayload(doing: Doing, text: string): Readonly<Record<string, string>> {
  return {
    token: "unused",
    team_id: doing.person.team ?? TEAM_ID,
    team_domain: "acme",
    channel_id: doing.channel.id,
    channel_name: doing.channel.name,
    user_id: doing.person.id,
    user_name: doing.person.name,
    command: "/release",
    text,
    api_app_id: APP_ID,
    is_enterprise_install: "false",
    response_url: doing.responseUrl,
    trigger_id: doing.triggerId,
  };
}

export function clickPayload(
  doing: Doing,
  message: LocalMessage,
  button: Readonly<Record<string, unknown>>,
  actionTs: string,
): Readonly<Record<string, unknown>> {
  return {
    type: "block_actions",
    ...common(doing.person, doing.triggerId),
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: message.onlyFor !== null,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    channel: doing.channel,
    ...(message.onlyFor === null
      ? { message: { type: "message", ts: message.ts, text: message.text, blocks: message.blocks } }
      : {}),
    state: { values: {} },
    response_url: doing.responseUrl,
    actions: [{ ...button, action_ts: actionTs }],
  };
}

export function viewClickPayload(
  doing: Pick<Doing, "person" | "triggerId">,
  view: LocalView,
  button: Readonly<Record<string, unknown>>,
  actionTs: string,
): Readonly<Record<string, unknown>> {
  return {
    type: "block_actions",
    ...common(doing.person, doing.triggerId),
    container: { type: "view", view_id: view.id },
    view: view.view,
    actions: [{ ...button, action_ts: actionTs }],
  };
}

/** The words somebody typed, by block id and action id. */
export type TypedValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function submitPayload(
  doing: Pick<Doing, "person" | "triggerId">,
  view: LocalView,
  typed: TypedValues,
): Readonly<Record<string, unknown>> {
  const values = Object.fromEntries(
    Object.entries(typed).map(([block, inputs]) => [
      block,
      Object.fromEntries(
        Object.entries(inputs).map(([action, value]) => [
          action,
          { type: "plain_text_input", value: value === "" ? null : value },
        ]),
      ),
    ]),
  );
  return {
    type: "view_submission",
    ...common(doing.person, doing.triggerId),
    view: { ...view.view, state: { values } },
    response_urls: [],
  };
}

export function eventPayload(
  event: Readonly<Record<string, unknown>>,
  eventId: string,
): Readonly<Record<string, unknown>> {
  return {
    token: "unused",
    type: "event_callback",
    team_id: TEAM_ID,
    api_app_id: APP_ID,
    event_id: eventId,
    event_time: Math.floor(Date.now() / 1000),
    event,
    authorizations: [{ enterprise_id: null, team_id: TEAM_ID, is_enterprise_install: false }],
  };
}

function common(person: LocalPerson, triggerId: string) {
  const team = person.team ?? TEAM_ID;
  return {
    api_app_id: APP_ID,
    token: "unused",
    trigger_id: triggerId,
    is_enterprise_install: false,
    enterprise: null,
    team: { id: TEAM_ID, domain: "acme" },
    user: { id: person.id, username: person.name, name: person.name, team_id: team },
  };
}
