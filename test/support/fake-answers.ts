import type { Answers, Reply } from "../../src/intake/slack/desk.ts";

export interface Told {
  readonly way: "respond" | "ephemeral" | "direct" | "view";
  readonly to: string;
  readonly text: string;
}

/** Answers that note what a person was told, and how; the ways named in `broken` throw. */
export function fakeAnswers(): Answers & {
  readonly told: Told[];
  broken: readonly Told["way"][];
} {
  const answers = {
    told: [] as Told[],
    broken: [] as readonly Told["way"][],
    respond: (url: string, reply: Reply) => tell("respond", url, reply),
    ephemeral: ({ channel, user }: { channel: string; user: string }, reply: Reply) =>
      tell("ephemeral", `${channel}/${user}`, reply),
    direct: (user: string, reply: Reply) => tell("direct", user, reply),
    showInView: (id: string, title: string, reply: Reply) => tell("view", `${id}/${title}`, reply),
  };
  async function tell(way: Told["way"], to: string, reply: Reply): Promise<void> {
    if (answers.broken.includes(way)) throw new Error(`${way} is broken`);
    answers.told.push({ way, to, text: reply.text });
  }
  return answers;
}
