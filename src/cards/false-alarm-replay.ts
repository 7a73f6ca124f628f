import type { CheckReplay, FalseAlarmReplay } from "../core/replay/choose-variant.ts";
import type { ReplayResult } from "../core/replay/replay-check.ts";
import { preformatted, sections } from "./blocks/block.ts";
import { SHOWN } from "./limits.ts";
import type { Block } from "./message.ts";
import { EMPTY, line, type Mrkdwn, md } from "./text/mrkdwn.ts";

const RESULTS: Readonly<Record<ReplayResult, string>> = {
  failed: "fails too",
  passed: "passes",
  quiet: "stays quiet",
  undecided: "cannot be judged",
  "no-data": "no data",
};

const DIFF = 1000;
/** A modal has room for so many checks: each takes up to three blocks. */
const CHECKS = 8;

/** What other limits would have done, check by check, above the reason that a false alarm is asked for. */
export function drawFalseAlarmReplay(
  replayed: FalseAlarmReplay | { readonly why: string },
): readonly Block[] {
  if ("why" in replayed)
    return sections([md`_Not replayed with other limits: ${line(replayed.why, SHOWN.sentence)}._`]);
  const { checks, notes } = replayed;
  const left = checks.length - CHECKS;
  const more = left > 0 ? [`and of ${left} more checks, which are proposed in the thread`] : [];
  return [
    ...checks.slice(0, CHECKS).flatMap(checkBlocks),
    ...sections([...more, ...notes].map((note) => md`_${line(note, SHOWN.sentence)}_`)),
  ];
}

function checkBlocks({ check, results, proposal }: CheckReplay): readonly Block[] {
  const rows = results.map(({ variant, result, bad }): Mrkdwn => {
    const found = bad.filter((one) => one === "failed").length;
    const tried = bad.length === 0 ? EMPTY : md`, finds ${found} of ${bad.length} bad releases`;
    return md`• ${line(variant.words, SHOWN.sentence)}: ${RESULTS[result]}${tried}`;
  });
  const advice =
    proposal === null
      ? md`No small change would have stayed quiet and still found what is bad.`
      : md`${line(proposal.sentence, SHOWN.reason)} It is proposed in the thread; nothing is changed by itself.`;
  return [
    ...sections([md`The same time with other limits of *${check}*:`, ...rows]),
    ...sections([advice]),
    ...(proposal === null ? [] : [preformatted(proposal.diff.join("\n"), DIFF)]),
  ];
}
