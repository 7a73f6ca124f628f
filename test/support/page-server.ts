import { createServer } from "node:http";
import { type RunningServer, startServer } from "../../src/demo/http/start-server.ts";

export interface PageServer extends RunningServer {
  /** What the next request is answered with. */
  show(page: { readonly status?: number; readonly text: string }): void;
  /** The paths that were asked for, in order. */
  paths(): readonly string[];
  /** Resolves when so many requests have been answered in all. */
  answered(count: number): Promise<void>;
}

/** A real server on loopback that shows one page. */
export async function startPageServer(): Promise<PageServer> {
  let page: { readonly status?: number; readonly text: string } = { text: "" };
  const paths: string[] = [];
  let served = 0;
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    response.writeHead(page.status ?? 200, { "content-type": "text/plain" });
    response.end(page.text, () => {
      served += 1;
      for (const { count, resolve } of waiting) if (served >= count) resolve();
    });
  });
  return {
    ...(await startServer(server, 0)),
    show: (next) => {
      page = next;
    },
    paths: () => paths,
    answered: (count) =>
      new Promise((resolve) => {
        if (served >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}
