import type { SourceSettings } from "../../src/intake/sources/source.ts";

/** A source of the configuration, with nothing but what is given. */
export function sourceSettings(
  given: Partial<SourceSettings> & Pick<SourceSettings, "id" | "type">,
): SourceSettings {
  return { secrets: [], tokens: [], repositories: [], api: null, options: {}, ...given };
}
