import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, Probot } from "probot";
import { cpuTime } from "../harness/cpu-time.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { GITHUB_PATH, GITHUB_SECRET } from "./requests.ts";

/**
 * Probot as its documentation serves it from node:http: it verifies the signature and hands the event to
 * one listener. It keeps nothing: what it has answered is gone when the process ends. Its log is off.
 */
await serveParent(async () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const probot = new Probot({ appId: 1, privateKey, secret: GITHUB_SECRET, logLevel: "fatal" });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on("workflow_run.completed", () => {});
    },
    { probot, webhooksPath: GITHUB_PATH },
  );
  const server = createServer((request, response) => {
    void middleware(request, response, () => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ready: (server.address() as AddressInfo).port,
    answer: async () => cpuTime(),
  };
});
