import type { Answer, Arguments } from "./answer.ts";
import type { ChannelBook } from "./channel-book.ts";
import type { FileStore } from "./file-store.ts";
import type { MessageLog } from "./message-log.ts";
import type { OpenViews } from "./open-views.ts";
import type { Upstream } from "./upstream.ts";
import type { LocalGroup, Workspace } from "./workspace.ts";

type Surface = "message" | "modal" | "home";

/** What Slack would find wrong with some blocks, one sentence each. */
export type CheckBlocks = (surface: Surface, blocks: readonly unknown[]) => readonly string[];

/** Everything that a method of the gateway works on. */
export interface Gateway {
  readonly workspace: Workspace;
  /** By id; the workspace's own to begin with. */
  readonly groups: Map<string, LocalGroup>;
  readonly channels: ChannelBook;
  readonly upstream: Upstream;
  readonly log: MessageLog;
  readonly files: FileStore;
  /** Of the gateway itself, once it listens. */
  readonly url: () => string;
  readonly views: OpenViews;
  readonly checkBlocks: CheckBlocks;
  readonly now: () => number;
  /** Trigger ids that are on their way, with the person each belongs to. */
  readonly triggers: Map<string, string>;
  /** The channel of the app's direct messages with a person. */
  readonly directMessages: Map<string, string>;
}

/** A Web API method that the gateway answers itself, or puts something around. */
type Method = (args: Arguments, gateway: Gateway) => Promise<Answer> | Answer;

export type Methods = Readonly<Record<string, Method>>;
