import { createHash } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Build } from "../../../src/core/build.ts";
import { sendWithin } from "../../../src/effects/lookups/ask-api.ts";
import { ociRegistryReader } from "../../../src/effects/lookups/oci-registry.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  startServer,
} from "../../support/scripted-server.ts";
import { aBuild } from "../../support/story.ts";

const REVISION = "org.opencontainers.image.revision";
const SOURCE = "org.opencontainers.image.source";
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";

const TOLD: Build = aBuild({
  version: "1.42.0",
  source: "registry",
  artifact: { uri: "registry.example/acme/checkout:1.42.0", digest: null },
  commit: null,
});

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** A text by the path at which a registry has it. */
type Stored = Readonly<Record<string, string>>;

function stored(...documents: readonly (readonly [folder: string, value: object])[]): Stored {
  return Object.fromEntries(
    documents.map(([folder, value]) => {
      const text = JSON.stringify(value);
      return [`${folder}/${digestOf(text)}`, text];
    }),
  );
}

const digestIn = (files: Stored, index = 0) => Object.keys(files)[index]?.split("/")[1] ?? "";

/** An image of one platform, with labels. */
function image(labels: Readonly<Record<string, string>>, annotations?: object) {
  const config = stored(["blobs", { config: { Labels: labels } }]);
  const manifest = stored(["manifests", { annotations, config: { digest: digestIn(config) } }]);
  return { files: { ...config, ...manifest }, digest: digestIn(manifest) };
}

async function look(
  files: Stored,
  options: {
    readonly digest?: string | null;
    readonly repository?: string | null;
    readonly token?: string | null;
    readonly before?: (request: ReceivedRequest, url: string) => ScriptedAnswer | null;
  } = {},
) {
  const server = await startServer((request) => {
    const special = options.before?.(request, server.url) ?? null;
    if (special !== null) return special;
    const text = files[request.url.replace("/v2/acme/checkout/", "")];
    return text === undefined ? { status: 404, json: { errors: [] } } : { text };
  });
  onTestFinished(() => server.close());
  const { digest = null, repository = null, token = null } = options;
  const read = () =>
    ociRegistryReader.read({
      build: TOLD,
      lookup: { repository: "acme/checkout", tag: "1.42.0", digest },
      repository,
      url: server.url,
      token,
      ask: () => Promise.reject(new Error("it is not asked that way")),
      send: sendWithin({ clock: createFakeClock(), signal: new AbortController().signal }),
    });
  return { server, read };
}

async function looked(...given: Parameters<typeof look>): Promise<Build> {
  const { read } = await look(...given);
  return read();
}

const COMMIT = {
  repository: "acme/checkout",
  sha: SHA,
  tag: null,
  branch: null,
  author: null,
  subject: null,
};

