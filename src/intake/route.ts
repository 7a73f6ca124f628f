/** What a path leads to, with the methods it takes; of a hook, its source says which. */
export type Route =
  | { readonly kind: "hook"; readonly source: string; readonly query: string }
  | {
      readonly kind: "slack" | "healthz" | "readyz" | "readyz-intake" | "metrics";
      readonly methods: readonly string[];
    }
  | { readonly kind: "unknown" };

const READ = ["GET", "HEAD"] as const;
const WRITE = ["POST"] as const;

const FIXED: ReadonlyMap<string, Route> = new Map([
  ["/slack/events", { kind: "slack", methods: WRITE }],
  ["/healthz", { kind: "healthz", methods: READ }],
  ["/readyz", { kind: "readyz", methods: READ }],
  ["/readyz/intake", { kind: "readyz-intake", methods: READ }],
  ["/metrics", { kind: "metrics", methods: READ }],
]);

/**
 * The route of a request target, whatever it holds: `//`, a bad escape, a whole URL as proxies send it.
 * Never throws.
 */
export function routeOf(target: string): Route {
  const [, path = "", query = ""] =
    /^(?:https?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/is.exec(target) ?? [];
  const fixed = FIXED.get(path);
  if (fixed !== undefined) return fixed;
  const encoded = /^\/hooks\/([^/]+)$/.exec(path)?.[1];
  const source = encoded === undefined ? null : decode(encoded);
  return source === null ? { kind: "unknown" } : { kind: "hook", source, query };
}

function decode(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
