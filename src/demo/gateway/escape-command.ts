import type { Gateway } from "./gateway.ts";

/**
 * The text of a command as Slack hands it on when the manifest says `should_escape`: control characters
 * as entities, names of people, groups and channels as `<@U…|ana>`, `<!subteam^S…|@sre>`, `<#C…|releases>`.
 */
export function escapeCommand(text: string, gateway: Gateway): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/(^|\s)@([a-z0-9._-]+)/g, (whole, before: string, name: string) => {
      const person = gateway.workspace.people.find((candidate) => candidate.name === name);
      if (person !== undefined) return `${before}<@${person.id}|${name}>`;
      const group = [...gateway.groups.values()].find(({ handle }) => handle === name);
      return group === undefined ? whole : `${before}<!subteam^${group.id}|@${name}>`;
    })
    .replace(/(^|\s)#([a-z0-9_-]+)/g, (whole, before: string, name: string) => {
      const known = gateway.workspace.channels.some((channel) => channel.name === name);
      return known ? `${before}<#${gateway.channels.idOf(name)}|${name}>` : whole;
    });
}
