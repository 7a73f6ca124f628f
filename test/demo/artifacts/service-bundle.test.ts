import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packBundle, unpackBundle } from "../../../src/demo/artifacts/service-bundle.ts";
import { SERVICE_SOURCES } from "../../../src/demo/ci/build-service.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("a bundle", () => {
  it("unpacks into the files that were packed, and only those", async () => {
    const folder = temporaryFolder();
    await unpackBundle(await packBundle(SERVICE_SOURCES, ["rank-feed.ts"]), folder);
    expect(await readFile(join(folder, "rank-feed.ts"), "utf8")).toBe(
      await readFile(join(SERVICE_SOURCES, "rank-feed.ts"), "utf8"),
    );
    await expect(readFile(join(folder, "main.ts"))).rejects.toThrow("ENOENT");
  });

  it("is the same bytes for the same files, in whatever order they are named", async () => {
    const names = ["rank-feed.ts", "main.ts"];
    expect(await packBundle(SERVICE_SOURCES, names)).toBe(
      await packBundle(SERVICE_SOURCES, names.toReversed()),
    );
  });

  it.each(["../outside.ts", "/etc/passwd", "a/b.ts", ".hidden", ".."])(
    "that names %s is refused whole",
    async (name) => {
      const folder = temporaryFolder();
      const text = JSON.stringify({ files: { "good.ts": "", [name]: "" } });
      await expect(unpackBundle(text, folder)).rejects.toThrow("not one of files by plain names");
      await expect(readFile(join(folder, "good.ts"))).rejects.toThrow("ENOENT");
    },
  );

  it("that is not JSON is refused", async () => {
    await expect(unpackBundle("{", temporaryFolder())).rejects.toThrow("the bundle is not JSON");
  });
});
