import { createServer } from "node:http";
import { openChannels } from "./channel-book.ts";
import { createDeliver, type Delivery } from "./delivery.ts";
import { createFailures, type Failure } from "./failures.ts";
import { createFileStore } from "./file-store.ts";
import type { CheckBlocks, Gateway } from "./gateway.ts";
import { createMessageLog, type LocalListener, type LocalMessage } from "./message-log.ts";
import { createOpenViews, type LocalView } from "./open-views.ts";
import { eventPayload } from "./payloads.ts";
import { createPeopleDoing, type PeopleDoing } from "./people-doing.ts";
import { createResponseUrls } from "./response-urls.ts";
import { attachSocketMode, type SocketMode } from "./socket-mode.ts";
import { startUpstream } from "./upstream.ts";
import { listenForCalls, type RecordedCall } from "./web-api.ts";
import type { LocalGroup, Workspace } from "./workspace.ts";

export interface LocalSlackOptions extends Workspace {
  /** What Slack would find wrong with some blocks; nothing is checked without it. */
  readonly checkBlocks?: CheckBlocks;
  /** Whether to answer 429 as Slack would; false unless said otherwise. */
  readonly rateLimits?: boolean;
  /** The time by which limits and response addresses run; the machine's unless said otherwise. */
  readonly now?: () => number;
}

/** A Slack workspace on this machine, with one app in it. */
export interface LocalSlack extends PeopleDoing {
  /** For SLACK_API_URL. */
  readonly apiUrl: string;
  /** Every call of the Web API, in order. */
  readonly calls: readonly RecordedCall[];
  /** The next calls of a method go wrong. */
  failNext(method: string, failure: Failure, times?: number): void;
  /** Where commands and clicks are posted while the app has no socket open; null: nowhere. */
  listenAt(url: string | null): void;
  readonly socketMode: Omit<SocketMode, "path" | "send" | "close">;
  /** Delivers an event of the Events API. */
  event(event: Readonly<Record<string, unknown>>): Promise<Delivery>;

  channelId(name: string): string;
  /** What a channel shows, oldest first. */
  messages(channel: string): readonly LocalMessage[];
  /** A message and its replies, oldest first. */
  thread(channel: string, ts: string): readonly LocalMessage[];
  /** What the app wrote to one person directly. */
  directMessages(user: string): readonly LocalMessage[];
  /** What only this person sees. */
  onlyFor(user: string): readonly LocalMessage[];
  openViews(user: string): readonly LocalView[];
  closeView(viewId: string): void;
  subscribe(listener: LocalListener): () => void;

  /** What the app uploaded, by Slack's id of it; null: there is no such file. */
  picture(id: string): Uint8Array | null;
  /** A person deletes a file. */
  deletePicture(id: string): void;
  /** A person deletes a message. */
  deleteMessage(channel: string, ts: string): Promise<void>;
  removeAppFrom(channel: string): void;
  archive(channel: string): void;
  setGroup(group: LocalGroup): void;
  /** As if half an hour had passed for every response address. */
  expireResponseUrls(): void;
  close(): Promise<void>;
}

/**
 * Starts the workspace: `emulate` keeps the messages, the gateway in front of it adds what it lacks (user
 * groups, Socket Mode, commands, clicks and modals, response addresses, who may post where, failures).
 */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const upstream = await startUpstream(options);
  const now = options.now ?? Date.now;
  const log = createMessageLog();
  const gateway: Gateway = {
    workspace: options,
    groups: new Map(options.groups.map((group) => [group.id, group])),
    channels: await openChannels(upstream, options),
    upstream,
    log,
    files: createFileStore(now),
    url: () => url,
    views: createOpenViews(log),
    checkBlocks: options.checkBlocks ?? (() => []),
    now,
    triggers: new Map(),
    directMessages: new Map(),
  };
  const failures = createFailures();
  const responseUrls = createResponseUrls(gateway);
  const calls: RecordedCall[] = [];
  const server = createServer();
  const socketMode = attachSocketMode(server);
  const url: string = await listenForCalls(server, {
    gateway,
    failures,
    responseUrls,
    calls,
    rateLimits: options.rateLimits ?? false,
    socketPath: socketMode.path,
  });
  let address: string | null = null;
  const deliver = createDeliver({ socketMode, address: () => address, now: gateway.now });
  let events = 0;

  return {
    ...createPeopleDoing({ gateway, deliver, responseUrls, url }),
    apiUrl: `${url}/api/`,
    calls,
    failNext: failures.add,
    listenAt(target) {
      address = target;
    },
    socketMode,
    event(event) {
      events += 1;
      return deliver("events_api", eventPayload(event, `Ev${events}`));
    },
    channelId: gateway.channels.idOf,
    messages: log.channel,
    thread: log.thread,
    directMessages: (user) => log.channel(gateway.directMessages.get(user) ?? ""),
    onlyFor: log.onlyFor,
    openViews: gateway.views.of,
    closeView: gateway.views.close,
    subscribe: log.subscribe,
    picture: (id) => gateway.files.find(id)?.bytes ?? null,
    deletePicture: gateway.files.remove,
    async deleteMessage(channel, ts) {
      await upstream.call("chat.delete", { channel, ts });
      log.remove(channel, ts);
    },
    removeAppFrom: gateway.channels.removeApp,
    archive: gateway.channels.archive,
    setGroup: (group) => gateway.groups.set(group.id, group),
    expireResponseUrls: responseUrls.expire,
    async close() {
      socketMode.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await upstream.close();
    },
  };
}
