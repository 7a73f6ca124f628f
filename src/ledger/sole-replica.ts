import { randomUUID } from "node:crypto";
import type { Clock } from "../shared/clock.ts";
import type { Replicas } from "./replicas.ts";

/** Of a ledger that one process has for itself. */
export function soleReplica(clock: Clock, schema: number): Replicas {
  const id = randomUUID();
  let configuration: string | null = null;
  let configured = 0;
  return {
    async beat(report) {
      const now = clock.monotonic();
      if (report.configuration !== configuration) configured = now;
      configuration = report.configuration;
      return {
        live: [{ ...report, id, schema, configuredFor: now - configured }],
        outdated: false,
      };
    },
  };
}
