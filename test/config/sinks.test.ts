import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { APPROVAL_EVENTS, DEPLOYMENT_EVENTS } from "../../src/core/sink-policy.ts";
import {
  ENVIRONMENT,
  load,
  problemsOf,
  REPORT_SECRET,
  SMALLEST,
} from "../support/configurations.ts";
import { block, table } from "../support/markdown.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/sinks.md"), "utf8");
const withSink = (sink: string) => `${SMALLEST}sinks:\n  bus: ${sink}\n`;

describe("docs/sinks.md", () => {
  it("sets up a sink that is told of everything", () => {
    const { sinks, policy } = load(`${SMALLEST}${block(page, "yaml")}`, {
      ...ENVIRONMENT,
      EVENTS_SECRET: REPORT_SECRET,
      EVENTS_TOKEN: "0123456789abcdef",
    });
    expect({ ...sinks }).toEqual({
      bus: {
        name: "bus",
        url: "https://events.example/in",
        secret: REPORT_SECRET,
        token: "0123456789abcdef",
        source: "urn:slipway",
      },
    });
    const events = [...DEPLOYMENT_EVENTS, ...APPROVAL_EVENTS];
    expect(policy.sinks).toEqual([{ name: "bus", events }]);
    expect(table(page, "event").map(([event]) => event)).toEqual(events);
  });
});

describe("a sink", () => {
  it("is told of deployments and not of approvals, unless it says otherwise", () => {
    const { sinks, policy } = load(withSink("{ type: cdevents, url: https://events.example }"));
    expect(policy.sinks).toEqual([{ name: "bus", events: [...DEPLOYMENT_EVENTS] }]);
    expect(sinks.bus).toMatchObject({ secret: null, token: null });
  });

  it("needs an address, and a secret that can sign", () => {
    expect(problemsOf(withSink("{ type: cdevents }"))).toEqual([
      expect.stringContaining("sinks.bus.url: is missing"),
    ]);
    const short = "{ type: cdevents, url: https://events.example, secret: secret }";
    expect(problemsOf(withSink(short))).toEqual([
      expect.stringContaining("sinks.bus.secret: must be whsec_"),
    ]);
    const unknown = "{ type: cdevents, url: https://events.example, events: [build.finished] }";
    expect(problemsOf(withSink(unknown))).toEqual([
      expect.stringContaining("sinks.bus.events[0]: "),
    ]);
  });
});
