/**
 * Whether one of the entries means this repository: `*` stands for any part of a segment, `**` for any
 * segments; letter case does not count, as on GitHub and GitLab.
 */
export function isListed(repository: string, globs: readonly string[]): boolean {
  return globs.some((glob) => {
    const pattern = glob.split(/(\*+)/).map((part) => {
      if (part === "*") return "[^/]*";
      return part.startsWith("*") ? ".*" : part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
    });
    return new RegExp(`^${pattern.join("")}$`, "i").test(repository);
  });
}
