import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Manifest, manifestFor } from "../src/intake/slack/manifest.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** The bot scopes of every Web API method that the code calls: https://docs.slack.dev/reference/methods */
const METHOD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  "auth.test": [],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history"],
  "conversations.join": ["channels:join"],
  "conversations.list": ["channels:read", "groups:read"],
  "conversations.replies": ["channels:history", "groups:history"],
  "files.completeUploadExternal": ["files:write"],
  "files.getUploadURLExternal": ["files:write"],
  "files.info": ["files:read"],
  "files.list": ["files:read"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "users.info": ["users:read"],
  // users:read lets the app see people at all, users:read.email their addresses.
  "users.lookupByEmail": ["users:read.email"],
  "views.open": [],
  "views.update": [],
};

/** https://docs.slack.dev/reference/events */
const EVENT_SCOPES: Readonly<Record<string, readonly string[]>> = {
  subteam_members_changed: ["usergroups:read"],
  subteam_updated: ["usergroups:read"],
};

/** What a listener of Bolt must be allowed to hear. */
const COMMAND_SCOPES = ["commands"];

function sourcesOf(folder: string): string {
  const path = join(ROOT, "src", folder);
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(path, file), "utf8"))
    .join("\n");
}

function written(file: string): unknown {
  return parse(readFileSync(join(ROOT, file), "utf8"));
}

const socket: Manifest = manifestFor({ kind: "socket" });
const http: Manifest = manifestFor({
  kind: "http",
  url: "https://slipway.example/slack/events",
});

describe("the manifests", () => {
  it("are what the code says, for Socket Mode", () => {
    expect(written("manifest.yml")).toEqual(socket);
  });

  it("are what the code says, for HTTP", () => {
    expect(written("manifest.http.yml")).toEqual(http);
  });

  it("differ only in how Slack reaches the app", () => {
    const text = JSON.stringify(http)
      .replaceAll(',"request_url":"https://slipway.example/slack/events"', "")
      .replaceAll(',"url":"https://slipway.example/slack/events"', "")
      .replace('"socket_mode_enabled":false', '"socket_mode_enabled":true');
    expect(JSON.parse(text)).toEqual(socket);
  });

  it("keep to Slack's lengths", () => {
    const { name, description } = socket.display_information;
    const [command] = socket.features?.slash_commands ?? [];
    expect(name.length).toBeLessThanOrEqual(35);
    expect(description?.length).toBeLessThanOrEqual(140);
    expect(command?.description.length).toBeLessThanOrEqual(2_000);
    expect(command?.usage_hint?.length).toBeLessThanOrEqual(1_000);
  });
});

describe("what the code uses and what the manifest asks for", () => {
  const code = sourcesOf("effects/slack") + sourcesOf("intake/slack");

  it("are the same Web API methods", () => {
    const called = [...code.matchAll(/\bclient\s*\.((?:[a-z]\w*\s*\.\s*)+[a-z]\w*)\(/gi)]
      .map(([, method = ""]) => method.replace(/\s/g, ""))
      // The Socket Mode client's own methods are not calls of the Web API.
      .filter((method) => method.includes("."));
    expect([...new Set(called)].sort()).toEqual(Object.keys(METHOD_SCOPES));
    expect(code).not.toMatch(/apiCall\(["`]/);
  });

  it("are the same scopes", () => {
    const needed = [
      ...Object.values(METHOD_SCOPES).flat(),
      ...Object.values(EVENT_SCOPES).flat(),
      ...COMMAND_SCOPES,
    ];
    expect(socket.oauth_config?.scopes?.bot).toEqual([...new Set(needed)].sort());
  });

  it("are the same events", () => {
    expect(socket.settings?.event_subscriptions?.bot_events).toEqual(Object.keys(EVENT_SCOPES));
    expect(code.match(/\bapp\.event\(/g)).toHaveLength(1);
    expect(code).toContain("for (const event of GROUP_EVENTS)");
  });

  it("are the same commands, and nothing that needs another entry", () => {
    const commands = socket.features?.slash_commands?.map(({ command }) => command);
    expect(commands).toEqual(["/release"]);
    expect(code.match(/\bapp\.(command|action|view)\(/g)).toEqual([
      "app.command(",
      "app.action(",
      "app.view(",
    ]);
    expect(code).not.toMatch(/\bapp\.(shortcut|options|message|function|assistant)\(/);
    expect(socket.settings?.interactivity?.is_enabled).toBe(true);
  });
});
