import type { Answers, Reply, ShownModal } from "../../src/intake/slack/desk.ts";

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
    updateModal: (id: string, modal: ShownModal, hash?: string) =>
      tell("view", [id, modal.title.text, ...(hash === undefined ? [] : [hash])].join("/"), {
        text: textOf(modal),
        blocks: [],
      }),
  };
  async function tell(way: Told["way"], to: string, reply: Reply): Promise<void> {
    if (answers.broken.includes(way)) throw new Error(`${way} is broken`);
    answers.told.push({ way, to, text: reply.text });
  }
  return answers;
}

function textOf(modal: ShownModal): string {
  const [block] = modal.blocks as readonly { readonly text?: { readonly text: string } }[];
  return block?.text?.text ?? "";
}
