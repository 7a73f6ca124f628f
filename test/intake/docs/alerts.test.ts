import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { labelMismatch } from "../../../src/core/alert.ts";
import { MOST_ALERTS } from "../../../src/core/heard-alerts.ts";
import { REFUSAL_CODES } from "../../../src/core/refusal.ts";
import { SOURCE_ADAPTERS } from "../../../src/intake/sources/registry.ts";
import { TOLERANCE_SECONDS } from "../../../src/intake/sources/standard-webhooks.ts";
import { documentedSetup } from "../../support/documented-setup.ts";
import { fixtureJson } from "../../support/intake-fixture.ts";
import { blocks, table } from "../../support/markdown.ts";
import { NOW } from "../../support/signed-request.ts";

const ROOT = join(import.meta.dirname, "../../..");
const example = (path: string) => readFileSync(join(ROOT, "examples/senders", path), "utf8");

function setup(name: string, variable: string) {
  const { page, sources, components } = documentedSetup(name, {
    [variable]: "0123456789abcdef0123",
  });
  const [source] = Object.values(sources);
  const watch = Object.values(components)[0]?.environments[0]?.watch ?? null;
  if (source === undefined || watch === null) throw new Error("no source or no watch");
  return { page, source, watch };
}

describe("docs/sources/alertmanager.md", () => {
  const { page, source, watch } = setup("alertmanager", "ALERTMANAGER_HOOK_TOKEN");
  const [, alertmanager = "", rules = ""] = blocks(page, "yaml");

  it("sets up a source, and a watch that hears it", () => {
    expect(source).toMatchObject({ type: "alertmanager", tokens: ["0123456789abcdef0123"] });
    expect(watch.alerts.map((rule) => rule.source)).toEqual([source.id]);
  });

  it("shows the files of the example", () => {
    expect(alertmanager).toBe(example("alertmanager/alertmanager.yml"));
    expect(rules).toBe(example("alertmanager/rules.yml"));
  });

  it("routes the alert of its rule to the source, with the labels that the watch wants", () => {
    const { route, receivers } = z
      .object({
        route: z.object({ routes: z.array(z.object({ matchers: z.array(z.string()) })) }),
        receivers: z.array(
          z.object({ webhook_configs: z.array(z.object({ url: z.string() })).optional() }),
        ),
      })
      .parse(parseYaml(alertmanager));
    const { groups } = z
      .object({
        groups: z.array(
          z.object({ rules: z.array(z.object({ labels: z.record(z.string(), z.string()) })) }),
        ),
      })
      .parse(parseYaml(rules));
    const labels = groups[0]?.rules[0]?.labels ?? {};
    const wanted = /^(\w+)="(\w+)"$/.exec(route.routes[0]?.matchers[0] ?? "") ?? [];
    expect(labels[wanted[1] ?? ""]).toBe(wanted[2]);
    expect(labelMismatch(watch.alerts[0]?.match ?? {}, { labels }, null)).toBeNull();
    expect(receivers.flatMap(({ webhook_configs = [] }) => webhook_configs[0]?.url ?? [])).toEqual([
      `https://slipway.example/hooks/${source.id}`,
    ]);
  });

  it("lists the codes of what is ignored", () => {
    const codes = table(page, "status").map(([, code]) => code);
    const ofCore = REFUSAL_CODES.filter((code) => code.startsWith("alert"));
    expect(codes.toSorted()).toEqual([...ofCore, "alerts_truncated", "no_watch_asks"].toSorted());
    expect(page).toContain(`keeps ${MOST_ALERTS} alerts`);
  });
});

describe("docs/sources/grafana.md", () => {
  const { page, source, watch } = setup("grafana", "GRAFANA_HOOK_SECRET");
  const [, contactPoints = ""] = blocks(page, "yaml");

  it("shows the file of the example, whose headers are those of the source", () => {
    expect(contactPoints).toBe(example("grafana/contact-points.yml"));
    const settings = z
      .object({
        contactPoints: z.tuple([
          z.object({
            receivers: z.tuple([
              z.object({
                settings: z.object({
                  url: z.string(),
                  httpMethod: z.string(),
                  hmacConfig: z.object({ header: z.string(), timestampHeader: z.string() }),
                }),
              }),
            ]),
          }),
        ]),
      })
      .parse(parseYaml(contactPoints)).contactPoints[0].receivers[0].settings;
    expect(settings).toEqual({
      url: `https://slipway.example/hooks/${source.id}`,
      httpMethod: "POST",
      hmacConfig: {
        header: source.options.signatureHeader,
        timestampHeader: source.options.timestampHeader,
      },
    });
    expect(page).toContain("at most five minutes off");
    expect(TOLERANCE_SECONDS).toBe(300);
  });

  it("has a watch that wants such an alert", () => {
    const body = fixtureJson("grafana/webhook.firing.min.constructed.json");
    const parsed = SOURCE_ADAPTERS.grafana?.parse({ source: source.id, headers: {}, body }, NOW);
    const event = parsed?.kind === "delivery" ? parsed.events[0] : undefined;
    if (event?.kind !== "alert") throw new Error("no alert");
    expect(labelMismatch(watch.alerts[0]?.match ?? {}, event.alert, null)).toBeNull();
    expect(page).toContain(event.alert.summary ?? "?");
  });
});
