import { describeSimulation, type SimulationSection } from "../core/describe-simulation.ts";
import type { Simulation } from "../core/simulate.ts";
import { contexts, header } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { listPart } from "./blocks/list-part.ts";
import { LIMITS, SHOWN } from "./limits.ts";
import type { Message } from "./message.ts";
import { fallback, line, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";

const ROWS = [30, 15, 5];

/** `/release COMPONENT simulate ENVIRONMENT`: what would come of it, and that nothing has. */
export function drawSimulation(simulation: Simulation): Message {
  const { component, environment, release } = simulation;
  const title = plain`🧪 ${component} ${release.version} into ${environment}: simulated`;
  return {
    text: fallback(line(title.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(title)]] },
      ...describeSimulation(simulation).flatMap(sectionPart),
      {
        name: "note",
        title: null,
        rank: 90,
        forms: [contexts([md`A dry run on what is recorded: nothing was changed.`])],
      },
    ]),
  };
}

function sectionPart({ title, lines }: SimulationSection, index: number): readonly Part[] {
  return listPart({
    name: `section.${index}`,
    title,
    rank: 80 - index,
    heading: md`*${title}*`,
    items: lines,
    counts: ROWS,
    line: (text) => md`• ${line(text, SHOWN.reason)}`,
  });
}
