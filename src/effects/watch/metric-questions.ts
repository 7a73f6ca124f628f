import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Reading } from "../../core/verdict.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import { unlessAborted } from "../deadline.ts";
import type { MetricSource, RangeQuery } from "../metrics/metric-source.ts";
import { createTurnTaking, type TurnTaking } from "../metrics/turn-taking.ts";
import { createPastAnswers, type PastAnswers } from "./past-answers.ts";

export type Question =
  | { readonly kind: "range"; readonly range: RangeQuery }
  | { readonly kind: "alerts"; readonly match: Readonly<Record<string, string>> };

/** Questions to metrics sources, of all watches together. */
export interface MetricQuestions {
  /** Rejects only when the signal fires: what cannot be had is an `error`. */
  ask(source: MetricSource, question: Question, signal: AbortSignal): Promise<Reading>;
}

/** Of all watches, to one source. */
const AT_ONCE = 16;
/** One that fails and took this long did not answer. */
const SLOW: Milliseconds = 5_000;
/** Scrapes and remote writes have come by then: what is older than this does not change. */
const SETTLED_AFTER: Milliseconds = 5 * 60_000;

interface Asked {
  readonly answer: Promise<Reading>;
  readonly stop: AbortController;
  waiting: number;
}

/** What is known of one source. Forgotten with it, so that a new configuration begins anew. */
interface Known {
  readonly turns: TurnTaking;
  readonly underWay: Map<string, Asked>;
  readonly past: PastAnswers;
  /** It has not answered since then; null: it does. */
  awaySince: Instant | null;
  probing: boolean;
}

/**
 * Asks the same question once while it is under way, whoever asks, and one about what is long past once
 * for all. A source gets only so many at once. While one does not answer, it is asked one question at a
 * time, and the others are told so at once: its watches hold no place that those of other sources need.
 */
export function createMetricQuestions({ clock }: { readonly clock: Clock }): MetricQuestions {
  const sources = new WeakMap<MetricSource, Known>();

  function knownOf(source: MetricSource): Known {
    const known = sources.get(source) ?? {
      turns: createTurnTaking(AT_ONCE),
      underWay: new Map<string, Asked>(),
      past: createPastAnswers(),
      awaySince: null,
      probing: false,
    };
    sources.set(source, known);
    return known;
  }

  async function answerOf(
    source: MetricSource,
    known: Known,
    question: Question,
    signal: AbortSignal,
  ): Promise<Reading> {
    const probe = known.awaySince !== null;
    if (probe) known.probing = true;
    // The wait for its turn says nothing about this question.
    let begun = clock.monotonic();
    try {
      const reading = await known.turns.take(signal, () => {
        begun = clock.monotonic();
        const answer =
          question.kind === "alerts"
            ? source.alerts(question.match, signal)
            : source.range(question.range, signal);
        return unlessAborted(signal, answer);
      });
      const isSilent = reading.kind === "error" && clock.monotonic() - begun >= SLOW;
      known.awaySince = isSilent ? (known.awaySince ?? clock.now()) : null;
      return reading;
    } catch (error) {
      if (clock.monotonic() - begun >= SLOW) known.awaySince ??= clock.now();
      return { kind: "error", why: `${source.name}: ${errorText(error)}` };
    } finally {
      if (probe) known.probing = false;
    }
  }

  function begin(source: MetricSource, known: Known, question: Question, key: string): Asked {
    const stop = new AbortController();
    const answer = answerOf(source, known, question, stop.signal).then((reading) => {
      known.underWay.delete(key);
      const isSettled =
        question.kind === "range" && question.range.to + SETTLED_AFTER < clock.now();
      if (isSettled) known.past.keep(key, reading);
      return reading;
    });
    const asked = { answer, stop, waiting: 0 };
    known.underWay.set(key, asked);
    return asked;
  }

  return {
    ask: async (source, question, signal) => {
      signal.throwIfAborted();
      const known = knownOf(source);
      const key = JSON.stringify(question);
      const past = known.past.get(key);
      if (past !== null) return past;
      const present = known.underWay.get(key);
      if (present === undefined && known.awaySince !== null && known.probing) {
        const since = new Date(known.awaySince).toISOString();
        return { kind: "error", why: `${source.name} has not answered since ${since}` };
      }
      const asked = present ?? begin(source, known, question, key);
      asked.waiting += 1;
      try {
        return await unlessAborted(signal, asked.answer);
      } finally {
        asked.waiting -= 1;
        // Nobody waits for it any more.
        if (asked.waiting === 0 && known.underWay.get(key) === asked) {
          known.underWay.delete(key);
          asked.stop.abort(signal.reason);
        }
      }
    },
  };
}
