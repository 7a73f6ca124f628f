import { createVerify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { actionRoutes, type DispatchAnswer } from "./fake-github/action-routes.ts";
import {
  type GitHubAnswer,
  GitHubRefusal,
  type GitHubRequest,
  notFound,
} from "./fake-github/answer.ts";
import { commitRoutes } from "./fake-github/commit-routes.ts";
import { deploymentRoutes } from "./fake-github/deployment-routes.ts";
import { type FakeRepository, fakeRepository } from "./fake-github/repository.ts";

/**
 * `lost` and `error` meet the next such request that takes effect, whose answer is then cut off, or is a
 * 500. `silence`: no answer.
 */
export type Trouble = "lost" | "error" | "silence" | GitHubAnswer;

export interface FakeGitHub {
  readonly url: string;
  /** Makes a repository, or returns the one of this name. */
  repository(name: string): FakeRepository;
  /** `POST /repos/acme/feed/deployments`, in order. */
  calls(): readonly string[];
  requests(): readonly GitHubRequest[];
  /** The next request that matches `METHOD /path` meets this trouble. */
  troubleNext(call: RegExp, trouble: Trouble): void;
  /** Nothing is answered any more. */
  goSilent(): void;
  /** Resolves when a request was met with silence. */
  asked(): Promise<void>;
  answerDispatches(how: DispatchAnswer): void;
  /** Whether lists show new runs at once. */
  listRuns(listed: boolean): void;
  close(): Promise<void>;
}

export interface FakeGitHubOptions {
  readonly now: () => number;
  /** The token that is accepted. */
  readonly token: string;
  /** An App that is installed on the repositories of one owner. */
  readonly app?: {
    readonly id: string;
    readonly publicKey: string;
    readonly owner: string;
    readonly installation: number;
  };
}

const INSTALLATION_TOKEN = "ghs_installation_token_of_the_fake";

/**
 * GitHub's REST API on the loopback interface: deployments, their statuses, workflow runs, commits and
 * comparisons, as strict about requests as GitHub is, and stricter: it refuses members it does not know.
 */
export async function startFakeGitHub(options: FakeGitHubOptions): Promise<FakeGitHub> {
  const repositories = new Map<string, FakeRepository>();
  const requests: GitHubRequest[] = [];
  const troubles: { readonly call: RegExp; readonly trouble: Trouble }[] = [];
  let dispatchAnswer: DispatchAnswer = "details";
  let listsRuns = true;
  let silent = false;
  let onAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });

  function route(request: GitHubRequest): GitHubAnswer {
    const [root, owner = "", repo = "", ...rest] = request.path
      .split("/")
      .slice(1)
      .map(decodeURIComponent);
    const appAnswer = appRoutes(request, options.app);
    if (appAnswer !== undefined) return appAnswer;
    checkToken(request, options.token);
    const repository = repositories.get(`${owner}/${repo}`);
    if (root !== "repos" || repository === undefined) throw notFound();
    if (rest.length === 0 && request.method === "GET") {
      const { name, defaultBranch } = repository;
      return { status: 200, body: { full_name: name, default_branch: defaultBranch } };
    }
    const now = options.now();
    const answer =
      deploymentRoutes(repository, rest, request, now) ??
      actionRoutes(repository, rest, request, { now, dispatchAnswer, listsRuns }) ??
      commitRoutes(repository, rest, request);
    if (answer === undefined) throw notFound();
    return answer;
  }

  function answerTo(request: GitHubRequest): GitHubAnswer {
    try {
      return route(request);
    } catch (error) {
      if (!(error instanceof GitHubRefusal)) throw error;
      const { status, message, errors } = error;
      const documentation_url = "https://docs.github.com/rest";
      return { status, body: { message, documentation_url, ...(errors ? { errors } : {}) } };
    }
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    requests.push(request);
    const call = `${request.method} ${request.path}`;
    const position = troubles.findIndex((one) => one.call.test(call));
    const trouble = troubles[position]?.trouble;
    const met = () => void troubles.splice(position, 1);
    if (silent || trouble === "silence") {
      if (trouble === "silence") met();
      onAsked();
      return;
    }
    if (typeof trouble === "object") {
      met();
      send(response, trouble, options.now());
      return;
    }
    const answer = answerTo(request);
    if (trouble === undefined || answer.status >= 400) return send(response, answer, options.now());
    met();
    if (trouble === "lost") response.destroy();
    else send(response, { status: 500, body: { message: "Server Error" } }, options.now());
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      response.writeHead(599).end(String(error));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository: (name) => {
      const repository = repositories.get(name) ?? fakeRepository(name);
      repositories.set(name, repository);
      return repository;
    },
    requests: () => requests,
    calls: () => requests.map(({ method, path }) => `${method} ${path}`),
    troubleNext: (call, trouble) => void troubles.push({ call, trouble }),
    goSilent: () => {
      silent = true;
    },
    asked: () => asked,
    answerDispatches: (how) => {
      dispatchAnswer = how;
    },
    listRuns: (listed) => {
      listsRuns = listed;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<GitHubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://github.example");
  return {
    method: incoming.method ?? "GET",
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

function send(
  response: ServerResponse,
  { status, body, headers }: GitHubAnswer,
  now: number,
): void {
  response.writeHead(status, {
    date: new Date(now).toUTCString(),
    ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...headers,
  });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

function checkToken({ headers }: GitHubRequest, token: string): void {
  const { authorization } = headers;
  if (headers["user-agent"] === undefined) {
    throw new GitHubRefusal(403, "Request forbidden by administrative rules.");
  }
  if (authorization === undefined) throw notFound();
  const accepted = [token, INSTALLATION_TOKEN].flatMap((one) => [`token ${one}`, `Bearer ${one}`]);
  if (!accepted.includes(String(authorization))) throw new GitHubRefusal(401, "Bad credentials");
}

/** What an App does with its JWT before it has a token. */
function appRoutes(
  { method, path, headers }: GitHubRequest,
  app: FakeGitHubOptions["app"],
): GitHubAnswer | undefined {
  const [, owner] = /^\/repos\/([^/]+)\/[^/]+\/installation$/.exec(path) ?? [];
  const [, installation] = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(path) ?? [];
  if (owner === undefined && installation === undefined) return undefined;
  if (app === undefined || !isSignedBy(app, String(headers.authorization ?? ""))) {
    throw new GitHubRefusal(401, "A JSON web token could not be decoded");
  }
  if (owner === app.owner && method === "GET")
    return { status: 200, body: { id: app.installation } };
  if (installation === String(app.installation) && method === "POST") {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return { status: 201, body: { token: INSTALLATION_TOKEN, expires_at, permissions: {} } };
  }
  throw notFound();
}

function isSignedBy(app: NonNullable<FakeGitHubOptions["app"]>, authorization: string): boolean {
  const [header = "", claims = "", signature = ""] = authorization
    .replace(/^bearer /i, "")
    .split(".");
  const { iss } = JSON.parse(Buffer.from(claims, "base64url").toString() || "{}") as {
    iss?: unknown;
  };
  const verify = createVerify("RSA-SHA256").update(`${header}.${claims}`);
  return (
    String(iss) === app.id && verify.verify(app.publicKey, Buffer.from(signature, "base64url"))
  );
}
