/** A message as the people of the workspace see it. */
export interface LocalMessage {
  readonly channel: string;
  readonly ts: string;
  /** The message that this one answers in its thread; null outside of threads. */
  readonly threadTs: string | null;
  /** Who wrote it. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
  readonly metadata: unknown;
  /** A reply that the channel shows too. */
  readonly broadcast: boolean;
  readonly edited: boolean;
  /** The one person who sees it; null for everybody. */
  readonly onlyFor: string | null;
}

export type LocalChange =
  | { readonly kind: "posted"; readonly message: LocalMessage }
  | { readonly kind: "edited"; readonly message: LocalMessage }
  | { readonly kind: "deleted"; readonly message: LocalMessage }
  /** A modal was opened, changed or closed. */
  | { readonly kind: "views"; readonly user: string };

export type LocalListener = (change: LocalChange) => void;

/** Every message that the workspace shows, and whoever wants to hear of changes. */
export interface MessageLog {
  post(message: LocalMessage): void;
  edit(channel: string, ts: string, content: Pick<LocalMessage, "text" | "blocks">): void;
  remove(channel: string, ts: string): void;
  find(channel: string, ts: string): LocalMessage | null;
  /** What the channel itself shows, oldest first: no replies but those told to the channel too. */
  channel(channel: string): readonly LocalMessage[];
  /** A message and its replies, oldest first. */
  thread(channel: string, ts: string): readonly LocalMessage[];
  onlyFor(user: string): readonly LocalMessage[];
  tell(change: LocalChange): void;
  subscribe(listener: LocalListener): () => void;
}

export function createMessageLog(): MessageLog {
  const messages: LocalMessage[] = [];
  const listeners = new Set<LocalListener>();

  function indexOf(channel: string, ts: string): number {
    return messages.findIndex((message) => message.channel === channel && message.ts === ts);
  }

  function tell(change: LocalChange): void {
    for (const listener of listeners) listener(change);
  }

  return {
    post(message) {
      messages.push(message);
      tell({ kind: "posted", message });
    },
    edit(channel, ts, content) {
      const index = indexOf(channel, ts);
      const present = messages[index];
      if (present === undefined) return;
      const message = { ...present, ...content, edited: true };
      messages[index] = message;
      tell({ kind: "edited", message });
    },
    remove(channel, ts) {
      const index = indexOf(channel, ts);
      const [message] = index === -1 ? [] : messages.splice(index, 1);
      if (message !== undefined) tell({ kind: "deleted", message });
    },
    find: (channel, ts) => messages[indexOf(channel, ts)] ?? null,
    channel: (channel) =>
      messages.filter(
        (message) =>
          message.channel === channel &&
          message.onlyFor === null &&
          (message.threadTs === null || message.broadcast),
      ),
    thread: (channel, ts) =>
      messages.filter(
        (message) =>
          message.channel === channel &&
          message.onlyFor === null &&
          (message.ts === ts || message.threadTs === ts),
      ),
    onlyFor: (user) => messages.filter((message) => message.onlyFor === user),
    tell,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
