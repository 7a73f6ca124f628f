import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock } from "../../shared/clock.ts";
import { sendJson, sendText } from "../http/send.ts";
import { type RunningServer, startServer } from "../http/start-server.ts";
import type { Pair } from "../training/snapshot.ts";
import type { FaultTable } from "./fault-table.ts";

/** Longer than any reader waits. */
const SLOW = 2000;
const POSTS_PER_AUTHOR = 3;
const HOURS_BETWEEN_POSTS = 7;

export interface DataStoreOptions {
  readonly pairs: readonly Pair[];
  readonly faults: FaultTable;
  readonly clock: Clock;
}

/**
 * The store that both components read over HTTP: `GET /views/pymk-features/<pair>` gives what is known of
 * a pair, `GET /views/feed-posts/<member>` the posts a member may see. `x-reader` says who reads, and a
 * reader with a fault really waits too long or really gets garbage.
 */
export async function startDataStore(options: DataStoreOptions): Promise<RunningServer> {
  const { pairs, faults, clock } = options;
  const byId = new Map(pairs.map((pair) => [pair.id, pair]));
  const others = acquaintances(pairs);
  const closed = new AbortController();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const running = await startServer(server, 0);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, root, view = "", key = ""] = (request.url ?? "/").split("/");
    if (root !== "views") return sendText(response, 404, "no such page\n");
    switch (faults.draw(String(request.headers["x-reader"] ?? ""))) {
      case "slow":
        await clock.sleep(SLOW, closed.signal);
        break;
      case "garbage":
        return sendJson(response, 200, { id: key, country: null, commonNeighbours: "∅" });
      case null:
        break;
    }
    const found = look(view, decodeURIComponent(key));
    if (found === null) return sendText(response, 404, "nothing known\n");
    sendJson(response, 200, found);
  }

  function look(view: string, key: string): object | null {
    if (view === "pymk-features") return byId.get(key) ?? null;
    if (view === "feed-posts") return (others.get(key) ?? []).flatMap(postsOf);
    return null;
  }

  return {
    url: running.url,
    close: () => {
      closed.abort();
      return running.close();
    },
  };
}

/** By member: whom they were suggested. */
function acquaintances(pairs: readonly Pair[]): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string[]>();
  for (const { id } of pairs) {
    const [first = "", second = ""] = id.split("-");
    known.set(first, [...(known.get(first) ?? []), second]);
    known.set(second, [...(known.get(second) ?? []), first]);
  }
  return known;
}

function postsOf(author: string) {
  return Array.from({ length: POSTS_PER_AUTHOR }, (_, index) => ({
    id: `${author}-p${index + 1}`,
    author,
    age: index * HOURS_BETWEEN_POSTS + (Number(author.slice(1)) % HOURS_BETWEEN_POSTS),
  }));
}
