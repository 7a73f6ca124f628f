import { createEmulator } from "emulate";
import type { Answer, Arguments } from "./answer.ts";
import { APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, type Workspace } from "./workspace.ts";

/** The emulator answers 403 for the rest of an hour after 5,000 calls with one token. */
const CALLS_PER_TOKEN = 4_900;
const BOT_TOKENS = 40;
const ADMIN_TOKEN = "xoxp-local-admin";
/** The one person that the emulator always has; owner of every channel. */
const ADMIN_ID = "U000000001";

/** The emulator behind the gateway. */
export interface Upstream {
  /** Calls a method as the app. */
  call(method: string, args: Arguments): Promise<Answer>;
  /** Calls a method as the workspace's admin. @throws Error when it is refused */
  asAdmin(method: string, args: Arguments): Promise<Arguments>;
  close(): Promise<void>;
}

export async function startUpstream(workspace: Workspace): Promise<Upstream> {
  const emulator = await createEmulator({ service: "slack", port: 0, seed: seedOf(workspace) });
  let calls = 0;

  async function post(token: string, method: string, args: Arguments): Promise<Answer> {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(args),
    });
    // What the emulator does not know it answers with 404 and a body of GitHub's shape.
    if (response.status === 404)
      return { status: 200, body: { ok: false, error: "unknown_method" } };
    return { status: response.status, body: (await response.json()) as Arguments };
  }

  return {
    call(method, args) {
      calls += 1;
      return post(botTokenFor(calls), method, args);
    },
    async asAdmin(method, args) {
      const { body } = await post(ADMIN_TOKEN, method, args);
      if (body.ok !== true)
        throw new Error(`the emulator refused ${method}: ${String(body.error)}`);
      return body;
    },
    close: () => emulator.close(),
  };
}

/** The token for the n-th call: each in its turn, so that none is used too often. */
export function botTokenFor(call: number): string {
  return botToken(Math.floor((call - 1) / CALLS_PER_TOKEN) % BOT_TOKENS);
}

function botToken(index: number): string {
  return `xoxb-upstream-${index}`;
}

/**
 * The emulator gives its seeded users ids of its own making, but keeps the ids of the apps' bot users.
 * So everybody is the bot user of an app here; the gateway answers for who they really are.
 */
function seedOf(workspace: Workspace) {
  const app = { client_secret: "none", redirect_uris: ["http://localhost/none"], scopes: [] };
  const slipway = {
    ...app,
    client_id: "1.1",
    app_id: APP_ID,
    name: "Slipway",
    bot_id: BOT_ID,
    bot_user_id: BOT_USER_ID,
    bot_name: BOT_NAME,
  };
  const people = workspace.people.map(({ id, name }) => ({
    ...app,
    client_id: `person.${id}`,
    app_id: `A${id}`,
    name,
    bot_id: `B${id}`,
    bot_user_id: id,
    bot_name: name,
  }));
  const bots = Array.from({ length: BOT_TOKENS }, (_, index) => ({
    token: botToken(index),
    type: "bot",
    user_id: BOT_USER_ID,
    bot_id: BOT_ID,
    app_id: APP_ID,
  }));
  return {
    slack: {
      team: { name: "Acme", domain: "acme" },
      channels: workspace.channels.map((channel) => ({
        name: channel.name,
        is_private: channel.private ?? false,
      })),
      oauth_apps: [slipway, ...people],
      tokens: [...bots, { token: ADMIN_TOKEN, type: "user", user_id: ADMIN_ID }],
    },
  };
}
