import { dirname } from "node:path";
import { expect } from "vitest";
import { PLAIN_VARIABLES, SECRET_VARIABLES } from "../../src/config/settings.ts";
import { imageEnvironment } from "./deploy-files.ts";

/** Of any orchestrator: what a container of Slipway gets. */
export interface ContainerShape {
  readonly environment: Readonly<Record<string, string>>;
  /** Where the files of secrets are. */
  readonly secretFolder: string;
  /** Names of the files there. */
  readonly secretFiles: readonly string[];
  /** The configuration that is mounted; it may name further variables. */
  readonly configuration: string;
}

/** The variables are known, secrets come as files that are there, and the folders are the image's. */
export function expectKnownEnvironment(shape: ContainerShape): void {
  const { environment, secretFolder, secretFiles } = shape;
  const inConfiguration = [...shape.configuration.matchAll(/\$\{(\w+)\}/g)].map(
    ([, name = ""]) => name,
  );
  const secrets: ReadonlySet<string> = new Set([...SECRET_VARIABLES, ...inConfiguration]);
  const image = imageEnvironment();
  for (const [name, value] of Object.entries(environment)) {
    const secret = name.replace(/_FILE$/, "");
    if (name.endsWith("_FILE")) {
      expect([...secrets]).toContain(secret);
      expect({ name, folder: dirname(value) }).toEqual({ name, folder: secretFolder });
      expect(secretFiles).toContain(value.slice(secretFolder.length + 1));
    } else {
      expect(Object.keys(PLAIN_VARIABLES)).toContain(name);
      if (image[name] !== undefined) expect({ [name]: value }).toEqual({ [name]: image[name] });
    }
  }
  for (const name of inConfiguration) expect(Object.keys(environment)).toContain(`${name}_FILE`);
  const named = Object.keys(environment).filter((name) => name.endsWith("_FILE"));
  expect(named).toHaveLength(secretFiles.length);
}
