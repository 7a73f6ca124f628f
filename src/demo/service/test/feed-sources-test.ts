import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import { createHttpSources, type FeedSources } from "../feed-sources.ts";

describe("the sources over HTTP", () => {
  let answer: unknown = [];
  let status = 200;
  let asked = { path: "", reader: "" };
  let server: Server;
  let sources: FeedSources;

  before(async () => {
    server = createServer((request, response) => {
      asked = { path: request.url ?? "", reader: String(request.headers["x-reader"]) };
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const base = `http://127.0.0.1:${address.port}`;
    sources = createHttpSources({
      postsUrl: `${base}/views`,
      scoresUrl: base,
      reader: "svc-feed@9.9.9",
      timeout: 5000,
    });
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it("read posts, and say who reads", async () => {
    status = 200;
    answer = [{ id: "a", author: "m1", age: 3 }];
    assert.deepEqual(await sources.posts("m7"), answer);
    assert.deepEqual(asked, { path: "/views/feed-posts/m7", reader: "svc-feed@9.9.9" });
  });

  it("reject what is no list of posts", async () => {
    status = 200;
    for (const garbage of [{}, null, [null], [{ id: "a", author: "m1", age: "old" }]]) {
      answer = garbage;
      await assert.rejects(sources.posts("m7"), /the store sent no posts/);
    }
  });

  it("read scores, and leave out what is no probability", async () => {
    status = 200;
    answer = { m1: 0.25, m2: null, m3: 7 };
    assert.deepEqual(await sources.affinity("m7", ["m1", "m2", "m3"]), new Map([["m1", 0.25]]));
    assert.equal(asked.path, "/models/pymk/affinity?member=m7&others=m1%2Cm2%2Cm3");
  });

  it("reject an answer that says it failed", async () => {
    status = 500;
    await assert.rejects(sources.posts("m7"), /answered 500/);
    await assert.rejects(sources.affinity("m7", []), /answered 500/);
  });
});
