import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commitOfSources } from "../../../src/demo/ci/source-commit.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Names that sort otherwise as files than as folders. */
function sources(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a"));
  mkdirSync(join(folder, "b"));
  for (const [path, text] of Object.entries({
    "a/x": "one",
    "a-b": "two",
    "b/y": "three",
    ab: "four",
  })) {
    writeFileSync(join(folder, path), `${text}\n`);
  }
  return folder;
}

it("is the commit that git makes of the same files", async () => {
  expect(await commitOfSources(sources())).toBe("0f081ad47cbe51cb3e4654d5b5a8fd7042355b6e");
});

it("is another one when a file is another", async () => {
  const folder = sources();
  const before = await commitOfSources(folder);
  writeFileSync(join(folder, "b", "y"), "five\n");
  expect(await commitOfSources(folder)).not.toBe(before);
});
