import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { METRIC_TYPES, metricType } from "../../src/shared/metric-types.ts";
import { parseQuery } from "../../src/shared/queries/registry.ts";
import { load, REPORT_SECRET } from "../support/configurations.ts";

const FOLDER = join(import.meta.dirname, "../../docs/metrics");
const ENVIRONMENT = Object.fromEntries(
  [
    ...["MIMIR_TOKEN", "GRAFANA_TOKEN", "DATADOG_API_KEY", "DATADOG_APPLICATION_KEY"],
    ...["AWS_RELEASES_KEY_ID", "AWS_RELEASES_SECRET", "GRAPHITE_PASSWORD", "INFLUX_PASSWORD"],
    "QUALITY_TOKEN",
  ].map((name) => [name, `the value of ${name}`]),
);

function page(type: string): string {
  return readFileSync(join(FOLDER, `${type}.md`), "utf8");
}

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```([\w-]+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, block = ""]) =>
    name === language ? [block] : [],
  );
}

/** What a page says only in part: the rest has nothing to do with its metrics. */
const REST = { kind: "service", intake: [{ source: "ci" }] };

function settingUp(block: string) {
  const shown = parse(block) as { readonly components?: Readonly<Record<string, object>> };
  const components = Object.entries(shown.components ?? {}).map(([name, component]) => [
    name,
    { ...REST, ...component },
  ]);
  const rest = {
    slack: { channel: "releases" },
    sources: { ci: { type: "report", secret: REPORT_SECRET } },
    deployers: { run: { type: "command", start: ["/bin/deploy", "{{version}}"] } },
  };
  return load(
    stringify({ ...rest, ...shown, components: Object.fromEntries(components) }),
    ENVIRONMENT,
  );
}

describe("every type of metrics source has a page", () => {
  it("and no page is of another type", () => {
    const pages = readdirSync(FOLDER).map((name) => name.replace(/\.md$/, ""));
    expect(pages.toSorted()).toEqual(Object.keys(METRIC_TYPES).toSorted());
  });

  it.each(Object.keys(METRIC_TYPES))("whose set-up for %s loads", (type) => {
    const shown = blocks(page(type), "yaml");
    expect(shown).not.toEqual([]);
    for (const block of shown) {
      const types = Object.values(settingUp(block).metrics).map((settings) => settings.type);
      expect(types).toEqual(types.map(() => type));
    }
  });

  it.each(Object.keys(METRIC_TYPES))("whose set-up for %s measures with it", (type) => {
    const [first = ""] = blocks(page(type), "yaml");
    const { metrics, policy } = settingUp(first);
    const checks = policy.components["svc-feed"]?.environments[0]?.watch?.checks ?? [];
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.map(({ source }) => metrics[source]?.type)).toEqual(checks.map(() => type));
  });

  it.each(Object.entries(METRIC_TYPES))("whose queries for %s are sound", (type, { language }) => {
    const queries = language === null ? [] : blocks(page(type), language);
    expect(queries.length > 0).toBe(metricType(type)?.language !== null);
    for (const query of queries) {
      expect(parseQuery(language ?? "promql", query.trim())).toMatchObject({ kind: "template" });
    }
  });
});
