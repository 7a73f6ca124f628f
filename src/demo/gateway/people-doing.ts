import { type Answer, type Arguments, isOk, list, record, text } from "./answer.ts";
import type { Deliver, Delivery } from "./delivery.ts";
import { escapeCommand } from "./escape-command.ts";
import type { Gateway } from "./gateway.ts";
import type { LocalView } from "./open-views.ts";
import {
  clickPayload,
  commandPayload,
  submitPayload,
  type TypedValues,
  viewClickPayload,
} from "./payloads.ts";
import { type ResponseUrls, showToOne } from "./response-urls.ts";
import { findPerson } from "./workspace.ts";

export interface PeopleDoing {
  command(user: string, channel: string, text: string): Promise<Delivery>;
  /** `button` is an action id, or what is written on the button. */
  click(user: string, channel: string, ts: string, button: string): Promise<Delivery>;
  /** On a button in a modal that somebody has open. */
  clickIn(user: string, viewId: string, button: string): Promise<Delivery>;
  submit(user: string, viewId: string, typed: TypedValues): Promise<Delivery>;
  /** Delivers once more what was delivered last, byte for byte the same payload. */
  again(): Promise<Delivery>;
}

/** What people of the workspace do, and what Slack does with the app's acknowledgement. */
export function createPeopleDoing(options: {
  readonly gateway: Gateway;
  readonly deliver: Deliver;
  readonly responseUrls: ResponseUrls;
  readonly url: string;
}): PeopleDoing {
  const { gateway, deliver, responseUrls, url } = options;
  let clicks = 0;
  let last: () => Promise<Delivery> = () => Promise.reject(new Error("nothing was delivered yet"));

  function send(once: () => Promise<Delivery>): Promise<Delivery> {
    last = once;
    return once();
  }

  function nextActionTs(): string {
    clicks += 1;
    return `${Math.floor(gateway.now() / 1000)}.${String(clicks).padStart(6, "0")}`;
  }

  function openView(user: string, viewId: string): LocalView {
    const view = gateway.views.find(viewId);
    if (view === null || view.user !== user) throw new Error(`${user} has no view ${viewId} open`);
    return view;
  }

  async function doing(user: string, channel: string) {
    return {
      person: findPerson(gateway.workspace, user),
      triggerId: await newTrigger(gateway, user),
      responseUrl: `${url}${responseUrls.make(user, channel)}`,
      channel: { id: channel, name: gateway.channels.nameOf(channel) },
    };
  }

  return {
    async command(user, channel, words) {
      const payload = commandPayload(await doing(user, channel), escapeCommand(words, gateway));
      return send(async () => {
        const delivery = await deliver("slash_commands", payload);
        const body = record(delivery.body);
        if (body !== null) {
          mustBeValid(gateway, "message", list(body, "blocks") ?? []);
          showToOne(gateway, { user, channel }, body);
        }
        return delivery;
      });
    },

    async click(user, channel, ts, button) {
      const message = gateway.log.find(channel, ts);
      if (message === null) throw new Error(`there is no message ${ts} in ${channel}`);
      const payload = clickPayload(
        await doing(user, channel),
        message,
        findButton(message.blocks, button),
        nextActionTs(),
      );
      return send(() => deliver("interactive", payload));
    },

    async clickIn(user, viewId, button) {
      const view = openView(user, viewId);
      const blocks = (list(view.view, "blocks") ?? []).map((block) => record(block) ?? {});
      const person = findPerson(gateway.workspace, user);
      const payload = viewClickPayload(
        { person, triggerId: await newTrigger(gateway, user) },
        view,
        findButton(blocks, button),
        nextActionTs(),
      );
      return send(() => deliver("interactive", payload));
    },

    async submit(user, viewId, typed) {
      const view = openView(user, viewId);
      const person = findPerson(gateway.workspace, user);
      const payload = submitPayload(
        { person, triggerId: await newTrigger(gateway, user) },
        view,
        typed,
      );
      return send(async () => {
        const delivery = await deliver("interactive", payload);
        if (delivery.status === 200) await afterSubmit(gateway, view, record(delivery.body));
        return delivery;
      });
    },

    again: () => last(),
  };
}

/** The emulator takes only trigger ids that it made itself; each lives for three seconds. */
async function newTrigger(gateway: Gateway, user: string): Promise<string> {
  const answer = await gateway.upstream.call("views.generateTriggerId", { user_id: user });
  if (!isOk(answer)) throw new Error(`no trigger id for ${user}: ${String(answer.body.error)}`);
  const id = text(answer.body, "trigger_id");
  gateway.triggers.set(id, user);
  return id;
}

/** `response_action`: https://docs.slack.dev/surfaces/modals#updating_response */
async function afterSubmit(
  gateway: Gateway,
  view: LocalView,
  body: Arguments | null,
): Promise<void> {
  const action = body === null ? "" : text(body, "response_action");
  if (action === "errors") return;
  if (action !== "update") return gateway.views.close(view.id);
  const changed = record(body?.view) ?? {};
  mustBeValid(gateway, "modal", list(changed, "blocks") ?? []);
  const answer: Answer = await gateway.upstream.call("views.update", {
    view_id: view.id,
    view: changed,
  });
  if (!isOk(answer)) throw new Error(`Slack does not take this view: ${String(answer.body.error)}`);
  gateway.views.show(view.user, answer.body.view);
}

function mustBeValid(
  gateway: Gateway,
  surface: "message" | "modal",
  blocks: readonly unknown[],
): void {
  const problems = gateway.checkBlocks(surface, blocks);
  if (problems.length > 0) throw new Error(`Slack would not show this: ${problems.join("; ")}`);
}

function findButton(
  blocks: readonly Readonly<Record<string, unknown>>[],
  button: string,
): Readonly<Record<string, unknown>> {
  for (const block of blocks) {
    const elements = [...(list(block, "elements") ?? []), block.accessory].map(record);
    for (const element of elements) {
      if (element === null || element.type !== "button") continue;
      const label = text(record(element.text) ?? {}, "text");
      if (element.action_id === button || label === button) {
        return { block_id: block.block_id ?? "unnamed", ...element };
      }
    }
  }
  throw new Error(`there is no button ${button}`);
}
