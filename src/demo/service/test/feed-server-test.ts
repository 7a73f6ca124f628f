import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import { after, before, beforeEach, describe, it } from "node:test";
import { createFeedServer } from "../feed-server.ts";
import type { FeedSources } from "../feed-sources.ts";

const working: FeedSources = {
  posts: async () => [
    { id: "a", author: "m1", age: 0 },
    { id: "b", author: "m2", age: 0 },
  ],
  affinity: async () => new Map([["m2", 0.8]]),
};

describe("the feed over HTTP", () => {
  let sources: FeedSources = working;
  let server: Server;
  let url: string;

  before(async () => {
    const switched: FeedSources = {
      posts: (member) => sources.posts(member),
      affinity: (member, authors) => sources.affinity(member, authors),
    };
    server = createFeedServer({ version: "9.9.9", sources: switched });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    url = `http://127.0.0.1:${address.port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    sources = working;
  });

  async function get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, body: await response.json() };
  }

  it("says its version", async () => {
    assert.deepEqual(await get("/healthz"), { status: 200, body: { version: "9.9.9" } });
  });

  it("ranks by the scores of the model", async () => {
    assert.deepEqual(await get("/feed?member=m7"), {
      status: 200,
      body: {
        version: "9.9.9",
        personalised: true,
        posts: [
          { id: "b", author: "m2", age: 0, score: 0.8 },
          { id: "a", author: "m1", age: 0, score: 0.1 },
        ],
      },
    });
  });

  it("falls back to the newest when the model does not answer", async () => {
    sources = { ...working, affinity: () => Promise.reject(new Error("time-out")) };
    const { status, body } = await get("/feed?member=m7&limit=1");
    assert.equal(status, 200);
    assert.deepEqual(body, {
      version: "9.9.9",
      personalised: false,
      posts: [{ id: "a", author: "m1", age: 0, score: 0.1 }],
    });
  });

  it("has no feed without posts", async () => {
    sources = { ...working, posts: () => Promise.reject(new Error("time-out")) };
    assert.equal((await get("/feed?member=m7")).status, 503);
  });

  it("refuses what it does not understand", async () => {
    const paths = [
      "/feed",
      "/feed?member=x",
      "/feed?member=m7&limit=0",
      "/feed?member=m7&limit=1e9",
    ];
    for (const path of paths) assert.equal((await get(path)).status, 400, path);
    assert.equal((await get("/other")).status, 404);
  });
});
