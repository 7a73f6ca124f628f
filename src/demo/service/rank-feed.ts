/** Something that may be shown in a feed. */
export interface Post {
  readonly id: string;
  readonly author: string;
  /** Hours since it was posted; not negative. */
  readonly age: number;
}

export interface RankedPost extends Post {
  readonly score: number;
}

/** After this many hours a post counts half. */
const HALF_LIFE_HOURS = 24;
/** More posts of one author than this in a row of a feed are not shown. */
const POSTS_PER_AUTHOR = 2;

export interface RankRequest {
  readonly posts: readonly Post[];
  /** Probability, by author, that the reader connects with them. An author who is not scored counts 0.1. */
  readonly affinity: ReadonlyMap<string, number>;
  readonly limit: number;
}

const UNSCORED = 0.1;

/** The best posts first: affinity, halved with each day of age, and no author more than twice. */
export function rankFeed({ posts, affinity, limit }: RankRequest): readonly RankedPost[] {
  const shown = new Map<string, number>();
  return posts
    .map((post) => ({ ...post, score: scoreOf(post, affinity) }))
    .toSorted((left, right) => right.score - left.score)
    .filter(({ author }) => {
      const count = (shown.get(author) ?? 0) + 1;
      shown.set(author, count);
      return count <= POSTS_PER_AUTHOR;
    })
    .slice(0, limit);
}

function scoreOf(post: Post, affinity: ReadonlyMap<string, number>): number {
  return (affinity.get(post.author) ?? UNSCORED) * 0.5 ** (post.age / HALF_LIFE_HOURS);
}