describe("the commit of an image", () => {
  it("is in the label that it was built with", async () => {
    const { files, digest } = image({ [REVISION]: SHA, [SOURCE]: "https://github.com/acme/x.git" });
    expect(await looked(files, { digest, repository: "acme/checkout" })).toEqual({
      ...TOLD,
      artifact: { uri: "registry.example/acme/checkout:1.42.0", digest },
      commit: COMMIT,
    });
  });

  it("is of the repository that the image names, where its component names none", async () => {
    const { files, digest } = image({
      [REVISION]: SHA.toUpperCase(),
      [SOURCE]: "https://github.com/acme/checkout.git",
    });
    expect((await looked(files, { digest })).commit).toEqual(COMMIT);
  });

  it("is in an annotation of the manifest, and then nothing else is asked", async () => {
    const { files, digest } = image({}, { [REVISION]: SHA });
    const { server, read } = await look(files, { digest, repository: "acme/checkout" });
    expect((await read()).commit).toEqual(COMMIT);
    expect(server.requests()).toHaveLength(1);
  });

  it("of several platforms is that of the first, which is not their attestation", async () => {
    const { files, digest } = image({ [REVISION]: SHA });
    const manifests = [
      { digest: `sha256:${"0".repeat(64)}`, platform: { os: "unknown", architecture: "unknown" } },
      { digest, platform: { os: "linux" } },
    ];
    const index = stored(["manifests", { manifests }]);
    const build = await looked(
      { ...files, ...index },
      { digest: digestIn(index), repository: "acme/checkout" },
    );
    expect(build.commit).toEqual(COMMIT);
    expect(build.artifact?.digest).toBe(digestIn(index));
  });

  it.each([
    {
      where: "of the index",
      at: (index: object) => ({ ...index, annotations: { [REVISION]: SHA } }),
    },
    {
      where: "that the index has of its platform",
      at: (index: { manifests: object[] }) => ({
        manifests: index.manifests.map((one) => ({ ...one, annotations: { [REVISION]: SHA } })),
      }),
    },
  ])("is in an annotation $where", async ({ at }) => {
    const index = stored(["manifests", at({ manifests: [{ digest: "sha256:x" }] })]);
    const build = await looked(index, { digest: digestIn(index), repository: "acme/checkout" });
    expect(build.commit).toEqual(COMMIT);
  });

  it("is in an annotation of the platform's manifest", async () => {
    const { files, digest } = image({}, { [REVISION]: SHA });
    const index = stored(["manifests", { manifests: [{ digest }] }]);
    const all = { ...files, ...index };
    const build = await looked(all, { digest: digestIn(index), repository: "acme/checkout" });
    expect(build.commit).toEqual(COMMIT);
  });

  const SHORT = image({ [REVISION]: "3484a3f" });
  const ALONE = image({ [REVISION]: SHA });
  const BARE = stored(["manifests", { schemaVersion: 2 }]);
  const LIST = stored(["manifests", []]);
  const NESTED = stored(["manifests", { manifests: [{ digest: digestIn(BARE) }] }]);
  const LOST = stored(["manifests", { manifests: [{ digest: `sha256:${"1".repeat(64)}` }] }]);
  const ODD = stored(["blobs", { config: "none" }]);
  const ODD_IMAGE = stored(["manifests", { config: { digest: digestIn(ODD) } }]);

  it.each([
    { what: "short", ...SHORT, why: "it is not built with org.opencontainers.image.revision" },
    { what: "of no repository", ...ALONE, why: "nothing says which repository" },
    { what: "of no image", files: BARE, digest: digestIn(BARE), why: "it has no configuration" },
    { what: "in a list", files: LIST, digest: digestIn(LIST), why: "none of an image" },
    {
      what: "in an index of an index",
      files: { ...BARE, ...NESTED },
      digest: digestIn(NESTED),
      why: "none of an image",
    },
    { what: "of a lost platform", files: LOST, digest: digestIn(LOST), why: "does not have" },
    {
      what: "in an odd configuration",
      files: { ...ODD, ...ODD_IMAGE },
      digest: digestIn(ODD_IMAGE),
      why: "none of an image",
    },
  ])("that is $what is a gap, which does not block", async ({ files, digest, why }) => {
    const build = await looked(files, { digest });
    expect(build.commit).toBeNull();
    expect(build.artifact?.digest).toBe(digest);
    expect(build.gaps).toEqual([
      { what: "the commit of the image", why: expect.stringContaining(why), blocks: false },
    ]);
  });
});

describe("the digest of an image", () => {
  it("is that of what is behind its tag, where the event named none", async () => {
    const { files, digest } = image({ [REVISION]: SHA });
    const text = files[`manifests/${digest}`] ?? "";
    const build = await looked(
      { ...files, "manifests/1.42.0": text },
      { repository: "acme/checkout" },
    );
    expect(build).toMatchObject({ artifact: { digest }, commit: COMMIT });
  });

  it("that the registry does not have blocks the release", async () => {
    const build = await looked({});
    expect(build.artifact?.digest).toBeNull();
    expect(build.gaps).toEqual([
      {
        what: "image acme/checkout:1.42.0",
        why: expect.stringContaining("does not have the manifest 1.42.0 of acme/checkout"),
        blocks: true,
      },
    ]);
  });

  it("is computed, so that other bytes are not taken for it", async () => {
    const { digest } = image({ [REVISION]: SHA });
    const build = await looked({ [`manifests/${digest}`]: '{"config":{}}' }, { digest });
    expect(build.gaps?.[0]).toMatchObject({
      why: expect.stringContaining("answered with other bytes"),
      blocks: true,
    });
  });

  it.each([
    { status: 403, text: "", why: "wants a password: set api.token" },
    { status: 500, text: "", why: null },
    { status: 418, text: "", why: "answered 418" },
    { status: 200, text: "<html>", why: "is api.url the address of a registry?" },
  ])("of a registry that answers $status is tried again, or is a gap", async (answer) => {
    const { read } = await look({}, { before: () => answer });
    if (answer.why === null) {
      expect(await failureOf(read())).toMatchObject({ retryable: true });
    } else {
      expect((await read()).gaps?.[0]?.why).toContain(answer.why);
    }
  });
});

