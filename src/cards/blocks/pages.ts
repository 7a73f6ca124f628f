import type { Block } from "../message.ts";
import { type Mrkdwn, md } from "../text/mrkdwn.ts";
import { sections } from "./block.ts";
import { allIdentified, composeFirst, type InFull, type Part, type Surface } from "./compose.ts";

/** As many as somebody may turn: what is beyond them is far beyond what is read in Slack. */
export const MOST_PAGES = 40;
/** Kept free on each page for what stands above and below its lists, in characters. */
const FRAME_TEXT = 1_500;
/** The title, what is said of the page, and its buttons. */
const FRAME_BLOCKS = 6;

/**
 * What is too much for one view, on several: the first shows something of every part, as far as there is room,
 * and the others all of each part that is cut there, from its beginning. At least one page, `MOST_PAGES` at most.
 */
export function composePages(
  { blocks, text }: Surface,
  parts: readonly Part[],
): readonly (readonly Block[])[] {
  const surface = { blocks: blocks - FRAME_BLOCKS, text: text - FRAME_TEXT };
  const first = composeFirst(surface, parts);
  return [first.blocks, ...divided(surface, first.cut)];
}

/** Some of the lines of a part. */
interface Run {
  readonly name: string;
  readonly heading: Mrkdwn;
  readonly lines: Mrkdwn[];
}

function divided(
  { text }: Surface,
  parts: readonly (InFull & { readonly name: string })[],
): readonly (readonly Block[])[] {
  const pages: Run[][] = [];
  let room = 0;
  for (const { name, heading, lines } of parts) {
    let run: Run | null = null;
    let goesOn = false;
    for (const line of lines()) {
      const taken = lengthOf(line) + (run === null ? lengthOf(heading) : 0);
      if (pages.length === 0 || taken > room) {
        if (pages.length + 1 === MOST_PAGES) return drawn(pages);
        pages.push([]);
        room = text;
        run = null;
      }
      if (run === null) {
        run = { name, heading: goesOn ? md`${heading} · continued` : heading, lines: [] };
        pages.at(-1)?.push(run);
        room -= lengthOf(run.heading);
        goesOn = true;
      }
      run.lines.push(line);
      room -= lengthOf(line);
    }
  }
  return drawn(pages);
}

function drawn(pages: readonly (readonly Run[])[]): readonly (readonly Block[])[] {
  return pages.map((runs) =>
    runs.flatMap(({ name, heading, lines }) => allIdentified(name, sections([heading, ...lines]))),
  );
}

/** With the line break behind it. */
function lengthOf({ mrkdwn }: Mrkdwn): number {
  return mrkdwn.length + 1;
}
