import type { Post } from "./rank-feed.ts";

/** Where the feed gets what it ranks. Both reject when an answer does not come, or is not an answer. */
export interface FeedSources {
  /** The posts that a member may see. */
  posts(member: string): Promise<readonly Post[]>;
  /** Probability that the member connects with each author; authors without a score are left out. */
  affinity(member: string, authors: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

export interface HttpSourcesOptions {
  /** Base address of the store of posts. */
  readonly postsUrl: string;
  /** Base address of the model. */
  readonly scoresUrl: string;
  /** What this service calls itself towards the store, e.g. `svc-feed@2.3.0`. */
  readonly reader: string;
  /** Milliseconds that one look-up may take. */
  readonly timeout: number;
}

/** The sources over HTTP. */
export function createHttpSources(options: HttpSourcesOptions): FeedSources {
  const { postsUrl, scoresUrl, reader, timeout } = options;

  async function getJson(url: string): Promise<unknown> {
    const response = await fetch(url, {
      headers: { "x-reader": reader },
      signal: AbortSignal.timeout(timeout),
    });
    if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
    return response.json();
  }

  return {
    posts: async (member) =>
      readPosts(await getJson(`${postsUrl}/feed-posts/${encodeURIComponent(member)}`)),
    affinity: async (member, authors) => {
      const query = new URLSearchParams({ member, others: authors.join(",") });
      return readAffinity(await getJson(`${scoresUrl}/models/pymk/affinity?${query}`));
    },
  };
}

function readPosts(body: unknown): readonly Post[] {
  if (!Array.isArray(body) || !body.every(isPost)) throw new Error("the store sent no posts");
  return body;
}

function isPost(value: unknown): value is Post {
  if (typeof value !== "object" || value === null) return false;
  const { id, author, age } = value as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof author === "string" &&
    typeof age === "number" &&
    Number.isFinite(age) &&
    age >= 0
  );
}

function readAffinity(body: unknown): ReadonlyMap<string, number> {
  if (typeof body !== "object" || body === null) throw new Error("the model sent no scores");
  const scores = Object.entries(body).filter((entry): entry is [string, number] => {
    const [, score] = entry;
    return typeof score === "number" && score >= 0 && score <= 1;
  });
  return new Map(scores);
}
