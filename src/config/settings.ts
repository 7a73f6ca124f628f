import { ConfigError } from "../shared/errors.ts";
import { firstAddress, postgresAddresses } from "../shared/postgres-addresses.ts";
import { didYouMean } from "./did-you-mean.ts";
import { parseDuration } from "./duration.ts";
import { type Environment, type ReadFile, readVariable } from "./environment.ts";

/** What the environment says. */
export interface Settings {
  /** Null where Slack is optional and no token is set. */
  readonly slack: SlackSettings | null;
  /** Configuration file or folder. */
  readonly configPath: string;
  /** Folder of the embedded store. */
  readonly dataPath: string;
  /** PostgreSQL; null: the embedded store. */
  readonly databaseUrl: string | null;
  /** Milliseconds that events stay in PostgreSQL at least; null: for ever. */
  readonly retention: number | null;
  readonly github: GithubSettings;
  /** What `slipway report` signs with. */
  readonly reportSecret: string | null;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Every secret, in the forms in which it could be printed: for redaction. */
  secrets(): readonly string[];
}

export type SlackSettings = {
  readonly botToken: string;
  /** Base URL of the Web API; null: Slack's own. */
  readonly apiUrl: string | null;
} & (
  | { readonly mode: "socket"; readonly appToken: string }
  | { readonly mode: "http"; readonly signingSecret: string }
);

export interface GithubSettings {
  /** Null: public data only, and no deployments. */
  readonly credentials:
    | { readonly kind: "token"; readonly token: string }
    | { readonly kind: "app"; readonly appId: string; readonly privateKey: string }
    | null;
  /** Null: github.com. */
  readonly apiUrl: string | null;
}

const DAY = 24 * 60 * 60 * 1000;

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Variables whose values are never printed; each has a form with `_FILE`. */
export const SECRET_VARIABLES = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_SIGNING_SECRET",
  "DATABASE_URL",
  "GITHUB_TOKEN",
  "GITHUB_PRIVATE_KEY",
  "SLIPWAY_REPORT_SECRET",
] as const;

/** Variables that may be shown, and their defaults; null: none. */
export const PLAIN_VARIABLES = {
  SLACK_API_URL: null,
  SLIPWAY_CONFIG: "./slipway.yml",
  SLIPWAY_DATA: "./data",
  SLIPWAY_RETENTION: null,
  GITHUB_APP_ID: null,
  GITHUB_API_URL: null,
  HOST: "0.0.0.0",
  PORT: "3000",
  LOG_LEVEL: "info",
} as const;

type SecretName = (typeof SECRET_VARIABLES)[number];
type PlainName = keyof typeof PLAIN_VARIABLES;

export interface SettingsRequest {
  readonly environment: Environment;
  readonly readFile: ReadFile;
  /** `serve` needs Slack; `check`, `simulate`, `report` and `audit` do not. */
  readonly slack: "required" | "optional";
}

/**
 * Reads the environment.
 * @throws ConfigError with every problem
 */
export function readSettings({ environment, readFile, slack }: SettingsRequest): Settings {
  const problems: string[] = [];
  const secret = (name: SecretName): string | null => {
    const variable = readVariable(name, environment, readFile);
    if (variable.kind === "problem") problems.push(variable.message);
    return variable.kind === "value" ? variable.value : null;
  };
  const plain = (name: PlainName): string | null => environment[name] || PLAIN_VARIABLES[name];
  const address = (name: PlainName): string | null => {
    const value = plain(name);
    if (value !== null && !isWebAddress(value)) {
      problems.push(`${name} is not an address such as http://127.0.0.1:4003/api/`);
    }
    return value;
  };

  const databaseUrl = secret("DATABASE_URL");
  if (databaseUrl !== null && postgresAddresses(databaseUrl) === null) {
    problems.push("DATABASE_URL is not an address such as postgresql://user:password@host/slipway");
  }
  const settings = {
    slack: slackSettings(secret, address("SLACK_API_URL"), slack, problems),
    configPath: plain("SLIPWAY_CONFIG") ?? "",
    dataPath: plain("SLIPWAY_DATA") ?? "",
    databaseUrl,
    retention: retentionOf(plain("SLIPWAY_RETENTION"), problems),
    github: githubSettings(secret, plain("GITHUB_APP_ID"), address("GITHUB_API_URL"), problems),
    reportSecret: secret("SLIPWAY_REPORT_SECRET"),
    host: plain("HOST") ?? "",
    port: portOf(plain("PORT") ?? "", problems),
    logLevel: logLevelOf(plain("LOG_LEVEL") ?? "", problems),
  };
  // A file that cannot be read is asked for, and reported, by each who needs it.
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  const secrets = SECRET_VARIABLES.flatMap((name) => secret(name) ?? []);
  const known = [...secrets, ...(databaseUrl === null ? [] : passwordsOf(databaseUrl))];
  return { ...settings, secrets: () => known };
}

