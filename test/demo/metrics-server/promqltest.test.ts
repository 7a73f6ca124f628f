import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Labels, labelsKey } from "../../../src/demo/metrics-server/labels.ts";
import { createEvaluation } from "../../../src/demo/metrics-server/promql/evaluate.ts";
import { parsePromql } from "../../../src/demo/metrics-server/promql/parse-promql.ts";
import type { Value } from "../../../src/demo/metrics-server/promql/value.ts";
import {
  createSeriesStore,
  type SeriesStore,
} from "../../../src/demo/metrics-server/series-store.ts";
import {
  type Command,
  type Expected,
  type LoadedSeries,
  parsePromqltest,
  type Step,
} from "../../support/promqltest.ts";

const FOLDER = resolve(import.meta.dirname, "../../fixtures/promql");
const FOR_EVER = Number.MAX_SAFE_INTEGER;

type Evaluation = Extract<Command, { readonly kind: "instant" | "range" }>;

function load(store: SeriesStore, every: number, series: readonly LoadedSeries[]): void {
  // Upstream's loader lets the last of several lines about one series win; one test depends on it.
  const last = new Map(series.map((one) => [labelsKey(one.labels), one]));
  for (const { labels, steps } of last.values()) {
    for (const [index, step] of steps.entries()) {
      if (step === "absent") continue;
      store.append(labels, { at: index * every, value: step === "stale" ? null : step });
    }
  }
}

/** What each series shows at each step, in one order, numbers to Prometheus' own test tolerance. */
function normalised(series: readonly LoadedSeries[]): unknown {
  return series
    .map(({ labels, steps }) => ({ labels: labelsKey(labels), steps: steps.map(roughly) }))
    .toSorted((left, right) => (left.labels < right.labels ? -1 : 1));
}

function roughly(step: Step): string {
  return typeof step === "number" ? step.toPrecision(6).replace(/^-0\.00000$/, "0.00000") : step;
}

function actual(evaluate: (at: number) => Value, command: Evaluation): Expected {
  if (command.kind === "instant") {
    const value = evaluate(command.at);
    if (value.kind === "scalar") return value;
    return { kind: "series", series: joined([value]) };
  }
  const count = Math.floor((command.to - command.from) / command.step) + 1;
  const values = Array.from({ length: count }, (_, index) =>
    evaluate(command.from + index * command.step),
  );
  return { kind: "series", series: joined(values) };
}

function joined(values: readonly Value[]): readonly LoadedSeries[] {
  const series = new Map<string, { readonly labels: Labels; readonly steps: Step[] }>();
  for (const [index, value] of values.entries()) {
    for (const { labels, steps } of elementsOf(value)) {
      const known = series.get(labelsKey(labels)) ?? {
        labels,
        steps: values.map(() => "absent" as const),
      };
      known.steps.splice(index, steps.length, ...steps);
      series.set(labelsKey(labels), known);
    }
  }
  return [...series.values()];
}

function elementsOf(value: Value): readonly LoadedSeries[] {
  switch (value.kind) {
    case "scalar":
      return [{ labels: {}, steps: [value.value] }];
    case "vector":
      return value.elements.map(({ labels, value: one }) => ({ labels, steps: [one] }));
    case "matrix":
      return value.series.map(({ labels, readings }) => ({
        labels,
        steps: readings.map((reading) => reading.value),
      }));
  }
}

/** Trailing absent steps may be left out of an expectation. */
function padded(series: readonly LoadedSeries[], length: number): readonly LoadedSeries[] {
  return series.map(({ labels, steps }) => ({
    labels,
    steps: Array.from({ length }, (_, index) => steps[index] ?? ("absent" as const)),
  }));
}

for (const file of readdirSync(FOLDER)) {
  describe(`Prometheus' own ${file}`, () => {
    let store = createSeriesStore(FOR_EVER);
    for (const command of parsePromqltest(readFileSync(join(FOLDER, file), "utf8"))) {
      if (command.kind === "clear") {
        store = createSeriesStore(FOR_EVER);
        continue;
      }
      if (command.kind === "load") {
        load(store, command.every, command.series);
        continue;
      }
      const loaded = store;
      it(`line ${command.line}: ${command.query}`, () => {
        const evaluate = createEvaluation(loaded, parsePromql(command.query));
        const { expected } = command;
        if (expected.kind === "failure") {
          expect(() => actual(evaluate, command)).toThrow();
          return;
        }
        const found = actual(evaluate, command);
        if (expected.kind === "scalar" || found.kind !== "series") {
          expect(found).toEqual(expected);
          return;
        }
        const length = Math.max(1, ...found.series.map(({ steps }) => steps.length));
        expect(normalised(found.series)).toEqual(normalised(padded(expected.series, length)));
      });
    }
  });
}
