/**
 * The path of a repository in the address that it is cloned from or looked at: `acme/checkout` of
 * `https://github.com/acme/checkout.git`, `git@host:acme/checkout.git` and `ssh://git@host:7999/acme/checkout`.
 * Which host it is on is not kept. null: not such an address.
 */
export function repositoryOf(address: string | null | undefined): string | null {
  const text = address ?? "";
  const path =
    /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+\/([^?#]+)/i.exec(text)?.[1] ??
    /^[^\s/:@]+@[^\s/:]+:([^?#]+)$/.exec(text)?.[1] ??
    "";
  // Bitbucket Data Center clones over HTTP below /scm/.
  const name = path
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .replace(/^scm\//, "");
  return isRepositoryPath(name) ? name : null;
}

/** As `repositoryOf`, where the path itself may be written, too. */
export function repositoryNameOf(text: string): string | null {
  return repositoryOf(text) ?? (isRepositoryPath(text) && !text.includes(":") ? text : null);
}

function isRepositoryPath(text: string): boolean {
  return text.length <= 200 && /^[^\s\p{C}/]+(?:\/[^\s\p{C}/]+)+$/u.test(text);
}
