import type { Json } from "../core/json.ts";
import type {
  ComponentPolicy,
  EnvironmentPolicy,
  FreezeWindow,
  GatePolicy,
  Need,
  Policy,
} from "../core/policy.ts";
import { APPROVAL_EVENTS } from "../core/sink-policy.ts";
import { record } from "./build-adapters.ts";
import { buildWatch } from "./build-watch.ts";
import { compileFreeze } from "./freeze-window.ts";
import { valueAt } from "./issue-text.ts";
import { compileNeed } from "./need.ts";
import type {
  ParsedComponent,
  ParsedConfiguration,
  ParsedEnvironment,
} from "./schema/configuration.ts";

/** The policy of a configuration without problems. `source` is its text as data, without secrets. */
export function buildPolicy(parsed: ParsedConfiguration, source: Json): Policy {
  return {
    timezone: parsed.timezone,
    slack: {
      channel: parsed.slack.channel,
      digest: parsed.slack.digest ?? null,
      charts: parsed.slack.charts,
    },
    admins: parsed.admins,
    sinks: Object.entries(parsed.sinks).map(([name, { events, approvals }]) => ({
      name,
      events: approvals ? [...events, ...APPROVAL_EVENTS] : events,
    })),
    components: record(parsed.components, (name, component) =>
      buildComponent(name, component, parsed, valueAt(source, ["components", name]) ?? null),
    ),
  };
}

function buildComponent(
  name: string,
  component: ParsedComponent,
  parsed: ParsedConfiguration,
  source: Json,
): ComponentPolicy {
  const gates = valueAt(source, ["gates"]) ?? [];
  return {
    name,
    kind: component.kind,
    repository: component.repository ?? null,
    channel: component.channel ?? parsed.slack.channel,
    owners: component.owners,
    intake: component.intake.map((rule) => ({
      source: rule.source,
      event: rule.event ?? null,
      workflow: rule.workflow ?? null,
      branch: rule.branch ?? null,
      package: rule.package ?? null,
      part: rule.part ?? null,
    })),
    join: component.join ?? null,
    storm: component.storm.releases === 0 ? null : component.storm,
    failures: component.failures,
    gates: component.gates satisfies readonly GatePolicy[],
    needs: Object.entries(component.needs).map(([needed, range]) => need(needed, range)),
    environments: Object.entries(component.environments).map(([environment, settings]) => {
      const written = valueAt(source, ["environments", environment]) ?? null;
      return buildEnvironment(environment, settings, { environment: written, gates });
    }),
    freezes: component.freeze.map((freeze) => window(freeze, parsed.timezone)),
  };
}

function buildEnvironment(
  name: string,
  environment: ParsedEnvironment,
  source: Json,
): EnvironmentPolicy {
  return {
    name,
    approval: environment.approval,
    selfApproval: environment.selfApproval,
    approvalExpires: environment.approvalExpires ?? null,
    deploy: environment.deploy,
    verify: environment.verify,
    watch: environment.watch === undefined ? null : buildWatch(environment.watch),
    rollbackFrom: environment.rollback?.from ?? null,
    routine: environment.routine ?? null,
    source,
  };
}

function need(component: string, range: string): Need {
  const compiled = compileNeed(component, range);
  if (compiled === null) throw new Error(`${range} passed the schema and is not a range`);
  return compiled;
}

function window(freeze: ParsedComponent["freeze"][number], timezone: string): FreezeWindow {
  const compiled = compileFreeze(freeze.cron, freeze.for, freeze.reason, timezone);
  if (compiled.kind === "window") return compiled.window;
  throw new Error(`${freeze.cron} passed the checks: ${compiled.message}`);
}
