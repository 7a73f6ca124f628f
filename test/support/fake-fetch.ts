/** One request as it was sent. */
export interface SentRequest {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string;
}

/**
 * A `fetch` that answers from a list, one for each call, the last one for ever. An Error is thrown as a
 * failure of the network.
 */
export function fakeFetch(answers: readonly (Error | (() => Response))[]) {
  const sent: SentRequest[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push({
      url: String(input),
      headers: new Headers(init?.headers),
      body: String(init?.body),
      redirect: init?.redirect ?? "follow",
    });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    if (answer === undefined) throw new Error("the test gave no answer");
    if (answer instanceof Error) throw answer;
    return answer();
  };
  return { fetch, sent };
}

/** What Slipway answers. */
export function answered(
  status: number,
  outcome: string,
  headers: Record<string, string> = {},
): () => Response {
  const body = {
    outcome,
    code: outcome,
    message: `it was ${outcome}`,
    delivery: "d",
    releases: [],
  };
  return () => Response.json(body, { status, headers });
}

/** How `fetch` fails when there is nobody to talk to. */
export function networkError(why: string): Error {
  return new TypeError("fetch failed", { cause: new Error(why) });
}
