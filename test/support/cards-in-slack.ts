import {
  BUTTONS,
  type ButtonKind,
  type ButtonValue,
  printButtonValue,
} from "../../src/cards/ids.ts";
import type { LocalSlack } from "../../src/demo/gateway/local-slack.ts";
import { clientOf } from "./slack-clients.ts";

export const VALUE: ButtonValue = {
  component: "model-pymk",
  version: "2026.11.22-3",
  environment: "production",
  digest: "0123456789abcdef",
};

/** Posts a message with these buttons, each as the cards print it. Resolves to its timestamp. */
export async function postButtons(
  slack: LocalSlack,
  channel: string,
  buttons: readonly {
    readonly action: ButtonKind | string;
    readonly value?: Partial<ButtonValue> | string;
    readonly url?: string;
  }[],
): Promise<string> {
  const { ts = "" } = await clientOf(slack).chat.postMessage({
    channel,
    text: "a card",
    blocks: [
      {
        type: "actions",
        elements: buttons.map(({ action, value, url }) => ({
          type: "button" as const,
          action_id: isButton(action) ? BUTTONS[action] : action,
          text: { type: "plain_text" as const, text: action },
          value: typeof value === "string" ? value : printButtonValue({ ...VALUE, ...value }),
          ...(url === undefined ? {} : { url }),
        })),
      },
    ],
  });
  return ts;
}

function isButton(action: string): action is ButtonKind {
  return Object.hasOwn(BUTTONS, action);
}
