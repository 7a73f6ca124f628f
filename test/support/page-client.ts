import type { UpdateName } from "../../src/demo/page/live-updates.ts";
import type { ActionAnswer } from "../../src/demo/page/page-actions.ts";

interface SeenView {
  readonly title: string;
  readonly person: string;
  readonly channel: string;
  /** Markup, by the name of the region. */
  readonly regions: Readonly<Record<string, string>>;
}

/** What the page's own script does, by real requests. */
export interface PageClient {
  /** @param address as in the browser, e.g. `?as=ben&channel=releases` */
  view(address?: string): Promise<SeenView>;
  act(name: string, request: object): Promise<ActionAnswer>;
  /** Clicks a button of a message as somebody. */
  click(
    as: string,
    message: { readonly channel: string; readonly ts: string },
    button: string,
  ): Promise<ActionAnswer>;
  /** Resolves to the data of the first server-sent event that is as wanted, from now on. */
  event(name: UpdateName, wanted?: (data: string) => boolean): Promise<string>;
}

export function pageClient(url: string): PageClient {
  async function act(name: string, request: object): Promise<ActionAnswer> {
    const response = await fetch(`${url}/do/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    return (await response.json()) as ActionAnswer;
  }

  return {
    view: async (address = "") => (await (await fetch(`${url}/view${address}`)).json()) as SeenView,
    act,
    click: (as, { channel, ts }, button) => act("click", { as, channel, ts, button }),
    async event(name, wanted = () => true) {
      const stop = new AbortController();
      const response = await fetch(`${url}/events`, { signal: stop.signal });
      if (response.body === null) throw new Error("there are no events");
      let text = "";
      try {
        for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          for (const event of text.split("\n\n").slice(0, -1)) {
            const data = new RegExp(`^event: ${name}\ndata: (.*)$`).exec(event)?.[1];
            if (data === undefined) continue;
            const parsed = JSON.parse(data) as string;
            if (wanted(parsed)) return parsed;
          }
        }
      } finally {
        stop.abort();
      }
      throw new Error(`the stream ended without ${name}`);
    },
  };
}
