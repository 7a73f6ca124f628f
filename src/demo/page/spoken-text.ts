import type { Workspace } from "../gateway/workspace.ts";

const LONGEST = 300;

/** The text of a message as it is said aloud: names for mentions, and no formatting. */
export function spokenText(text: string, { people, groups }: Workspace): string {
  const spoken = text
    .replace(/<@(\w+)>/g, (_mention, id: string) => {
      return `@${people.find((person) => person.id === id)?.name ?? id}`;
    })
    .replace(/<!subteam\^(\w+)>/g, (_mention, id: string) => {
      return `@${groups.find((group) => group.id === id)?.handle ?? id}`;
    })
    .replace(/<[^<>|]*\|([^<>]*)>/g, "$1")
    .replace(/[*`]/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return spoken.slice(0, LONGEST);
}
