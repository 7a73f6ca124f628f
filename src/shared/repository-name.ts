const LONGEST = 200;
const SEGMENT = /^[^\s\p{C}/:@?#]+$/u;

/**
 * `owner/name`, or the path of a project, of the address of a repository: `https://github.com/acme/pymk.git`,
 * `git@github.com:acme/pymk.git`, `ssh://git@gitlab.example:2222/ml/teams/pymk`, or the name itself. null: it is
 * none of them.
 */
export function repositoryNameOf(address: string): string | null {
  const text = address.trim();
  const scp = /^[\w.-]+@[\w.-]+:(?!\/\/)(.+)$/.exec(text)?.[1];
  const path = scp ?? pathOf(text);
  if (path === null) return null;
  const segments = path
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .split("/");
  const name = segments.join("/");
  const fits = segments.length >= 2 && segments.every((segment) => SEGMENT.test(segment));
  return fits && name.length <= LONGEST ? name : null;
}

function pathOf(text: string): string | null {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
  if (!/^(?:https?|ssh|git(?:\+\w+)?):/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).pathname;
}
