import { describe, expect, it } from "vitest";
import { load, problemsOf, smallestWith } from "../support/configurations.ts";

const METRICS = "metrics: { prom: { type: prometheus, url: http://prometheus:9090 } }";
const CHECKS = "checks: [{ name: up, source: prom, query: up, pass: value > 0 }]";
const PLACE = "components.svc-feed.environments.production.watch.alerts[0]";

function configuration(
  alerts: string,
  source = "am: { type: alertmanager, token: 0123456789abcdef }",
) {
  const text = smallestWith(
    "deploy: { use: run }",
    "deploy: { use: run }",
    `watch: { for: 5m, every: 30s, ${CHECKS}, alerts: ${alerts} }`,
  );
  return `${METRICS}\n${text.replace("sources:\n", `sources:\n  ${source}\n`)}`;
}

function problem(alerts: string, source?: string): string {
  const [first = "", ...others] = problemsOf(configuration(alerts, source));
  expect(others).toEqual([]);
  return first.replace(/^\S+ /, "");
}

describe("the alerts of a watch", () => {
  it("have labels with values, of which some stand for what is watched", () => {
    const { policy } = load(
      configuration('[{ source: am, match: { service: feed, release: "feed-{{version}}" } }]'),
    );
    const [rule] = policy.components["svc-feed"]?.environments[0]?.watch?.alerts ?? [];
    const subject = { component: "svc-feed", environment: "production", version: "2.3.0" };
    expect(rule?.source).toBe("am");
    expect(
      Object.entries(rule?.match ?? {}).map(([label, { source, fixed, valueFor }]) => ({
        label,
        source,
        fixed,
        value: valueFor(subject),
      })),
    ).toEqual([
      { label: "service", source: "feed", fixed: true, value: "feed" },
      { label: "release", source: "feed-{{version}}", fixed: false, value: "feed-2.3.0" },
    ]);
  });

  it("need a source that is there, and that sends alerts", () => {
    expect(problem("[{ source: om, match: { a: b } }]")).toBe(
      `${PLACE}.source: unknown source "om" (did you mean "am"?); there is am, ci`,
    );
    expect(problem("[{ source: ci, match: { a: b } }]")).toBe(
      `${PLACE}.source: is of type report, which sends no alerts; name a source of type alertmanager, grafana, cdevents`,
    );
  });

  it("need a label, else every alert would be meant", () => {
    expect(problem("[{ source: am, match: {} }]")).toContain(
      `${PLACE}.match: must name at least one label`,
    );
    expect(problem("[{ source: am, match: { a b: c } }]")).toContain("must be the name of a label");
  });

  it("may use no other variables", () => {
    expect(problem('[{ source: am, match: { a: "{{weight}}" } }]')).toContain(`${PLACE}.match.a: `);
  });
});
