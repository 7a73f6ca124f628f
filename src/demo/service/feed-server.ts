import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FeedSources } from "./feed-sources.ts";
import { rankFeed } from "./rank-feed.ts";

const DEFAULT_LIMIT = 10;
const LARGEST_LIMIT = 50;

export interface FeedServerOptions {
  readonly version: string;
  readonly sources: FeedSources;
}

/**
 * `GET /feed?member=m1001&limit=10`: the ranked posts. Without scores the feed falls back to the newest
 * posts and says so; without posts there is no feed, 503. `GET /healthz`: the version.
 */
export function createFeedServer({ version, sources }: FeedServerOptions): Server {
  return createServer((request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else send(response, 500, { error: "the feed could not be made" });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/healthz") return send(response, 200, { version });
    if (url.pathname !== "/feed") return send(response, 404, { error: "no such page" });
    const member = url.searchParams.get("member") ?? "";
    const limit = Number(url.searchParams.get("limit") ?? DEFAULT_LIMIT);
    if (!/^m\d+$/.test(member)) {
      return send(response, 400, { error: "member: write it as m<number>, for example m1001" });
    }
    if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT) {
      return send(response, 400, { error: `limit: a whole number from 1 to ${LARGEST_LIMIT}` });
    }
    const posts = await sources.posts(member).catch(() => null);
    if (posts === null) return send(response, 503, { error: "the posts cannot be had now" });
    const authors = [...new Set(posts.map(({ author }) => author))];
    const affinity = await sources.affinity(member, authors).catch(() => null);
    const ranked = rankFeed({ posts, affinity: affinity ?? new Map(), limit });
    send(response, 200, { version, personalised: affinity !== null, posts: ranked });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
