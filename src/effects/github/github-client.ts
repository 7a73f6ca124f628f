import { App, Octokit } from "octokit";
import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import { checkLease } from "../check-lease.ts";

export type GitHubCredentials =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "app"; readonly appId: string; readonly privateKey: string }
  /** Public repositories only, at 60 requests an hour. */
  | { readonly kind: "none" };

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** Access to GitHub, whatever it is given by. */
export interface GitHub {
  /** A client that may act on this repository. Its calls, and this one, fail as octokit's do. */
  forRepository(repository: RepositoryName, signal: AbortSignal): Promise<Octokit>;
}

export interface GitHubOptions {
  readonly credentials: GitHubCredentials;
  /** null: github.com. */
  readonly apiUrl: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keeps writes a second apart, as GitHub asks its clients to. Tests go without. */
  readonly throttle?: boolean;
}

const API_VERSION = "2022-11-28";
/** How long an installation's id is believed: a reinstalled App gets a new one. */
const INSTALLATION_KNOWN_FOR: Milliseconds = 10 * 60_000;

/**
 * Nothing is sent twice by the client itself: the retry plugin re-sends POSTs that may have taken effect,
 * and the throttling plugin would sleep through a rate limit while a job's lease runs out. The worker
 * tries again, and knows when.
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const { credentials, clock } = options;
  const Client = clientClass(options);
  if (credentials.kind !== "app") {
    const client = new Client(credentials.kind === "token" ? { auth: credentials.token } : {});
    return { forRepository: async () => client };
  }

  const { appId, privateKey } = credentials;
  const app = new App({ appId, privateKey, Octokit: Client });
  const installations = new Map<string, { readonly id: number; readonly readAt: number }>();
  return {
    forRepository: async ({ owner, repo }, signal) => {
      const name = `${owner}/${repo}`;
      const known = installations.get(name);
      if (known !== undefined && clock.monotonic() - known.readAt < INSTALLATION_KNOWN_FOR) {
        return app.getInstallationOctokit(known.id);
      }
      const { data } = await app.octokit.rest.apps.getRepoInstallation({
        owner,
        repo,
        request: { signal },
      });
      installations.set(name, { id: data.id, readAt: clock.monotonic() });
      return app.getInstallationOctokit(data.id);
    },
  };
}

/** `owner/name`, or null for what cannot be a repository of GitHub. */
export function parseRepository(name: string | null): RepositoryName | null {
  const match = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)$/.exec(name ?? "");
  const [, owner, repo] = match ?? [];
  return owner === undefined || repo === undefined ? null : { owner, repo };
}

function clientClass({ apiUrl, logger, throttle = true }: GitHubOptions) {
  const waitForNoLimit = () => false;
  return Octokit.plugin(pinApiVersion).defaults({
    userAgent: "slipway",
    ...(apiUrl === null ? {} : { baseUrl: apiUrl.replace(/\/+$/, "") }),
    retry: { enabled: false },
    request: { fetch: fetchInTime },
    throttle: {
      enabled: throttle,
      onRateLimit: waitForNoLimit,
      onSecondaryRateLimit: waitForNoLimit,
    },
    log: {
      debug: () => {},
      info: () => {},
      warn: (words: string) => logger.warn({ words }, "the GitHub client warns"),
      error: (words: string) => logger.error({ words }, "the GitHub client reports an error"),
    },
  });
}

/** At the last moment: the client fetches tokens, and keeps its distance, before it sends. */
async function fetchInTime(address: string, request: RequestInit): Promise<Response> {
  if (request.signal) checkLease(request.signal);
  return fetch(address, request);
}

function pinApiVersion(octokit: Pick<Octokit, "hook">): Record<string, never> {
  octokit.hook.before("request", (request) => {
    request.headers["x-github-api-version"] = API_VERSION;
  });
  return {};
}
