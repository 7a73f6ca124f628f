import type { LocalPerson, Workspace } from "../gateway/workspace.ts";

export interface Role {
  /** Few words, beside the name. */
  readonly short: string;
  /** What Slipway lets them do. */
  readonly long: string;
}

/** What a person is to Slipway, given whose change every build is. */
export function roleOf(person: LocalPerson, workspace: Workspace, author: string): Role {
  const handles = workspace.groups
    .filter(({ members }) => members.includes(person.id))
    .map(({ handle }) => `@${handle}`);
  const groups = handles.join(" and ");
  if (person.id === author) {
    return {
      short: "author",
      long: `Wrote the change of every build here. In ${groups}, but nobody approves their own change.`,
    };
  }
  if (person.guest === true) {
    return { short: "guest", long: "A guest from an agency: may look, and decides nothing." };
  }
  return { short: groups, long: `In ${groups}: an approval of theirs counts for that group.` };
}
