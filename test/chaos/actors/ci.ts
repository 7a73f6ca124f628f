import type { SeededRandom } from "../../support/seeded-random.ts";
import { signedReport } from "../../support/signed-request.ts";
import { AUTHOR, type Fate, type LateFate, NAMES, versionOf } from "../world/components.ts";
import { after } from "../world/faulty-gate.ts";
import type { FrontDoor } from "../world/front-door.ts";

/** A report that was answered with 202: its mark must be in the ledger, for ever. */
export interface Acknowledged {
  readonly component: string;
  readonly version: string;
  /** The name of a metric that this report alone has. */
  readonly mark: string;
}

export interface CiRun {
  /** Versions that were reported, acknowledged or not. */
  readonly versions: number;
  readonly acknowledged: readonly Acknowledged[];
  /** Answers by status, 0 where none came. */
  readonly answers: Readonly<Record<string, number>>;
  /** Reports that no replica took in all their tries. */
  readonly givenUp: readonly string[];
}

interface Report {
  readonly component: string;
  readonly version: string;
  readonly mark: string;
  readonly body: object;
}

const TRIES = 200;
const BUILDS_EACH = 3;

/** Reports builds as CI systems do: again after a failure, some twice, some late, some with more evidence. */
export async function runCi(options: {
  readonly door: FrontDoor;
  readonly random: SeededRandom;
  readonly releases: number;
  /** Over which the builds are spread, in milliseconds. */
  readonly lasting: number;
}): Promise<CiRun> {
  const { door, random, releases, lasting } = options;
  const acknowledged: Acknowledged[] = [];
  const answers: Record<string, number> = {};
  const givenUp: string[] = [];
  // Few enough that releases of one component get in each other's way.
  const components = NAMES.slice(0, Math.max(2, Math.ceil(releases / BUILDS_EACH)));

  async function deliver(report: Report, id: string): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const { headers, body } = signedReport(report.body, { id, at: Date.now() });
      const answer = await door.post({ path: "/hooks/ci", headers, body });
      answers[answer.status] = (answers[answer.status] ?? 0) + 1;
      if (answer.status === 202) acknowledged.push(report);
      if (answer.status === 202 || answer.status === 200) return;
      if (answer.status >= 400 && answer.status < 500) {
        throw new Error(`a report was refused: ${answer.status} ${answer.body}`);
      }
      await after(Math.min(tries, 6) * (100 + random.below(300)));
    }
    givenUp.push(report.mark);
  }

  async function build(number: number): Promise<void> {
    const finishedAt = Date.now();
    const report = reportOf(number, { finishedAt, components }, random);
    // Some arrive long after builds that came later.
    if (random.chance(0.15)) await after(random.below(4_000));
    const deliveries = [deliver(report, `msg_${report.mark}`)];
    if (random.chance(0.15)) deliveries.push(deliver(report, `msg_${report.mark}`));
    if (random.chance(0.1)) deliveries.push(deliver(report, `msg_again_${report.mark}`));
    if (random.chance(0.1)) {
      await after(random.below(2_000));
      const more = withMoreEvidence(report);
      deliveries.push(deliver(more, `msg_${more.mark}`));
    }
    await Promise.all(deliveries);
  }

  const builds: Promise<void>[] = [];
  for (let number = 1; number <= releases; number += 1) {
    builds.push(build(number));
    await after((lasting / releases) * 2 * random.next());
  }
  await Promise.all(builds);
  return { versions: releases, acknowledged, answers, givenUp };
}

function reportOf(
  number: number,
  {
    finishedAt,
    components,
  }: { readonly finishedAt: number; readonly components: readonly string[] },
  random: SeededRandom,
): Report {
  const component = random.pick(components);
  const version = versionOf(number, fateFor(random));
  const mark = `report_${number}`;
  const auc = random.chance(0.07) ? 0.5 : 0.81;
  return {
    component,
    version,
    mark,
    body: {
      component,
      version,
      outcome: random.chance(0.04) ? "failure" : "success",
      run: { id: `run/${number}`, url: `https://ci.example/run/${number}` },
      trigger: "code",
      finishedAt: new Date(finishedAt).toISOString(),
      commit: {
        repository: `acme/${component}`,
        sha: number.toString(16).padStart(40, "0"),
        branch: "main",
        author: AUTHOR,
      },
      artifact: { uri: `registry.example/${component}:${version}` },
      metrics: { auc, [mark]: number },
    },
  };
}

function fateFor(random: SeededRandom): Fate | LateFate {
  const chance = random.next();
  if (chance < 0.2) return "bad";
  if (chance < 0.25) return "silent";
  if (chance < 0.3) return "dark";
  if (chance < 0.42) return "spoilt";
  if (chance < 0.48) return "fading";
  return chance < 0.56 ? "wobbly" : "good";
}

function withMoreEvidence({ component, version, mark, body }: Report): Report {
  const more = `${mark}_more`;
  const { metrics } = body as { readonly metrics: object };
  return {
    component,
    version,
    mark: more,
    body: { ...body, metrics: { ...metrics, [more]: 1 } },
  };
}
