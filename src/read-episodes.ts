import type { Episode } from "./core/episodes/episode.ts";
import { episodesOf } from "./core/episodes/episodes-of.ts";
import type { Instant, Milliseconds } from "./core/json.ts";
import { componentStream, type Ledger } from "./ledger/ledger.ts";

/** A deployment that began so long before may have taken traffic after. */
const DEPLOYING: Milliseconds = 24 * 60 * 60_000;

/** The releases of a component that took traffic from then on, out of the ledger. */
export async function readEpisodes(
  ledger: Pick<Ledger, "read">,
  component: string,
  since: Instant,
): Promise<readonly Episode[]> {
  const facts = [];
  const query = { stream: componentStream(component), since: since - DEPLOYING };
  for await (const { at, by, event } of ledger.read(query)) facts.push({ at, by, event });
  return episodesOf(component, facts).filter(({ from }) => from >= since);
}
