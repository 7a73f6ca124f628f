import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { digestOf } from "../training/model-file.ts";

export interface StoredArtifact {
  /** `artifacts/<component>/<version>/<file>`: a path inside the store. */
  readonly uri: string;
  /** `sha256:…` of the bytes. */
  readonly digest: string;
}

interface ArtifactName {
  readonly component: string;
  readonly version: string;
  readonly file: string;
}

const URI = /^artifacts(?:\/[A-Za-z0-9][A-Za-z0-9.+_-]*){3}$/;

/** The registry of the sample world: a folder. What is in it is never changed. */
export interface ArtifactStore {
  /** @throws Error when the name is taken by an artifact with other bytes, or is no name for a file */
  put(name: ArtifactName, bytes: string): Promise<StoredArtifact>;
  /** @throws Error when there is no such artifact, or when its bytes have another digest */
  get(artifact: StoredArtifact): Promise<string>;
}

export function createArtifactStore(folder: string): ArtifactStore {
  function pathOf(uri: string): string {
    if (!URI.test(uri)) throw new Error(`"${uri}" is not the address of an artifact`);
    return join(folder, uri);
  }

  async function read(uri: string): Promise<string | null> {
    return readFile(pathOf(uri), "utf8").catch(() => null);
  }

  return {
    put: async ({ component, version, file }, bytes) => {
      const uri = `artifacts/${component}/${version}/${file}`;
      const path = pathOf(uri);
      const present = await read(uri);
      if (present !== null && present !== bytes)
        throw new Error(`${uri} is already another artifact`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      return { uri, digest: digestOf(bytes) };
    },
    get: async ({ uri, digest }) => {
      const bytes = await read(uri);
      if (bytes === null) throw new Error(`there is no artifact ${uri}`);
      const found = digestOf(bytes);
      if (found !== digest) throw new Error(`${uri} has the digest ${found}, not ${digest}`);
      return bytes;
    },
  };
}
