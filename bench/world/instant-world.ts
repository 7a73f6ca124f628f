import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { serveParent } from "../harness/serve-parent.ts";
import { LEA, SAM, TEAM, WEBHOOK_PATH } from "./people.ts";

const MEMBERS: Readonly<Record<string, readonly string[]>> = { S0LEADS: [LEA], S0SRE: [SAM] };
const GROUPS = [
  { id: "S0LEADS", handle: "ml-leads" },
  { id: "S0SRE", handle: "sre" },
];

type Parameters = Readonly<Record<string, string>>;

/** The methods of Slack's Web API that Slipway calls; any other says `ok` and nothing else. */
const SLACK: Readonly<Record<string, (parameters: Parameters) => object>> = {
  "auth.test": () => ({
    url: "https://acme.slack.com/",
    team: "acme",
    team_id: TEAM,
    user: "slipway",
    user_id: "U0SLIPWAY",
    bot_id: "B0SLIPWAY",
  }),
  "users.info": ({ user = "" }) => ({
    user: { id: user, team_id: TEAM, profile: { display_name: user, email: `${user}@acme.test` } },
  }),
  "users.lookupByEmail": ({ email = "" }) => ({ user: { id: `U0${email.length}`, team_id: TEAM } }),
  "usergroups.list": () => ({ usergroups: GROUPS }),
  "usergroups.users.list": ({ usergroup = "" }) => ({ users: MEMBERS[usergroup] ?? [] }),
  "conversations.list": () => ({ channels: [{ id: "C0RELEASES", name: "releases" }] }),
  "chat.postMessage": ({ channel = "", thread_ts }) => {
    if (thread_ts === undefined) announced.add(channel);
    return { channel, ts: nextTimestamp() };
  },
  "chat.update": ({ channel = "", ts = "" }) => ({ channel, ts }),
};

/** Channels with a message that is no reply, and titles of what came to the incoming webhook. */
const announced = new Set<string>();
let posted = 0;
function nextTimestamp(): string {
  posted += 1;
  return `1795348800.${String(posted).padStart(6, "0")}`;
}

/**
 * Slack, and a deployment system in which everything is done at once: both answer as soon as they are asked.
 * Tells whoever asks how many things have been announced.
 */
await serveParent(async () => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = JSON.stringify(answerTo(request, Buffer.concat(chunks).toString("utf8")));
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ready: (server.address() as AddressInfo).port,
    answer: async () => announced.size,
  };
});

function answerTo({ url = "" }: IncomingMessage, body: string): object {
  const { pathname } = new URL(url, "http://localhost");
  if (pathname.startsWith("/deploys")) return { id: "1", status: "done" };
  if (pathname === WEBHOOK_PATH) {
    const { attachments } = JSON.parse(body) as { attachments: readonly { title: string }[] };
    for (const { title } of attachments) announced.add(title);
    return { ok: true };
  }
  const method = pathname.slice("/api/".length);
  const parameters = Object.fromEntries(new URLSearchParams(body));
  return { ok: true, ...SLACK[method]?.(parameters) };
}
