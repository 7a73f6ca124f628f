import type { Message } from "./cards/message.ts";
import { drawStats } from "./cards/stats.ts";
import { doraFigures } from "./core/dora/figures.ts";
import type { StateReader } from "./effects/state-reader.ts";
import type { Query } from "./intake/slack/desk.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { readDora } from "./read-dora.ts";
import type { Clock } from "./shared/clock.ts";

export type StatsQuestion = Extract<Query, { readonly kind: "stats" }>;

/** Answers `/release stats`, from what the ledger has recorded. */
export function createStatsAnswer({
  state,
  ledger,
  clock,
}: {
  readonly state: Pick<StateReader, "policy">;
  readonly ledger: Pick<Ledger, "read">;
  readonly clock: Clock;
}): (query: StatsQuestion) => Promise<Message> {
  return async ({ component, period }) => {
    const now = clock.now();
    const since = now - period;
    const places = Object.values(state.policy().components)
      .filter(({ name }) => component === null || name === component)
      .flatMap(({ name, environments }) => {
        const environment = environments.at(-1)?.name;
        return environment === undefined ? [] : [{ component: name, environment }];
      });
    const records = await readDora(ledger, places, since);
    const components = records.map(({ facts, began, ...place }) => ({
      ...place,
      figures: doraFigures(facts),
      since: Math.max(since, began ?? since),
    }));
    return drawStats({
      component,
      components,
      total: {
        figures: doraFigures(records.flatMap(({ facts }) => facts)),
        since: Math.min(...components.map((one) => one.since)),
      },
      since,
      now,
    });
  };
}