describe("a registry that wants to know who asks", () => {
  const { files, digest } = image({ [REVISION]: SHA });

  function challenging(
    request: ReceivedRequest,
    realm: string,
    answer: ScriptedAnswer = { json: { token: "t1" } },
  ): ScriptedAnswer | null {
    if (request.url.startsWith("/token?")) return answer;
    if (request.headers.authorization === "Bearer t1") return null;
    return {
      status: 401,
      headers: { "www-authenticate": `Bearer realm="${realm}",service="reg.local",scope="x"` },
      json: {},
    };
  }

  it("is asked with the token that it has one fetched for, once for a repository", async () => {
    const { server, read } = await look(files, {
      digest,
      repository: "acme/checkout",
      token: "robot:secret",
      before: (request, url) => challenging(request, `${url}/token`),
    });
    expect((await read()).commit).toEqual(COMMIT);
    const tokens = server.requests().filter(({ url }) => url.startsWith("/token"));
    expect(tokens.map(({ url, headers }) => ({ url, as: headers.authorization }))).toEqual([
      {
        url: "/token?service=reg.local&scope=repository%3Aacme%2Fcheckout%3Apull",
        as: `Basic ${Buffer.from("robot:secret").toString("base64")}`,
      },
    ]);
  });

  it("is asked by nobody in particular where nothing is configured", async () => {
    const { server, read } = await look(files, {
      digest,
      repository: "acme/checkout",
      before: (request, url) =>
        challenging(request, `${url}/token`, { json: { access_token: "t1" } }),
    });
    expect((await read()).commit).toEqual(COMMIT);
    expect(server.requests()[1]?.headers.authorization).toBeUndefined();
  });

  it("is asked with a token as it is configured", async () => {
    const { server, read } = await look(files, {
      digest,
      token: "t1",
      before: (request, url) => challenging(request, `${url}/token`),
    });
    await read();
    expect(server.requests()[0]?.headers.authorization).toBe("Bearer t1");
  });

  it.each([
    { what: "elsewhere without TLS", realm: () => "http://attacker.example/token" },
    { what: "nowhere", realm: () => "no address" },
    {
      what: "where none is given",
      realm: (url: string) => `${url}/token`,
      answer: { status: 403 },
    },
    { what: "where it is no JSON", realm: (url: string) => `${url}/token`, answer: { text: "<" } },
    { what: "where it is empty", realm: (url: string) => `${url}/token`, answer: { json: {} } },
  ])("and sends for its token $what is not believed", async ({ realm, answer }) => {
    const { server, read } = await look(files, {
      digest,
      token: "robot:secret",
      before: (request, url) => challenging(request, realm(url), answer),
    });
    expect((await read()).gaps?.[0]?.why).toContain("api.token of its source may not read it");
    expect(server.requests().every(({ url }) => !url.includes("attacker"))).toBe(true);
  });

  it("by a password alone gets what is configured", async () => {
    const { read } = await look(files, {
      digest,
      repository: "acme/checkout",
      token: "robot:secret",
      before: ({ headers }) =>
        headers.authorization?.startsWith("Basic ")
          ? null
          : { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } },
    });
    expect((await read()).commit).toEqual(COMMIT);
  });
});

describe("a registry that keeps its blobs elsewhere", () => {
  const { files, digest } = image({ [REVISION]: SHA });

  it("is followed without credentials, and believed for the digest", async () => {
    const { server, read } = await look(files, {
      digest,
      repository: "acme/checkout",
      token: "t1",
      before: ({ url }) => {
        if (url.startsWith("/storage/"))
          return { text: files[url.slice("/storage/".length)] ?? "" };
        return url.includes("/blobs/")
          ? { status: 307, headers: { location: `/storage/${url.split("/checkout/")[1]}` } }
          : null;
      },
    });
    expect((await read()).commit).toEqual(COMMIT);
    expect(server.requests().at(-1)?.headers.authorization).toBeUndefined();
  });

  it.each([
    { what: "in a circle", location: (url: string) => url },
    { what: "to another protocol", location: () => "file:///etc/passwd" },
    { what: "nowhere", location: () => "http://[" },
  ])("but not $what", async ({ location }) => {
    const { read } = await look(files, {
      digest,
      before: ({ url }) =>
        url.includes("/blobs/") ? { status: 302, headers: { location: location(url) } } : null,
    });
    expect((await read()).gaps?.[0]?.why).toContain("answered 302");
  });
});
