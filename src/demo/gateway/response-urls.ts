import { randomUUID } from "node:crypto";
import { type Arguments, text } from "./answer.ts";
import { unknownPictures } from "./file-methods.ts";
import type { Gateway } from "./gateway.ts";
import { content } from "./message-methods.ts";
import { BOT_USER_ID } from "./workspace.ts";

const USES = 5;
const LIFE = 30 * 60 * 1000;

interface ResponseUrl {
  readonly user: string;
  readonly channel: string;
  readonly expiresAt: number;
  uses: number;
}

/** The addresses at which a person is answered after the acknowledgement: five times, in half an hour. */
export interface ResponseUrls {
  /** The path of a new address. */
  make(user: string, channel: string): string;
  /** What is posted there. Returns the HTTP status. */
  receive(path: string, body: Arguments): number;
  /** As if half an hour had passed. */
  expire(): void;
}

export function createResponseUrls(gateway: Gateway): ResponseUrls {
  const urls = new Map<string, ResponseUrl>();
  return {
    make(user, channel) {
      const path = `/response/${randomUUID()}`;
      urls.set(path, { user, channel, expiresAt: gateway.now() + LIFE, uses: 0 });
      return path;
    },
    receive(path, body) {
      const url = urls.get(path);
      if (url === undefined || url.uses >= USES || gateway.now() >= url.expiresAt) return 404;
      url.uses += 1;
      const { text: words, blocks } = content(body);
      if (gateway.checkBlocks("message", blocks).length > 0) return 400;
      if (unknownPictures(blocks, gateway.files).length > 0) return 400;
      if (words === "" && blocks.length === 0) return 400;
      showToOne(gateway, url, body);
      return 200;
    },
    expire: () => urls.clear(),
  };
}

let answers = 0;

/** Shows an app's answer to the one person who asked, or to the channel where the app says so. */
export function showToOne(
  gateway: Gateway,
  to: { readonly user: string; readonly channel: string },
  body: Arguments,
): void {
  answers += 1;
  gateway.log.post({
    ...content(body),
    channel: to.channel,
    ts: `${Math.floor(gateway.now() / 1000)}.9${String(answers).padStart(5, "0")}`,
    threadTs: text(body, "thread_ts") || null,
    user: BOT_USER_ID,
    metadata: null,
    broadcast: false,
    edited: false,
    onlyFor: text(body, "response_type") === "in_channel" ? null : to.user,
  });
}
