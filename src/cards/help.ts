import { contexts, header, sections } from "./blocks/block.ts";
import { compose } from "./blocks/compose.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { code, fallback, line, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";

interface CommandHelp {
  /** As it is typed. */
  readonly usage: string;
  readonly does: string;
}

/** Every command there is, in the order in which people need them. */
export const COMMANDS: readonly CommandHelp[] = [
  { usage: "/release", does: "what is live where, and what waits" },
  { usage: "/release COMPONENT", does: "the card of its newest release" },
  {
    usage: "/release COMPONENT history [before VERSION]",
    does: "its releases and what became of them, and the numbers of its gates",
  },
  {
    usage: "/release COMPONENT diff [VERSION [VERSION]]",
    does: "what differs between the live release and the newest, or VERSION; or between two",
  },
  {
    usage: "/release COMPONENT lineage [VERSION]",
    does: "where a release comes from, who let it go where, and what is not known of it",
  },
  {
    usage: "/release COMPONENT watch [in ENVIRONMENT]",
    does: "how what is watched is doing: measurements, limits, a chart",
  },
  {
    usage: "/release COMPONENT simulate ENVIRONMENT",
    does: "a dry run: what would keep its newest release from there, and until when",
  },
  {
    usage: "/release COMPONENT promote VERSION to ENVIRONMENT",
    does: "ask for a release by name",
  },
  {
    usage: "/release COMPONENT rollback [to VERSION] [in ENVIRONMENT] [because REASON]",
    does: "return to the last good release, in production unless you say where",
  },
  { usage: "/release COMPONENT hold REASON", does: "stop all promotions of it" },
  { usage: "/release COMPONENT unhold [in ENVIRONMENT]", does: "let it go on" },
  {
    usage: "/release freeze DURATION REASON",
    does: "stop promotions of everything, for example for 2h",
  },
  { usage: "/release COMPONENT freeze DURATION REASON", does: "the same for one component" },
  { usage: "/release unfreeze", does: "end the freeze over everything" },
  { usage: "/release COMPONENT unfreeze", does: "end the freeze of one component" },
  {
    usage: "/release stats [DURATION]",
    does: "how often, how fast and how well releases are delivered; 30d unless you say",
  },
  { usage: "/release COMPONENT stats [DURATION]", does: "the same of one component" },
  {
    usage: "/release audit COMPONENT [before NUMBER]",
    does: "what is recorded of it, by whom, and whether the record is whole",
  },
  { usage: "/release help", does: "this list" },
];

export function drawHelp(): Message {
  return {
    text: fallback(line("What /release can do", LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 3, forms: [[header(plain`What /release can do`)]] },
      { name: "commands", title: null, rank: 2, forms: [sections(COMMANDS.map(commandLine))] },
      {
        name: "note",
        title: null,
        rank: 1,
        forms: [contexts([md`A hold or a freeze never delays a rollback.`])],
      },
    ]),
  };
}

function commandLine({ usage, does }: CommandHelp): Mrkdwn {
  return md`${code(usage)} ${does}`;
}
