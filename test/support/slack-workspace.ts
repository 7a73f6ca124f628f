import type { CheckBlocks } from "../../src/demo/gateway/gateway.ts";
import {
  type LocalSlack,
  type LocalSlackOptions,
  startLocalSlack,
} from "../../src/demo/gateway/local-slack.ts";

export const ANA = "U0ANA";
export const BEN = "U0BEN";
export const GUEST = "U0GUEST";
export const STRANGER = "U0STRANGER";

const PEOPLE: LocalSlackOptions["people"] = [
  { id: ANA, name: "ana", realName: "Ana Alves", email: "Ana@acme.test" },
  { id: BEN, name: "ben", realName: "Ben Berg", email: "ben@acme.test" },
  { id: GUEST, name: "gus", realName: "Gus Guest", email: "gus@agency.test", guest: true },
  {
    id: STRANGER,
    name: "sue",
    realName: "Sue Stranger",
    email: "sue@other.test",
    team: "T0OTHER",
  },
];

const GROUPS: LocalSlackOptions["groups"] = [
  { id: "S0MLLEADS", handle: "ml-leads", members: [ANA, BEN] },
  { id: "S0SRE", handle: "sre", members: [BEN] },
];

/** Two people, a guest, a stranger, two groups; `releases`, `quiet` without the app, `secret` private. */
export function startWorkspace(options: Partial<LocalSlackOptions> = {}): Promise<LocalSlack> {
  return startLocalSlack({
    people: PEOPLE,
    groups: GROUPS,
    channels: [
      { name: "releases" },
      { name: "ml-releases" },
      { name: "quiet", app: false },
      { name: "secret", private: true },
      { name: "hidden", private: true, app: false },
    ],
    checkBlocks: refuseUnknownBlocks,
    ...options,
  });
}

const KNOWN_BLOCKS = ["section", "context", "header", "divider", "actions", "input", "rich_text"];

/** The least that Slack refuses: a block type that it does not know, more blocks than fit. */
const refuseUnknownBlocks: CheckBlocks = (surface, blocks) => {
  const limit = surface === "message" ? 50 : 100;
  const unknown = blocks.filter(
    (block) => !KNOWN_BLOCKS.includes((block as { readonly type: string }).type),
  );
  return [
    ...unknown.map((block) => `unknown block type ${(block as { readonly type: string }).type}`),
    ...(blocks.length > limit ? [`${blocks.length} blocks, at most ${limit}`] : []),
  ];
};
