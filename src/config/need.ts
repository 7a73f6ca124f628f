import { coerce, parse, satisfies, validRange } from "semver";
import type { Need } from "../core/policy.ts";

/** `^2.3`, `>=2.3.0`, `2.x`; null when it is not a range of semantic versions. */
export function compileNeed(component: string, range: string): Need | null {
  if (range.trim() === "" || validRange(range, { loose: true }) === null) return null;
  return {
    component,
    range,
    satisfiedBy: (version) => {
      const semantic = semanticVersion(version);
      return (
        semantic !== null && satisfies(semantic, range, { loose: true, includePrerelease: true })
      );
    },
  };
}

/**
 * The semantic version that a version says it is: `2.3.0`, `v2.3.0-rc.1`, and also `2.3`. Null for
 * anything else, such as a build number or a commit: it satisfies no range.
 */
export function semanticVersion(version: string): string | null {
  const exact = parse(version, { loose: true });
  if (exact !== null) return exact.version;
  return /^v?\d{1,9}\.\d{1,9}$/.test(version) ? (coerce(version)?.version ?? null) : null;
}
