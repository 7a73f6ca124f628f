import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { matchComponents } from "../../../src/intake/match-components.ts";
import { cdeventsSource } from "../../../src/intake/sources/cdevents.ts";
import { documentedSetup } from "../../support/documented-setup.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { block, table } from "../../support/markdown.ts";
import { NOW } from "../../support/signed-request.ts";

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, "../../../examples/senders/cdevents/build-finished.sh");
const TOKEN = "0123456789abcdef0123";
const { page, sources, components } = documentedSetup("cdevents", { CDEVENTS_TOKEN: TOKEN });

function event(body: unknown) {
  const parsed = cdeventsSource.parse({ source: "cd", headers: {}, body }, NOW);
  if (parsed.kind !== "delivery" || parsed.events[0] === undefined) throw new Error("no event");
  return parsed.events[0];
}

function outcomeOf(word: string) {
  const build = fixtureJson("cdevents/in.build_finished.0.5.1.constructed.json");
  const read = event(withMember(build, ["customData", "outcome"], word));
  return read.kind === "fragment" ? read.fragment.outcome : null;
}

describe("docs/sources/cdevents.md", () => {
  it("shows the script of the example, whose event the documented component takes", async () => {
    expect(block(page, "bash", 1)).toBe(await readFile(SCRIPT, "utf8"));
    const folder = await mkdtemp(join(tmpdir(), "slipway-example-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "curl"), '#!/bin/sh\nprintf "%s\\0" "$@"\n');
    await chmod(join(folder, "curl"), 0o755);
    const digest = `sha256:${"0".repeat(64)}`;
    const { stdout } = await run("bash", [SCRIPT], {
      env: {
        PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`,
        VERSION: "1.42.0",
        COMMIT: "a".repeat(40),
        DIGEST: digest,
        CHAIN_ID: "chain-1",
        CDEVENTS_TOKEN: TOKEN,
      },
    });
    const words = stdout.split("\0");
    expect(words).toContain(`Authorization: Bearer ${TOKEN}`);
    expect(words).toContain("https://slipway.example/hooks/cd");
    const read = event(JSON.parse(words[words.indexOf("--data") + 1] ?? ""));
    const [source] = Object.values(sources);
    if (read.kind !== "fragment" || source === undefined) throw new Error("no build");
    expect(read.fragment).toMatchObject({
      version: "1.42.0",
      outcome: "success",
      run: { id: "chain-1" },
      artifact: { uri: "registry.example/acme/checkout:1.42.0", digest },
      commit: { repository: "acme/checkout", sha: "a".repeat(40), branch: "main" },
    });
    expect(matchComponents({ source, subject: read.subject, components })).toMatchObject({
      kind: "matched",
    });
  });

  it("lists the events that are heard, and no others", () => {
    for (const [type] of table(page, "event")) {
      const body = withMember(
        fixtureJson("cdevents/in.build_finished.0.5.1.constructed.json"),
        ["context", "type"],
        `dev.cdevents.${type}.0.3.0`,
      );
      expect(event(body).kind).not.toBe("unsupported");
    }
    expect(table(page, "event")).toHaveLength(8);
  });

  it("says what each word means", () => {
    for (const [words = "", outcome] of table(page, "word")) {
      for (const word of words.split(", ")) expect(outcomeOf(word)).toBe(outcome);
    }
  });
});
