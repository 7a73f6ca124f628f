import { type Answer, refused } from "./answer.ts";
import type { Upstream } from "./upstream.ts";
import { BOT_USER_ID, type LocalChannel, type Workspace } from "./workspace.ts";

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly private: boolean;
  readonly members: Set<string>;
  archived: boolean;
}

/** The channels of the workspace: their ids, and who is in them. */
export interface ChannelBook {
  /** @throws Error when there is no channel of that name */
  idOf(name: string): string;
  nameOf(id: string): string;
  isPrivate(id: string): boolean;
  has(id: string, user: string): boolean;
  /** Ids of the channels that the app is in. */
  ofApp(): readonly string[];
  addApp(id: string): void;
  removeApp(id: string): void;
  archive(id: string): void;
  /** What Slack answers to the app instead of letting it in; null where it may. */
  barred(id: string): Answer | null;
}

/** Makes the emulator's channels have the members that the workspace says. */
export async function openChannels(upstream: Upstream, workspace: Workspace): Promise<ChannelBook> {
  const entries = new Map<string, Entry>();
  const listed = await upstream.asAdmin("conversations.list", {
    types: "public_channel,private_channel",
    limit: 1000,
  });
  const ids = new Map(
    (listed.channels as readonly { id: string; name: string }[]).map(({ id, name }) => [name, id]),
  );
  for (const channel of workspace.channels) {
    const id = ids.get(channel.name);
    if (id === undefined) throw new Error(`the emulator has no channel ${channel.name}`);
    const members = membersOf(channel, workspace);
    if (members.length > 0) {
      await upstream.asAdmin("conversations.invite", { channel: id, users: members.join(",") });
    }
    entries.set(id, {
      id,
      name: channel.name,
      private: channel.private ?? false,
      members: new Set(members),
      archived: false,
    });
  }

  const entry = (id: string) => entries.get(id);
  return {
    idOf(name) {
      const found = [...entries.values()].find((candidate) => candidate.name === name);
      if (found === undefined)
        throw new Error(`there is no channel ${name} in the local workspace`);
      return found.id;
    },
    nameOf: (id) => entry(id)?.name ?? "directmessage",
    isPrivate: (id) => entry(id)?.private ?? false,
    has: (id, user) => entry(id)?.members.has(user) ?? false,
    ofApp: () => [...entries.values()].filter((e) => e.members.has(BOT_USER_ID)).map((e) => e.id),
    addApp: (id) => entry(id)?.members.add(BOT_USER_ID),
    removeApp: (id) => entry(id)?.members.delete(BOT_USER_ID),
    archive(id) {
      const found = entry(id);
      if (found !== undefined) found.archived = true;
    },
    barred(id) {
      // Direct messages are the emulator's own.
      if (id.startsWith("D") || id.startsWith("U")) return null;
      const found = entry(id);
      if (found === undefined) return refused("channel_not_found");
      if (found.archived) return refused("is_archived");
      if (found.members.has(BOT_USER_ID)) return null;
      return refused(found.private ? "channel_not_found" : "not_in_channel");
    },
  };
}

function membersOf(channel: LocalChannel, workspace: Workspace): readonly string[] {
  const people = channel.members ?? workspace.people.map(({ id }) => id);
  return channel.app === false ? people : [...people, BOT_USER_ID];
}
