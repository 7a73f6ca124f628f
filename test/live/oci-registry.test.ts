import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { componentStream } from "../../src/ledger/ledger.ts";
import { freePort } from "../support/free-port.ts";
import { runApp } from "../support/running-app.ts";
import { card, startWorld, textOf } from "../support/system.ts";
import { startServer } from "./support/background-server.ts";
import { has, leftOut } from "./support/tools.ts";

const PROGRAM = "docker-registry";
const found = has("which", PROGRAM);
const isLeftOut = leftOut(PROGRAM, found ? [] : [`apt-get install ${PROGRAM}`]);

const TOKEN = "a-token-of-the-registry";
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

function configYml(folder: string, address: string, hook: string): string {
  return `
version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: ${join(folder, "registry")} } }
http: { addr: ${address} }
notifications:
  endpoints:
    - name: slipway
      url: ${hook}
      headers: { Authorization: [Bearer ${TOKEN}] }
      timeout: 5s
      threshold: 5
      backoff: 1s
      ignore: { actions: [pull], mediatypes: [application/octet-stream] }
`;
}

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

async function pushBlob(repository: string, text: string): Promise<void> {
  const begun = await fetch(`${repository}/blobs/uploads/`, { method: "POST" });
  expect(begun.status).toBe(202);
  const place = new URL(begun.headers.get("location") ?? "", repository);
  place.searchParams.set("digest", digestOf(text));
  const headers = { "content-type": "application/octet-stream" };
  const ended = await fetch(place, { method: "PUT", headers, body: text });
  expect(ended.status).toBe(201);
}

/** An image of nothing, with a label, as a builder pushes it. Its digest. */
async function pushImage(repository: string, tag: string): Promise<string> {
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: { Labels: { "org.opencontainers.image.revision": SHA } },
    rootfs: { type: "layers", diff_ids: [] },
  });
  await pushBlob(repository, config);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      size: config.length,
      digest: digestOf(config),
    },
    layers: [],
  });
  const headers = { "content-type": MANIFEST };
  const put = { method: "PUT", headers, body: manifest };
  expect((await fetch(`${repository}/manifests/${tag}`, put)).status).toBe(201);
  return digestOf(manifest);
}

it.skipIf(isLeftOut)(
  "a real registry tells of a push, and is asked for the commit of the image",
  async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const world = await startWorld({
      configure: (yaml) =>
        yaml
          .replace(
            "sources:\n",
            `sources:\n  registry: { type: oci-registry, token: ${TOKEN}, api: { url: "http://${address}" } }\n`,
          )
          .replace("[{ source: ci }]", "[{ source: registry, package: acme/pymk }]")
          .replace(/ {4}gates:\n(?: {6}- .*\n)+/, ""),
    });
    const { port, ledger } = await runApp(world);
    world.deploys.setAll("done");
    world.deploys.finishAtOnce();
    const file = join(world.folder, "registry.yml");
    await writeFile(
      file,
      configYml(world.folder, address, `http://127.0.0.1:${port}/hooks/registry`),
    );
    const health = `http://${address}/v2/`;
    await startServer({ program: PROGRAM, argv: ["serve", file], health });

    const repository = `http://${address}/v2/acme/pymk`;
    const digest = await pushImage(repository, "1.42.0");
    await pushImage(repository, "latest");
    const shown = await card(world, "1.42.0", "Approve");
    expect(textOf(shown)).toContain(SHA.slice(0, 7));
    const state = JSON.stringify((await ledger.load(componentStream("model-pymk"))).state);
    expect(state).toContain(digest);
    expect(state).toContain(SHA);
    expect(state).not.toContain("latest");
  },
);
