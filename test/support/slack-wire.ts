import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LocalSlack, LocalSlackOptions } from "../../src/demo/gateway/local-slack.ts";
import {
  APP_TOKEN,
  BOT_ID,
  BOT_TOKEN,
  BOT_USER_ID,
  SIGNING_SECRET,
} from "../../src/demo/gateway/workspace.ts";
import { createSlackAnswers } from "../../src/effects/slack/answers.ts";
import { HttpReceiver } from "../../src/intake/slack/http-receiver.ts";
import { createSlackApp } from "../../src/intake/slack/slack-app.ts";
import { SocketReceiver } from "../../src/intake/slack/socket-receiver.ts";
import { captureLogs, type LogLine } from "./captured-logger.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { type FakeDesk, fakeDesk, openModalsWith } from "./fake-desk.ts";
import { clientOf } from "./slack-clients.ts";
import { startWorkspace } from "./slack-workspace.ts";

/** Bolt with our listeners on the wire, against a local Slack; everything behind the desk is a fake. */
export interface SlackWire {
  readonly slack: LocalSlack;
  readonly desk: FakeDesk;
  readonly clock: FakeClock;
  readonly logged: readonly LogLine[];
  /** How often Slack told us that user groups changed. */
  groupsChanged(): number;
  stop(): Promise<void>;
}

export interface HttpWire extends SlackWire {
  readonly receiver: HttpReceiver;
  /** Where Slack posts to. */
  readonly url: string;
}

export interface SocketWire extends SlackWire {
  readonly receiver: SocketReceiver;
}

export async function startHttpWire(options: Partial<LocalSlackOptions> = {}): Promise<HttpWire> {
  const clock = createFakeClock();
  const { logger: log, lines } = captureLogs();
  const receiver = new HttpReceiver({ signingSecret: SIGNING_SECRET, clock, log });
  const server = serve(receiver, clock);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  const slack = await startWorkspace({ now: clock.now, ...options });
  slack.listenAt(url);
  const wired = await wire(slack, receiver, clock, log);
  return {
    ...wired,
    logged: lines,
    receiver,
    url,
    async stop() {
      await receiver.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await slack.close();
    },
  };
}

/** Several processes of one app, each with a connection of its own, at one Slack. */
export async function startSocketWires(count: number): Promise<readonly SocketWire[]> {
  const clock = createFakeClock();
  const slack = await startWorkspace({ now: clock.now });
  const wires: SocketWire[] = [];
  for (let n = 0; n < count; n += 1) wires.push(await socketWire(slack, clock));
  return wires;
}

export async function startSocketWire(): Promise<SocketWire> {
  const clock = createFakeClock();
  return socketWire(await startWorkspace({ now: clock.now }), clock);
}

async function socketWire(slack: LocalSlack, clock: FakeClock): Promise<SocketWire> {
  const { logger: log, lines } = captureLogs();
  const receiver = new SocketReceiver({ appToken: APP_TOKEN, apiUrl: slack.apiUrl, clock, log });
  const wired = await wire(slack, receiver, clock, log);
  await receiver.start();
  return {
    ...wired,
    logged: lines,
    receiver,
    async stop() {
      await receiver.stop();
      await slack.close();
    },
  };
}

async function wire(
  slack: LocalSlack,
  receiver: HttpReceiver | SocketReceiver,
  clock: FakeClock,
  log: ReturnType<typeof captureLogs>["logger"],
) {
  const answers = createSlackAnswers(clientOf(slack));
  const desk = fakeDesk();
  desk.openModal = (triggerId, request) => {
    desk.modals.push(request);
    return openModalsWith(answers)(triggerId, request);
  };
  let groupsChanged = 0;
  await createSlackApp({
    receiver,
    token: BOT_TOKEN,
    apiUrl: slack.apiUrl,
    identity: { botId: BOT_ID, botUserId: BOT_USER_ID },
    context: { desk, answers, clock, log },
    onGroupsChanged() {
      groupsChanged += 1;
    },
  });
  return { slack, desk, clock, groupsChanged: () => groupsChanged };
}

/** The least server that can stand in front of the receiver: bytes in, answer out. */
function serve(receiver: HttpReceiver, clock: FakeClock): Server {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = request.headers as Readonly<Record<string, string>>;
    const { status, body } = await receiver.handle(Buffer.concat(chunks), headers, clock.now());
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : body === null ? "" : JSON.stringify(body));
  }
  return createServer((request, response) => void answer(request, response));
}
