import { checkBlocks } from "../../../src/demo/block-kit.ts";
import { type LocalSlack, startLocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { GROUPS, PEOPLE } from "../../support/system.ts";
import { anyFault, chanceOfFault } from "./chance-of-fault.ts";
import { NAMES } from "./components.ts";
import { channelOf } from "./configuration.ts";
import {
  after,
  type Fault,
  type FaultyGate,
  openFaultyGate,
  type PassedRequest,
} from "./faulty-gate.ts";

/** The workspace, and the bad line to it. */
export interface ChaosSlack {
  readonly slack: LocalSlack;
  /** For SLACK_API_URL: through the bad line. */
  readonly apiUrl: string;
  readonly gate: FaultyGate;
  /** Calls that came too often, and were told so. */
  limited(): number;
  outage(milliseconds: number): void;
  /** Envelopes of Socket Mode that were delivered twice. */
  repeated(): number;
  calm(): void;
  close(): Promise<void>;
}

/** Slack's own limit on posts; that on edits is about fifty a minute, which would make a run last hours. */
const POSTS_PER_SECOND = 1;
const EDITS_PER_SECOND = 10;

export async function startChaosSlack(random: SeededRandom): Promise<ChaosSlack> {
  const slack = await startLocalSlack({
    people: PEOPLE,
    groups: GROUPS,
    channels: [{ name: "releases" }, ...NAMES.map((name) => ({ name: channelOf(name) }))],
    checkBlocks,
  });
  const chance = chanceOfFault({ random, share: 0.06, faults: anyFault });
  const limits = createLimits();
  let limited = 0;

  function faultFor(request: PassedRequest): Fault {
    if (limits.isTooOften(request)) {
      limited += 1;
      return { kind: "refuse", status: 429, retryAfter: 1 };
    }
    return chance.next(request);
  }

  // Until all is calm, a tenth of what comes over a socket comes again, over the same one or another.
  let repeated = 0;
  let isCalm = false;
  slack.socketMode.repeat(() => {
    if (isCalm || !random.chance(0.1)) return null;
    repeated += 1;
    return after(random.below(300));
  });

  const gate = await openFaultyGate(new URL(slack.apiUrl).origin, faultFor);
  return {
    slack,
    gate,
    apiUrl: `${gate.url}/api/`,
    limited: () => limited,
    outage: chance.outage,
    repeated: () => repeated,
    calm: () => {
      isCalm = true;
      chance.calm();
    },
    close: async () => {
      await gate.close();
      await slack.close();
    },
  };
}

/** Told as Slack tells it: 429 with Retry-After. */
function createLimits() {
  const times = new Map<string, number[]>();

  function takes(lane: string, perSecond: number): boolean {
    const now = Date.now();
    const recent = (times.get(lane) ?? []).filter((at) => now - at < 1_000);
    const isFree = recent.length < perSecond;
    times.set(lane, isFree ? [...recent, now] : recent);
    return isFree;
  }

  return {
    isTooOften: ({ url, body }: PassedRequest): boolean => {
      if (url.endsWith("/chat.postMessage")) {
        return !takes(new URLSearchParams(body).get("channel") ?? "", POSTS_PER_SECOND);
      }
      return url.endsWith("/chat.update") && !takes("edits", EDITS_PER_SECOND);
    },
  };
}
