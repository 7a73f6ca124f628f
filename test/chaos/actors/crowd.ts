import { parseButtonValue } from "../../../src/cards/ids.ts";
import { releaseId } from "../../../src/core/release-id.ts";
import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import type { LocalMessage } from "../../../src/demo/gateway/message-log.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { DANA, GUS, LEA, SAM } from "../../support/system.ts";
import type { ActiveWork } from "../replica/replica.ts";
import { NAMES } from "../world/components.ts";
import { channelOf } from "../world/configuration.ts";
import { after } from "../world/faulty-gate.ts";
import { buttonsOf, type Hands, valuesOf } from "./hands.ts";

/** Several people at once, who click what they see and type what comes to their minds. */
export interface Crowd {
  /** Resolves when nobody does anything any more. */
  stop(): Promise<void>;
}

/** How often a button is pressed when it is there, against the others. */
const WEIGHTS: Readonly<Record<string, number>> = {
  "release.approve": 20,
  "release.promote": 4,
  "release.retry": 6,
  "release.override": 3,
  "release.rollback": 0.6,
  "release.reject": 0.6,
  "release.stop": 0.5,
  "release.details": 0.2,
};
const AT_ONCE = 5;
const PAUSE = 120;
/** Cards further up are not looked at. */
const LATEST = 6;

export function startCrowd(options: {
  readonly slack: LocalSlack;
  readonly hands: Hands;
  readonly random: SeededRandom;
}): Crowd {
  const { slack, hands, random } = options;
  let isOver = false;

  async function person(): Promise<void> {
    while (!isOver) {
      await after(random.below(2 * PAUSE));
      await (random.chance(0.06) ? typeSomething() : clickSomething());
    }
  }

  async function clickSomething(): Promise<void> {
    const component = random.pick(NAMES);
    const messages = slack.messages(slack.channelId(channelOf(component))).slice(-LATEST);
    const offers = messages.flatMap((message) =>
      [...new Set(buttonsOf(message))].map((button) => ({ message, button })),
    );
    const chosen = byWeight(offers);
    if (chosen === null) return;
    // Mostly who may, now and then the author or a guest, who may not.
    const who = random.chance(0.85) ? random.pick([LEA, SAM]) : random.pick([DANA, GUS]);
    const click = () => hands.click(who, chosen.message, chosen.button);
    await (random.chance(0.1) ? Promise.all([click(), click()]) : click());
  }

  function byWeight(offers: readonly { message: LocalMessage; button: string }[]) {
    const total = offers.reduce((sum, { button }) => sum + (WEIGHTS[button] ?? 0), 0);
    let left = random.next() * total;
    for (const offer of offers) {
      left -= WEIGHTS[offer.button] ?? 0;
      if (left < 0) return offer;
    }
    return null;
  }

  async function typeSomething(): Promise<void> {
    const component = random.pick(NAMES);
    const text = random.pick([
      `${component}`,
      `${component} history`,
      `${component} freeze ${2 + random.below(4)}s too much at once`,
      `${component} unfreeze`,
      `freeze ${1 + random.below(3)}s everybody out`,
      "unfreeze",
      `${component} hold until somebody has looked`,
      `${component} unhold`,
      `${component} unhold in production`,
      `${component} unhold in production`,
      `${component} rollback because it feels slow`,
      `${component} rollback in staging because it feels slow`,
    ]);
    await hands.command(random.pick([LEA, SAM]), slack.channelId(channelOf(component)), text);
  }

  const people = Array.from({ length: AT_ONCE }, person);
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(people);
    },
  };
}

/** Decides what people have been asked and nobody has answered: it is kept, or else rolled back. */
export async function answerQuestions(
  slack: LocalSlack,
  hands: Hands,
  asked: readonly ActiveWork[],
): Promise<void> {
  for (const { component, environment, release } of asked) {
    const channel = slack.channelId(channelOf(component));
    // By its button, not by its name: a card may have been that of a release before it.
    const asking = slack.messages(channel).find((message) => offersOverride(message, release));
    const isKept = asking !== undefined && (await hands.click(LEA, asking, "release.override"));
    if (isKept) continue;
    const words = `${component} rollback in ${environment} because nobody knows how it is`;
    await hands.command(LEA, channel, words);
  }
}

function offersOverride(message: LocalMessage, release: string): boolean {
  return valuesOf(message, "release.override").some((value) => {
    const about = parseButtonValue(value);
    return about !== null && releaseId(about.component, about.version) === release;
  });
}
