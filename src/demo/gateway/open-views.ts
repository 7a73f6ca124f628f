import { type Arguments, record, text } from "./answer.ts";
import type { MessageLog } from "./message-log.ts";

/** A modal that somebody has open. */
export interface LocalView {
  readonly id: string;
  readonly hash: string;
  readonly user: string;
  /** The view as the app made it. */
  readonly view: Arguments;
}

export interface OpenViews {
  /** Takes the `view` of Slack's answer to views.open or views.update. */
  show(user: string, view: unknown): void;
  find(id: string): LocalView | null;
  close(id: string): void;
  of(user: string): readonly LocalView[];
}

export function createOpenViews(log: MessageLog): OpenViews {
  const open = new Map<string, LocalView>();
  return {
    show(user, view) {
      const made = record(view);
      if (made === null) return;
      const id = text(made, "id");
      open.set(id, { id, hash: text(made, "hash"), user, view: made });
      log.tell({ kind: "views", user });
    },
    find: (id) => open.get(id) ?? null,
    close(id) {
      const view = open.get(id);
      if (view === undefined) return;
      open.delete(id);
      log.tell({ kind: "views", user: view.user });
    },
    of: (user) => [...open.values()].filter((view) => view.user === user),
  };
}
