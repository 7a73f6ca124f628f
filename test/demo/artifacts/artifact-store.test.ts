import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createArtifactStore } from "../../../src/demo/artifacts/artifact-store.ts";
import { digestOf } from "../../../src/demo/training/model-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const NAME = { component: "model-pymk", version: "2026.11.21-1", file: "model.json" };

describe("the artifact store", () => {
  it("gives back what was put there, under its address and digest", async () => {
    const store = createArtifactStore(temporaryFolder());
    const artifact = await store.put(NAME, "weights");
    expect(artifact).toEqual({
      uri: "artifacts/model-pymk/2026.11.21-1/model.json",
      digest: digestOf("weights"),
    });
    expect(await store.get(artifact)).toBe("weights");
    expect(await store.put(NAME, "weights")).toEqual(artifact);
  });

  it("never changes what is there", async () => {
    const store = createArtifactStore(temporaryFolder());
    const artifact = await store.put(NAME, "weights");
    await expect(store.put(NAME, "other weights")).rejects.toThrow("is already another artifact");
    expect(await store.get(artifact)).toBe("weights");
  });

  it("refuses bytes that are not those of the digest", async () => {
    const folder = temporaryFolder();
    const store = createArtifactStore(folder);
    const artifact = await store.put(NAME, "weights");
    await writeFile(join(folder, artifact.uri), "tampered");
    await expect(store.get(artifact)).rejects.toThrow(
      `has the digest ${digestOf("tampered")}, not ${digestOf("weights")}`,
    );
  });

  it("refuses what is not there, and what is no address in the store", async () => {
    const store = createArtifactStore(temporaryFolder());
    const digest = digestOf("");
    await expect(store.get({ uri: "artifacts/a/1/b", digest })).rejects.toThrow(
      "there is no artifact",
    );
    for (const uri of [
      "artifacts/../../etc/passwd",
      "/etc/passwd",
      "artifacts/a/../b",
      "a/b/c/d",
    ]) {
      await expect(store.get({ uri, digest })).rejects.toThrow("is not the address of an artifact");
    }
    await expect(store.put({ ...NAME, version: "../x" }, "")).rejects.toThrow("is not the address");
  });
});
