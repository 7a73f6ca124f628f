import { header, sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { LIMITS } from "../limits.ts";
import { asIs, atMost, counted } from "../text/lines.ts";
import { fallback, line, md } from "../text/mrkdwn.ts";
import { type Plain, plain } from "../text/plain.ts";
import type { Headline } from "./headline.ts";

/** How many lines stay under a title whatever else there is. */
const SHORTEST = 3;

/** The title and what stands under it: the news is in the first block, where desktops notify from. */
export function headlineParts(about: Plain, { symbol, news, lines }: Headline): readonly Part[] {
  const more = (left: number) => md`and ${counted(left, "more line", "more lines")}`;
  return [
    {
      name: "title",
      title: null,
      rank: 100,
      forms: [[header(plain`${{ plain: symbol }} ${about}: ${news}`)]],
    },
    {
      name: "status",
      title: null,
      rank: 95,
      forms: [sections(lines), sections(atMost(SHORTEST, lines, asIs, more))],
    },
  ];
}

/** The same news as one line: all that a phone's notification shows. */
export function headlineText(about: Plain, { news, more }: Headline): string {
  const title = line(plain`${about}: ${news}`.plain, LIMITS.header);
  return fallback(more === null ? title : md`${title}. ${line(more.plain, LIMITS.header)}`);
}