/** The password of an address, as it stands there and decoded. */
function passwordsOf(address: string): readonly string[] {
  const { password = "" } = firstAddress(address) ?? {};
  if (password === "") return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

function slackSettings(
  secret: (name: SecretName) => string | null,
  apiUrl: string | null,
  need: SettingsRequest["slack"],
  problems: string[],
): SlackSettings | null {
  const botToken = secret("SLACK_BOT_TOKEN");
  const appToken = secret("SLACK_APP_TOKEN");
  const signingSecret = secret("SLACK_SIGNING_SECRET");
  if (need === "optional" && botToken === null) return null;
  // A local Slack may hand out tokens of any shape.
  if (apiUrl === null) {
    if (botToken !== null && !botToken.startsWith("xoxb-")) {
      problems.push("SLACK_BOT_TOKEN must begin with xoxb-: it is the Bot User OAuth Token");
    }
    if (appToken !== null && !appToken.startsWith("xapp-")) {
      problems.push("SLACK_APP_TOKEN must begin with xapp-: it is an App-Level Token");
    }
  }
  const entrance =
    appToken !== null
      ? ({ mode: "socket", appToken } as const)
      : signingSecret !== null
        ? ({ mode: "http", signingSecret } as const)
        : null;
  if (botToken !== null && entrance !== null) return { botToken, apiUrl, ...entrance };
  // What could not be read from its file was reported, and is not missing.
  const reported = problems.some((problem) => problem.startsWith("SLACK_"));
  if (need === "required" && !reported) problems.push(missingSlack(botToken, entrance === null));
  return null;
}

function missingSlack(botToken: string | null, noEntrance: boolean): string {
  const missing = [
    ...(botToken === null ? ["SLACK_BOT_TOKEN (the bot token, xoxb-…)"] : []),
    ...(noEntrance
      ? ["SLACK_APP_TOKEN (Socket Mode, xapp-…) or SLACK_SIGNING_SECRET (HTTP mode)"]
      : []),
  ];
  return `Slack is not set up: set ${missing.join(", and ")}, as README.md shows; or run npm run demo, which needs no tokens`;
}

function githubSettings(
  secret: (name: SecretName) => string | null,
  appId: string | null,
  apiUrl: string | null,
  problems: string[],
): GithubSettings {
  const token = secret("GITHUB_TOKEN");
  const privateKey = secret("GITHUB_PRIVATE_KEY")?.replaceAll("\\n", "\n") ?? null;
  if (token !== null && (appId !== null || privateKey !== null)) {
    problems.push("GITHUB_TOKEN and GITHUB_APP_ID are both set; keep the token, or the app");
  } else if ((appId === null) !== (privateKey === null)) {
    const missing = appId === null ? "GITHUB_APP_ID" : "GITHUB_PRIVATE_KEY";
    problems.push(`a GitHub app needs GITHUB_APP_ID and GITHUB_PRIVATE_KEY; set ${missing} too`);
  }
  if (privateKey !== null && !privateKey.includes("-----BEGIN")) {
    problems.push("GITHUB_PRIVATE_KEY is not a PEM file, which begins with -----BEGIN");
  }
  if (token !== null) return { credentials: { kind: "token", token }, apiUrl };
  if (appId === null || privateKey === null) return { credentials: null, apiUrl };
  return { credentials: { kind: "app", appId, privateKey }, apiUrl };
}

function portOf(text: string, problems: string[]): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  problems.push(`PORT must be a number from 0 to 65535, and is "${text}"`);
  return 0;
}

/** Less than a day is a slip of the unit: nobody keeps an audit trail for five minutes. */
function retentionOf(text: string | null, problems: string[]): number | null {
  if (text === null) return null;
  const retention = parseDuration(text);
  if (retention !== null && retention >= DAY) return retention;
  problems.push(`SLIPWAY_RETENTION must be a length of time of at least 1d, and is "${text}"`);
  return null;
}

function logLevelOf(text: string, problems: string[]): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  const hint = didYouMean(text, LOG_LEVELS);
  problems.push(`LOG_LEVEL must be ${LOG_LEVELS.join(", ")}, and is "${text}"${hint}`);
  return "info";
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
