import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ComponentPolicy } from "../../src/core/policy.ts";
import type { SourceSettings } from "../../src/intake/sources/source.ts";
import { load } from "./configurations.ts";
import { block } from "./markdown.ts";

export interface DocumentedSetup {
  /** The page, whole. */
  readonly page: string;
  readonly sources: Readonly<Record<string, SourceSettings>>;
  readonly components: Readonly<Record<string, ComponentPolicy>>;
}

/** What a page says only in part: the rest of a component, which has nothing to do with its source. */
const REST = {
  kind: "service",
  environments: { production: { deploy: { use: "run" } } },
};

/**
 * What the first YAML block of a page in `docs/sources` sets up, read as `slipway serve` reads it.
 * `environment` holds the secrets that it names. Throws ConfigError where the page is wrong.
 */
export function documentedSetup(
  name: string,
  environment: Readonly<Record<string, string>>,
): DocumentedSetup {
  const page = readFileSync(join(import.meta.dirname, `../../docs/sources/${name}.md`), "utf8");
  const shown = parse(block(page, "yaml")) as {
    readonly sources: object;
    readonly components: Readonly<Record<string, object>>;
  };
  const components = Object.entries(shown.components).map(([id, component]) => [
    id,
    { ...REST, ...component },
  ]);
  const { sources, policy } = load(
    stringify({
      slack: { channel: "releases" },
      deployers: { run: { type: "command", start: ["/bin/deploy", "{{version}}"] } },
      ...shown,
      components: Object.fromEntries(components),
    }),
    environment,
  );
  return { page, sources, components: policy.components };
}
