import { load } from "../../test/support/configurations.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { sourcesConfiguration } from "./configuration.ts";
import { DELIVERIES } from "./deliveries.ts";
import { CONNECTIONS, mixedLoad, REQUESTS, ROUNDS, WARM_UP } from "./mixed-load.ts";
import { ROUNDS as PARSE_ROUNDS, PARSED, parseCosts } from "./parse-cost.ts";
import { LOADED } from "./requests.ts";

const unsent = Object.keys(DELIVERIES).filter((type) => !LOADED.includes(type));

export const sources: Benchmark = {
  method: `verify, decode and parse ${PARSED} deliveries of each of ${Object.keys(DELIVERIES).length} sources in process, each against the least that can be done with the same bytes, median of ${PARSE_ROUNDS} rounds that take turns; then ${REQUESTS} deliveries over ${CONNECTIONS} kept connections, ${LOADED.length} sources in turn (not ${unsent.join(", ")}), each a new fact, after ${WARM_UP} to warm up; what is looked up in other systems takes no time; each server in a process and a folder of its own; median of ${ROUNDS} rounds that take turns`,
  async measure() {
    const text = sourcesConfiguration();
    const configuration = load(text, {});
    return [...(await parseCosts(configuration.sources)), ...(await mixedLoad(text))];
  },
};
