import { parseArgs } from "node:util";

export type SlackMode = "http" | "socket";

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly stores: readonly ("postgres" | "embedded")[];
  /** How Slack speaks to the app; null: by the seed, odd over HTTP and even over sockets. */
  readonly mode: SlackMode | null;
  readonly releases: number;
  readonly seconds: number;
  readonly quietWithin: number;
  /** How power is cut on the embedded store; null: with a disk where one can be had. */
  readonly power: "disk" | "files" | null;
  /** Keeps the folder also when nothing is wrong. */
  readonly keep: boolean;
}

export const USAGE = `npm run chaos -- [--rounds N] [--seed S] [--store postgres|embedded]
                 [--mode http|socket] [--releases N] [--seconds N] [--quiet-within N]
                 [--power disk|files] [--keep]

  --rounds        how often, each on an empty store with the next seed (1)
  --seed          where chance begins (1)
  --store         one of the two; both unless said
  --mode          how Slack speaks to the app; unless said, over HTTP where the seed
                  is odd, and in Socket Mode where it is even
  --releases      builds that are reported in a round (60)
  --seconds       how long things break in a round (30)
  --quiet-within  seconds in which all must come to rest afterwards (300)
  --power         how power is cut on the embedded store: a file system that is
                  shut down, or files that forget (disk where it can be had)
  --keep          keep the folder with the logs also when nothing is wrong`;

/** @throws Error with what is wrong, for whoever typed it */
export function parseOptions(argv: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
      store: { type: "string" },
      mode: { type: "string" },
      releases: { type: "string", default: "60" },
      seconds: { type: "string", default: "30" },
      "quiet-within": { type: "string", default: "300" },
      power: { type: "string" },
      keep: { type: "boolean", default: false },
    },
  });
  return {
    rounds: positive("--rounds", values.rounds),
    seed: positive("--seed", values.seed),
    stores: storesOf(values.store),
    mode: modeOf(values.mode),
    releases: positive("--releases", values.releases),
    seconds: positive("--seconds", values.seconds),
    quietWithin: positive("--quiet-within", values["quiet-within"]),
    power: powerOf(values.power),
    keep: values.keep,
  };
}

function storesOf(store: string | undefined): ChaosOptions["stores"] {
  if (store === undefined) return ["postgres", "embedded"];
  if (store === "postgres" || store === "embedded") return [store];
  throw new Error(`--store ${store}: write postgres or embedded`);
}

function modeOf(mode: string | undefined): ChaosOptions["mode"] {
  if (mode === undefined || mode === "http" || mode === "socket") return mode ?? null;
  throw new Error(`--mode ${mode}: write http or socket`);
}

function powerOf(power: string | undefined): ChaosOptions["power"] {
  if (power === undefined || power === "disk" || power === "files") return power ?? null;
  throw new Error(`--power ${power}: write disk or files`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${name} ${text}: write a whole number from 1 on`);
  }
  return value;
}
