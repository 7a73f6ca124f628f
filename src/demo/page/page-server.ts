import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import type { CiDesk } from "../ci-desk.ts";
import type { LocalSlack } from "../gateway/local-slack.ts";
import type { Workspace } from "../gateway/workspace.ts";
import { readBody } from "../http/read-body.ts";
import { sendJson, sendText } from "../http/send.ts";
import { type RunningServer, startServer } from "../http/start-server.ts";
import type { SampleWorld } from "../sample-world.ts";
import { readAssets } from "./assets.ts";
import { createLiveUpdates } from "./live-updates.ts";
import { act } from "./page-actions.ts";
import { createRegions } from "./regions.ts";
import { PICTURES } from "./render-image.ts";
import { renderPage } from "./render-page.ts";
import { watchWorld } from "./watch-world.ts";

export interface PageServerOptions {
  readonly slack: LocalSlack;
  readonly world: SampleWorld;
  readonly ci: CiDesk;
  readonly workspace: Workspace;
  /** Id of the person whose change every build is. */
  readonly author: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Nothing but what this server serves, and no page of another may frame it. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;
const LOCAL_NAMES: readonly string[] = ["127.0.0.1", "localhost"];

/**
 * Serves the page of the demo on loopback:
 *
 * - `GET /?as=&channel=&thread=` the page, `GET /view?…` the parts of it that change, as JSON
 * - `GET /files/<id>` a picture that the app uploaded
 * - `GET /events` server-sent events: `slack` (ask again), `world` (the world panel)
 * - `POST /do/<action>` with JSON: `command`, `click`, `submit`, `close`, `job`, `world`
 *
 * @throws Error of Node when the port is taken
 */
export async function startPageServer(options: PageServerOptions): Promise<RunningServer> {
  const { slack, world, ci, port, clock, logger } = options;
  const assets = await readAssets();
  const updates = createLiveUpdates();
  const worldState = watchWorld({ world, ci, clock, logger, updates });
  const regions = createRegions({ ...options, worldState: worldState.state });
  const unsubscribe = slack.subscribe(() => updates.tell("slack", ""));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const url = new URL(request.url ?? "/", "http://localhost");
    // Another site could name this address as its own, and then read it.
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    if (!LOCAL_NAMES.includes(host)) return sendText(response, 403, "only for this machine\n");
    if (request.method === "POST") return take(request, response, url);
    if (request.method !== "GET") return sendText(response, 405, "send GET or POST\n");
    const asset = assets.get(url.pathname);
    if (asset !== undefined) {
      response.writeHead(200, { "content-type": asset.type });
      response.end(asset.body);
      return;
    }
    if (url.pathname.startsWith(PICTURES)) return sendPicture(response, url.pathname);
    switch (url.pathname) {
      case "/": {
        const { view, title, parts } = regions(url.searchParams);
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
        response.end(renderPage(view, title, parts));
        return;
      }
      case "/view": {
        const { view, title, parts } = regions(url.searchParams);
        const markup = Object.entries(parts).map(([name, { html }]) => [name, html]);
        return sendJson(response, 200, {
          ...{ title, person: view.person.id, channel: view.channel.id },
          regions: Object.fromEntries(markup),
        });
      }
      case "/events":
        updates.connect(response);
        return worldState.look();
      default:
        return sendText(response, 404, "there is no such page\n");
    }
  }

  function sendPicture(response: ServerResponse, path: string): void {
    const bytes = slack.picture(path.slice(PICTURES.length));
    if (bytes === null) {
      sendText(response, 404, "there is no such picture\n");
    } else {
      response.writeHead(200, { "content-type": "image/png" });
      response.end(bytes);
    }
  }

  async function take(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    // A form of another site cannot send this media type without being asked first.
    if (request.headers["content-type"] !== "application/json") {
      return sendText(response, 415, "send application/json\n");
    }
    const body = await readBody(request);
    if (body === null) return sendText(response, 413, "that is too long\n");
    const result = await act(url.pathname.replace("/do/", ""), parsed(body), options);
    if (result === null) return sendText(response, 404, "there is no such action\n");
    sendJson(response, 200, result);
    await worldState.look();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      logger.error({ error: errorText(error), url: request.url }, "the page could not answer");
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { kind: "problem", message: errorText(error) });
    });
  });
  const running = await startServer(server, port);
  return {
    url: running.url,
    close: async () => {
      unsubscribe();
      await worldState.close();
      updates.close();
      await running.close();
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
