import type { ServerResponse } from "node:http";

/** `slack`: something in the workspace changed, ask again. `world`: the markup of the world panel. */
export type UpdateName = "slack" | "world";

/** Server-sent events to every page that is open. */
export interface LiveUpdates {
  connect(response: ServerResponse): void;
  tell(name: UpdateName, data: string): void;
  /** How many pages listen. */
  listeners(): number;
  close(): void;
}

/** Changes of the workspace within so many milliseconds are told at once. */
const GATHER = 40;
/** Milliseconds after which a page that lost the server asks for it again. */
const RETRY = 1000;

export function createLiveUpdates(): LiveUpdates {
  const open = new Set<ServerResponse>();
  let gathering: NodeJS.Timeout | null = null;

  function send(name: UpdateName, data: string): void {
    for (const response of open) {
      response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  }

  return {
    connect(response) {
      response.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
      });
      response.write(`retry: ${RETRY}\n\n`);
      open.add(response);
      response.on("close", () => open.delete(response));
    },
    tell(name, data) {
      if (name === "world") return send(name, data);
      gathering ??= setTimeout(() => {
        gathering = null;
        send(name, data);
      }, GATHER);
    },
    listeners: () => open.size,
    close() {
      if (gathering !== null) clearTimeout(gathering);
      for (const response of open) response.end();
      open.clear();
    },
  };
}
