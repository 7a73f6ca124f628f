import { describe, expect, it } from "vitest";
import type { Environment } from "../../src/config/environment.ts";
import {
  PLAIN_VARIABLES,
  readSettings,
  SECRET_VARIABLES,
  type Settings,
} from "../../src/config/settings.ts";
import { ConfigError } from "../../src/shared/errors.ts";

const SOCKET: Environment = { SLACK_BOT_TOKEN: "xoxb-bot", SLACK_APP_TOKEN: "xapp-app" };
const HTTP: Environment = { SLACK_BOT_TOKEN: "xoxb-bot", SLACK_SIGNING_SECRET: "signing" };
const PEM = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";

const FILES: Readonly<Record<string, string>> = {
  "/run/secrets/bot": "xoxb-from-file\n",
  "/run/secrets/key": `${PEM}\n`,
};

function read(environment: Environment, slack: "required" | "optional" = "required"): Settings {
  return readSettings({
    environment,
    slack,
    readFile: (path) => {
      const content = FILES[path];
      if (content === undefined) throw new Error("ENOENT: no such file or directory");
      return content;
    },
  });
}

function problemsOf(environment: Environment): readonly string[] {
  try {
    read(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("settings", () => {
  it("have the documented defaults", () => {
    expect(read(SOCKET)).toEqual({
      slack: { botToken: "xoxb-bot", apiUrl: null, mode: "socket", appToken: "xapp-app" },
      configPath: "./slipway.yml",
      dataPath: "./data",
      databaseUrl: null,
      retention: null,
      github: { credentials: null, apiUrl: null },
      reportSecret: null,
      host: "0.0.0.0",
      port: 3000,
      logLevel: "info",
      secrets: expect.any(Function) as () => readonly string[],
    });
  });

  it("take a database of several hosts, whose password is a secret as well", () => {
    const address =
      "postgresql://slipway:p%40ss@db-1:5432,db-2/slipway?target_session_attrs=primary";
    const settings = read({ ...SOCKET, DATABASE_URL: address });
    expect(settings.databaseUrl).toBe(address);
    expect(settings.secrets()).toEqual(expect.arrayContaining([address, "p%40ss", "p@ss"]));
    const standby = address.replace("=primary", "=standby");
    expect(problemsOf({ ...SOCKET, DATABASE_URL: standby })).toEqual([
      "DATABASE_URL is not an address such as postgresql://user:password@host/slipway",
    ]);
  });

  it("hold everything that is set", () => {
    const settings = read({
      ...HTTP,
      SLACK_API_URL: "http://127.0.0.1:4003/api/",
      SLIPWAY_CONFIG: "/etc/slipway",
      SLIPWAY_DATA: "/var/lib/slipway",
      DATABASE_URL: "postgresql://slipway:p%40ss@db/slipway",
      GITHUB_APP_ID: "1234",
      GITHUB_PRIVATE_KEY: PEM.replaceAll("\n", "\\n"),
      GITHUB_API_URL: "https://github.acme.test/api/v3",
      SLIPWAY_REPORT_SECRET: "whsec_x",
      HOST: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: "debug",
    });
    expect({ ...settings, secrets: settings.secrets() }).toEqual({
      slack: {
        botToken: "xoxb-bot",
        apiUrl: "http://127.0.0.1:4003/api/",
        mode: "http",
        signingSecret: "signing",
      },
      configPath: "/etc/slipway",
      dataPath: "/var/lib/slipway",
      databaseUrl: "postgresql://slipway:p%40ss@db/slipway",
      retention: null,
      github: {
        credentials: { kind: "app", appId: "1234", privateKey: PEM },
        apiUrl: "https://github.acme.test/api/v3",
      },
      reportSecret: "whsec_x",
      host: "127.0.0.1",
      port: 0,
      logLevel: "debug",
      secrets: [
        "xoxb-bot",
        "signing",
        "postgresql://slipway:p%40ss@db/slipway",
        PEM.replaceAll("\n", "\\n"),
        "whsec_x",
        "p%40ss",
        "p@ss",
      ],
    });
  });

  it("take Socket Mode when both entrances are set", () => {
    expect(read({ ...SOCKET, ...HTTP }).slack?.mode).toBe("socket");
  });

  it("take a GitHub token", () => {
    expect(read({ ...SOCKET, GITHUB_TOKEN: "ghp_x" }).github.credentials).toEqual({
      kind: "token",
      token: "ghp_x",
    });
  });

  it.each(SECRET_VARIABLES)("read %s from a file too, and know it as a secret", (name) => {
    const value = name === "DATABASE_URL" ? "postgres://u:pw@h/d" : `xoxb-xapp------BEGIN-${name}`;
    const environment: Environment = {
      SLACK_API_URL: "http://127.0.0.1:1/",
      SLACK_BOT_TOKEN: "b",
      ...(name === "SLACK_SIGNING_SECRET" ? {} : { SLACK_APP_TOKEN: "a" }),
      ...(name === "GITHUB_PRIVATE_KEY" ? { GITHUB_APP_ID: "1" } : {}),
      [name]: undefined,
      [`${name}_FILE`]: "/run/it",
    };
    const settings = readSettings({ environment, slack: "required", readFile: () => `${value}\n` });
    expect(settings.secrets()).toContain(value);
    expect(JSON.stringify(settings)).toContain(value);
  });

  it("without any token are enough for what needs no Slack", () => {
    expect(read({}, "optional").slack).toBeNull();
    expect(read({ SLACK_BOT_TOKEN: "xoxb-bot" }, "optional").slack).toBeNull();
  });
});

describe("what is wrong with the environment", () => {
  const demo = "as README.md shows; or run npm run demo, which needs no tokens";
  it.each<readonly [title: string, environment: Environment, problems: readonly string[]]>([
    [
      "no tokens: one clear error",
      {},
      [
        `Slack is not set up: set SLACK_BOT_TOKEN (the bot token, xoxb-…), and SLACK_APP_TOKEN (Socket Mode, xapp-…) or SLACK_SIGNING_SECRET (HTTP mode), ${demo}`,
      ],
    ],
    [
      "only the bot token",
      { SLACK_BOT_TOKEN: "xoxb-bot" },
      [
        `Slack is not set up: set SLACK_APP_TOKEN (Socket Mode, xapp-…) or SLACK_SIGNING_SECRET (HTTP mode), ${demo}`,
      ],
    ],
    [
      "only the app token; an empty one is none",
      { SLACK_BOT_TOKEN: "", SLACK_APP_TOKEN: "xapp-app" },
      [`Slack is not set up: set SLACK_BOT_TOKEN (the bot token, xoxb-…), ${demo}`],
    ],
    [
      "tokens that were exchanged",
      { SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xoxb-1" },
      [
        "SLACK_BOT_TOKEN must begin with xoxb-: it is the Bot User OAuth Token",
        "SLACK_APP_TOKEN must begin with xapp-: it is an App-Level Token",
      ],
    ],
    [
      "a file that is not there",
      { ...SOCKET, SLACK_BOT_TOKEN: "", SLACK_BOT_TOKEN_FILE: "/run/none" },
      [
        "SLACK_BOT_TOKEN_FILE names /run/none, which cannot be read (ENOENT: no such file or directory)",
      ],
    ],
    [
      "both forms of a secret",
      { ...SOCKET, SLACK_BOT_TOKEN_FILE: "/run/secrets/bot" },
      ["SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set; keep one of them"],
    ],
    [
      "a token and an app",
      { ...SOCKET, GITHUB_TOKEN: "ghp_x", GITHUB_APP_ID: "1" },
      ["GITHUB_TOKEN and GITHUB_APP_ID are both set; keep the token, or the app"],
    ],
    [
      "half an app",
      { ...SOCKET, GITHUB_APP_ID: "1" },
      ["a GitHub app needs GITHUB_APP_ID and GITHUB_PRIVATE_KEY; set GITHUB_PRIVATE_KEY too"],
    ],
    [
      "the other half, which is no key",
      { ...SOCKET, GITHUB_PRIVATE_KEY: "AAAA" },
      [
        "a GitHub app needs GITHUB_APP_ID and GITHUB_PRIVATE_KEY; set GITHUB_APP_ID too",
        "GITHUB_PRIVATE_KEY is not a PEM file, which begins with -----BEGIN",
      ],
    ],
    [
      "everything else, at once",
      {
        ...SOCKET,
        DATABASE_URL: "mysql://db",
        SLACK_API_URL: "slack.example",
        GITHUB_API_URL: "github",
        PORT: "http",
        LOG_LEVEL: "inof",
      },
      [
        "DATABASE_URL is not an address such as postgresql://user:password@host/slipway",
        "SLACK_API_URL is not an address such as http://127.0.0.1:4003/api/",
        "GITHUB_API_URL is not an address such as http://127.0.0.1:4003/api/",
        'PORT must be a number from 0 to 65535, and is "http"',
        'LOG_LEVEL must be debug, info, warn, error, and is "inof" (did you mean "info"?)',
      ],
    ],
  ])("%s", (_title, environment, problems) => {
    expect(problemsOf(environment)).toEqual(problems);
  });

  it.each(["65536", "-1", "3000.5", "0x10", " "])("port %j is refused", (PORT) => {
    expect(problemsOf({ ...SOCKET, PORT })).toHaveLength(1);
  });

  it("no problem shows a secret", () => {
    const shown = problemsOf({
      SLACK_BOT_TOKEN: "hunter2-bot",
      SLACK_APP_TOKEN: "hunter2-app",
      DATABASE_URL: "hunter2-url",
      GITHUB_PRIVATE_KEY: "hunter2-key",
    });
    expect(shown.join()).not.toContain("hunter2");
  });
});

describe("the variables", () => {
  it("are those of the interface", () => {
    expect([...SECRET_VARIABLES, ...Object.keys(PLAIN_VARIABLES)].toSorted()).toEqual([
      "DATABASE_URL",
      "GITHUB_API_URL",
      "GITHUB_APP_ID",
      "GITHUB_PRIVATE_KEY",
      "GITHUB_TOKEN",
      "HOST",
      "LOG_LEVEL",
      "PORT",
      "SLACK_API_URL",
      "SLACK_APP_TOKEN",
      "SLACK_BOT_TOKEN",
      "SLACK_SIGNING_SECRET",
      "SLIPWAY_CONFIG",
      "SLIPWAY_DATA",
      "SLIPWAY_REPORT_SECRET",
      "SLIPWAY_RETENTION",
    ]);
  });
});
