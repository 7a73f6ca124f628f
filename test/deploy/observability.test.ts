import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { anchorOf } from "../support/anchors.ts";
import { ROOT, readText, readYaml } from "../support/deploy-files.ts";
import { namesIn } from "../support/promql-names.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string }[];
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly definition?: string }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

const RULES = (
  readYaml("deploy/prometheus/alerts.yml") as unknown as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  }
).groups.flatMap(({ rules }) => rules);
const DASHBOARD = JSON.parse(
  readFileSync(join(ROOT, "deploy/grafana/slipway.json"), "utf8"),
) as Dashboard;
const PANELS = DASHBOARD.panels.filter(({ type }) => type !== "row");
const RUNBOOK = readText("docs/runbook.md");

/** What Prometheus adds to every sample of a target. */
const TARGET = ["job", "instance"];

/** Every metric that there is, with its labels. */
function knownMetrics(): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>([["up", TARGET]]);
  const metrics = createTelemetry().registry.getMetricsAsArray() as unknown as readonly {
    readonly name: string;
    readonly labelNames: readonly string[];
    readonly buckets?: unknown;
  }[];
  for (const { name, labelNames, buckets } of metrics) {
    const labels = [...labelNames, ...TARGET];
    if (buckets === undefined) known.set(name, labels);
    for (const part of buckets === undefined ? [] : ["sum", "count"]) {
      known.set(`${name}_${part}`, labels);
    }
    if (buckets !== undefined) known.set(`${name}_bucket`, [...labels, "le"]);
  }
  return known;
}

const KNOWN = knownMetrics();

/** What an expression names that there is not. */
function unknownIn(expression: string): readonly string[] {
  const { selected, grouped } = namesIn(expression);
  const labelsOf = (metric: string) => KNOWN.get(metric) ?? [];
  const all = selected.flatMap(({ metric }) => labelsOf(metric));
  return [
    ...selected.filter(({ metric }) => !KNOWN.has(metric)).map(({ metric }) => metric),
    ...selected.flatMap(({ metric, labels }) =>
      labels.filter((label) => !labelsOf(metric).includes(label)).map((it) => `${metric}{${it}}`),
    ),
    ...grouped.filter((label) => !all.includes(label)).map((label) => `by (${label})`),
  ];
}

describe("the check itself", () => {
  it.each([
    ["sum(rate(slipway_events_totl[5m]))", ["slipway_events_totl"]],
    ['slipway_events_total{src="ci"}', ["slipway_events_total{src}"]],
    ["sum by (kind) (slipway_events_total)", ["by (kind)"]],
    ["slipway_job_seconds", ["slipway_job_seconds"]],
    ['sum by (le) (rate(slipway_job_seconds_bucket{kind="watch"}[$__rate_interval]))', []],
  ])("finds in %s what there is not", (expression, unknown) => {
    expect(unknownIn(expression)).toEqual(unknown);
  });

  it("does not take what is no PromQL", () => {
    expect(() => namesIn("sum(up")).toThrow("not PromQL");
  });
});

describe("the alerts", () => {
  it.each(RULES.map(({ alert, expr }) => [alert, expr]))("%s asks for what there is", (_, expr) => {
    expect(unknownIn(expr)).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.alert, rule] as const))(
    "%s says what it is about, and where the runbook goes on",
    (alert, { labels, annotations, expr }) => {
      expect(["critical", "warning"]).toContain(labels.severity);
      const { summary = "", description = "", runbook, ...others } = annotations;
      expect(others).toEqual({});
      expect(summary.length).toBeGreaterThan(10);
      expect(description.length).toBeGreaterThan(40);
      expect(runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
      const shown = [...`${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)];
      const { selected, grouped } = namesIn(expr);
      const kept =
        grouped.length > 0 ? grouped : selected.flatMap(({ metric }) => KNOWN.get(metric) ?? []);
      for (const [, label = ""] of shown) expect(kept).toContain(label);
    },
  );

  it("have their headings in the runbook, and the runbook has no others", () => {
    const headings = [...RUNBOOK.matchAll(/^### (Slipway\w+)$/gm)].map(([, name = ""]) => name);
    expect(headings).toEqual(RULES.map(({ alert }) => alert));
    expect(headings.map(anchorOf)).toEqual(
      RULES.map(({ annotations }) => annotations.runbook?.split("#")[1]),
    );
  });

  it("are each tested with promtool", () => {
    const tests = readText("deploy/prometheus/alerts.test.yml");
    const untested = RULES.filter(({ alert }) => !tests.includes(`alertname="${alert}"`));
    expect(untested.map(({ alert }) => alert)).toEqual([]);
  });
});

describe("the dashboard", () => {
  it.each(
    PANELS.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  )("%s asks for what there is: %s", (_, expr) => {
    expect(unknownIn(expr)).toEqual([]);
  });

  it("asks for what there is in its variables and annotations", () => {
    const annotations = DASHBOARD.annotations.list.map(({ expr }) => expr);
    expect(annotations.flatMap(unknownIn)).toEqual([]);
    const variables = DASHBOARD.templating.list.flatMap(({ definition = "" }) => {
      const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      return metric === "" ? [] : [`sum by (${label}) (${metric})`];
    });
    expect(variables).toHaveLength(1);
    expect(variables.flatMap(unknownIn)).toEqual([]);
  });

  it.each(PANELS.map((panel) => [panel.title, panel] as const))(
    "%s has a description and a unit",
    (_, { description = "", fieldConfig }) => {
      expect(description).toMatch(/\.$/);
      expect(fieldConfig?.defaults.unit).toMatch(/^(?:s|bytes|none|cpm|percentunit)$/);
    },
  );

  it("has no two panels in one place, or of one number", () => {
    const { panels } = DASHBOARD;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});
