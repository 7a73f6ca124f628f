import type { Build, Gap } from "../../core/build.ts";
import type { Json } from "../../core/json.ts";
import type { HttpAnswer, HttpRequest } from "../http-exchange.ts";

/** What a source's API answered to one question. */
export type ApiAnswer =
  | { readonly kind: "found"; readonly value: unknown }
  /** It will not answer otherwise later. `why` completes "… is not known: ". */
  | { readonly kind: "refused"; readonly why: string };

/**
 * Asks the source's own API, and nobody else: `path` is added to the configured address.
 * @throws AdapterError, retryable, while it may yet answer
 */
export type AskApi = (
  path: string,
  query: Readonly<Record<string, string>>,
  headers?: Readonly<Record<string, string>>,
) => Promise<ApiAnswer>;

export interface LookupRequest {
  /** What the event said. */
  readonly build: Build;
  readonly lookup: Readonly<Record<string, Json>>;
  /** `owner/name` of the component, for a commit that names no repository; null: it has none. */
  readonly repository: string | null;
  readonly ask: AskApi;
  /** The configured address, for links that people follow. */
  readonly url: string;
  /** What is configured to ask with; null: nothing. */
  readonly token: string | null;
  /** One request and its answer, for systems that `ask` cannot ask: see `exchange`. */
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
}

/** Reads what one type of system knows of a build beyond its event. */
export interface LookupReader {
  /**
   * The build with all that could be had; what could not is one of its gaps.
   * @throws AdapterError, retryable, while more may yet be had
   */
  read(request: LookupRequest): Promise<Build>;
}

export function withGaps(build: Build, gaps: readonly Gap[]): Build {
  return gaps.length === 0 ? build : { ...build, gaps: [...(build.gaps ?? []), ...gaps] };
}
