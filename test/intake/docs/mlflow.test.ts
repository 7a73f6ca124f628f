import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TOLERANCE_SECONDS } from "../../../src/intake/sources/standard-webhooks.ts";
import { documentedSource, parsedBy } from "../../support/documented-source.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { block, table } from "../../support/markdown.ts";

const { page, match } = documentedSource("mlflow", {
  MLFLOW_WEBHOOK_SECRET: "a secret of the webhook",
  MLFLOW_TRACKING_TOKEN: "a token of the server",
});
const CREATED = fixtureJson("mlflow/model_version.created.constructed.json");
const EXAMPLE = readFileSync(
  join(import.meta.dirname, "../../../examples/senders/mlflow/create_webhook.py"),
  "utf8",
);

function eventsIn(program: string): readonly string[] {
  const [, list = ""] = /events=\[([^\]]*)\]/.exec(program) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
}

describe("docs/sources/mlflow.md", () => {
  it("sets up a source and a component that take a model version", () => {
    expect(match(parsedBy("mlflow", CREATED)[0])).toMatchObject({ kind: "matched" });
  });

  it("subscribes the webhook to the events that it lists, as the example does", () => {
    const listed = table(page, "event").map(([event = ""]) => event.split(":", 1)[0]);
    expect(eventsIn(block(page, "python"))).toEqual(listed);
    expect(eventsIn(EXAMPLE)).toEqual(listed);
  });

  it("names tags and aliases as they arrive", () => {
    for (const name of ["model_version_tag.set", "model_version_alias.created"]) {
      const example = fixtureJson(`mlflow/${name}.example.json`);
      const data = { name: "m", version: "1", key: "validation_status", value: "approved" };
      const sent = withMember(example, ["data"], { ...data, alias: "challenger" });
      const [event] = parsedBy("mlflow", sent);
      if (event?.kind !== "lookup") throw new Error("no look-up");
      expect(page).toContain(`\`event: ${event.subject.event}\``);
    }
  });

  it("names the time window as it is", () => {
    expect(page).toContain(`more than ${TOLERANCE_SECONDS / 60} minutes`);
  });

  it("says what the test is answered", () => {
    const example = fixtureJson("mlflow/model_version.created.example.json");
    expect(parsedBy("mlflow", example)).toMatchObject([{ kind: "unsupported", code: "test" }]);
    expect(table(page, "status").map(([, code]) => code)).toContain("test");
  });
});
