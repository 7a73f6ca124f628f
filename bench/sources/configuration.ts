import { parse, stringify } from "yaml";
import { configurationText } from "../world/configuration.ts";
import { componentsOf, DELIVERIES } from "./deliveries.ts";
import type { SourceDelivery } from "./delivery.ts";

interface Configured {
  readonly components: Readonly<Record<string, Component>>;
}

interface Component {
  readonly environments: { readonly production: object };
}

/** One source of every type, each with its components: those of `bench/world`, but for what they ask for. */
export function sourcesConfiguration(): string {
  const types = Object.entries(DELIVERIES);
  const world = parse(
    configurationText(types.flatMap(([type]) => componentsOf(type))),
  ) as Configured;
  const components = types.flatMap(([type, delivery]) =>
    componentsOf(type).map((name) => [name, asking(world.components[name], name, type, delivery)]),
  );
  return stringify({
    ...world,
    sources: Object.fromEntries(types.map(([type, { source }]) => [type, { type, ...source }])),
    metrics: { prom: { type: "prometheus", url: "http://127.0.0.1:9" } },
    components: Object.fromEntries(components),
  });
}

function asking(
  component: Component | undefined,
  name: string,
  source: string,
  { asks }: SourceDelivery,
): object {
  if (component === undefined) throw new Error(`${name} is not in the configuration`);
  if (asks.kind === "rule") return { ...component, intake: [{ source, ...asks.of(name) }] };
  const { environments } = component;
  const intake: readonly object[] = [];
  const watch = {
    for: "30m",
    every: "30s",
    checks: [{ name: "errors", source: "prom", query: "sum(errors)", pass: "value < 5" }],
    alerts: [{ source, match: asks.of(name) }],
  };
  const production = { ...environments.production, watch };
  return { ...component, intake, environments: { ...environments, production } };
}
