import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Post, rankFeed } from "../rank-feed.ts";

function post(id: string, author: string, age = 0): Post {
  return { id, author, age };
}

function ids(posts: readonly Post[]): readonly string[] {
  return posts.map(({ id }) => id);
}

describe("ranking a feed", () => {
  const affinity = new Map([
    ["m1", 0.9],
    ["m2", 0.5],
  ]);

  it("shows the authors first whom the reader is likely to connect with", () => {
    const posts = [post("a", "m3"), post("b", "m2"), post("c", "m1")];
    assert.deepEqual(ids(rankFeed({ posts, affinity, limit: 10 })), ["c", "b", "a"]);
  });

  it("halves a post's score with each day", () => {
    const [ranked] = rankFeed({ posts: [post("a", "m1", 48)], affinity, limit: 1 });
    assert.equal(ranked?.score, 0.225);
  });

  it("shows a new post of a stranger before an old one of a friend", () => {
    const posts = [post("old", "m1", 24 * 5), post("new", "m3", 0)];
    assert.deepEqual(ids(rankFeed({ posts, affinity, limit: 10 })), ["new", "old"]);
  });

  it("shows no author more than twice", () => {
    const posts = [post("a", "m1"), post("b", "m1"), post("c", "m1"), post("d", "m2")];
    assert.deepEqual(ids(rankFeed({ posts, affinity, limit: 10 })), ["a", "b", "d"]);
  });

  it("shows no more than asked for", () => {
    const posts = [post("a", "m1"), post("b", "m2"), post("c", "m3")];
    assert.deepEqual(ids(rankFeed({ posts, affinity, limit: 2 })), ["a", "b"]);
  });

  it("is empty when there is nothing to show", () => {
    assert.deepEqual(rankFeed({ posts: [], affinity, limit: 10 }), []);
  });
});
