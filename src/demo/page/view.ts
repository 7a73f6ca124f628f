import type { LocalSlack } from "../gateway/local-slack.ts";
import type { LocalPerson, Workspace } from "../gateway/workspace.ts";

/** What one browser looks at, and as whom. It stands in the address, so that a reload shows the same. */
export interface View {
  readonly person: LocalPerson;
  readonly channel: Channel;
  /** The message whose thread is open; null: none is. */
  readonly thread: string | null;
}

export interface Channel {
  readonly id: string;
  /** As the address names it. */
  readonly name: string;
  readonly kind: "channel" | "direct";
}

/** How the address calls the app's direct messages. */
const DIRECT = "slipway";

/** The channels that a person can open, in the order of the list. */
export function channelsOf(
  slack: LocalSlack,
  workspace: Workspace,
  person: LocalPerson,
): readonly Channel[] {
  const channels = workspace.channels.map(({ name }) => ({
    id: slack.channelId(name),
    name,
    kind: "channel" as const,
  }));
  const [direct] = slack.directMessages(person.id);
  if (direct === undefined) return channels;
  return [...channels, { id: direct.channel, name: DIRECT, kind: "direct" }];
}

/** Reads an address. What it does not say, or says wrongly, is the first that there is. */
export function readView(
  parameters: URLSearchParams,
  slack: LocalSlack,
  workspace: Workspace,
): View {
  const person = named(workspace.people, parameters.get("as"));
  const channel = named(channelsOf(slack, workspace, person), parameters.get("channel"));
  const ts = parameters.get("thread") ?? "";
  const thread = slack.thread(channel.id, ts).some((message) => message.ts === ts) ? ts : null;
  return { person, channel, thread };
}

/** The address of a view, relative to the page. */
export function addressOf(
  view: View,
  change: {
    readonly person?: LocalPerson;
    readonly channel?: Channel;
    readonly thread?: string | null;
  } = {},
): string {
  const { person, channel, thread } = { ...view, ...change };
  const parameters = new URLSearchParams({ as: person.name, channel: channel.name });
  if (thread !== null) parameters.set("thread", thread);
  return `/?${parameters}`;
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string | null): T {
  const found = all.find((candidate) => candidate.name === name) ?? all[0];
  if (found === undefined) throw new Error("the workspace of the demo is empty");
  return found;
}
