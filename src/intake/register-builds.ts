import type { Commit } from "../core/build.ts";
import type { Dispatch, LookUp, Outcome, Queued, Register } from "../core/outcome.ts";
import type { ComponentPolicy } from "../core/policy.ts";
import type { RefusalCode } from "../core/refusal.ts";
import { isUnavailable } from "../shared/errors.ts";
import { type HookReply, unavailable } from "./answer.ts";
import { combineResults, type EventResult } from "./combine-results.ts";
import { matchComponents, partOf } from "./match-components.ts";
import { reportAlert } from "./report-alerts.ts";
import type { ParsedEvent, ReportedCommit, SourceSettings } from "./sources/source.ts";

export interface VerifiedDelivery {
  readonly source: SourceSettings;
  readonly delivery: string;
  readonly events: readonly ParsedEvent[];
  readonly components: Readonly<Record<string, ComponentPolicy>>;
  readonly register: Register;
  readonly lookUp: LookUp;
  /** For alerts, which wait in no queue. */
  readonly dispatch: Dispatch;
}

/**
 * One command for each build, or event of a run, and each component that asks for it. Where the store fails
 * in between, the sender is told to send the delivery again: what was recorded by then is a duplicate the
 * second time, because the ids of the commands are made of the delivery.
 */
export async function registerBuilds(request: VerifiedDelivery): Promise<HookReply> {
  const { source, delivery, events, components, dispatch } = request;
  const results: EventResult[] = [];
  for (const [index, event] of events.entries()) {
    if (event.kind === "unsupported") {
      results.push({ kind: "ignored", code: event.code, message: event.message });
      continue;
    }
    if (event.kind === "alert") {
      const reported = { source: source.id, alert: event.alert, components, dispatch };
      try {
        await reportAlert(reported, (result) => results.push(result));
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        return storeUnavailable(delivery, results);
      }
      continue;
    }
    const match = matchComponents({ source, subject: event.subject, components });
    if (match.kind === "unmatched") {
      results.push({ kind: "ignored", code: match.code, message: match.message });
      continue;
    }
    for (const component of match.components) {
      const position = index === 0 ? "" : `:${index}`;
      const commandId = `${source.id}:${delivery}:${component.name}${position}`;
      try {
        results.push(await registerOne(event, component, commandId, request));
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        return storeUnavailable(delivery, results);
      }
    }
  }
  return combineResults(delivery, results);
}

function storeUnavailable(delivery: string, results: readonly EventResult[]): HookReply {
  const { releases } = combineResults(delivery, results).answer;
  const message = "the store cannot take it now: send the same delivery again";
  return unavailable("store_unavailable", message, { delivery, releases });
}

async function registerOne(
  event: Extract<ParsedEvent, { readonly kind: "build" | "lookup" | "fragment" }>,
  component: ComponentPolicy,
  commandId: string,
  { source, register, lookUp }: VerifiedDelivery,
): Promise<EventResult> {
  const { name } = component;
  const reported = event.kind === "fragment" ? event.fragment.commit : event.build.commit;
  const commit = completeCommit(reported, component);
  if (commit === undefined) {
    return {
      kind: "refused",
      code: "repository_unknown",
      message: `commit.repository: is missing, and component ${name} names none in the configuration`,
    };
  }
  const about = { component: name, ...partOf(component, source, event.subject) };
  if (event.kind === "fragment") {
    const fragment = { ...event.fragment, commit };
    const command = { type: "RegisterFragment", ...about, fragment } as const;
    return resultOf(await register(command, [commandId]));
  }
  const build = { ...event.build, commit };
  if (event.kind === "build") {
    return resultOf(await register({ type: "RegisterBuild", ...about, build }, [commandId]));
  }
  const { lookup, fact } = event;
  const factId = `${source.id}:fact:${name}:${fact}`;
  return resultOf(await lookUp({ ...about, build, lookup }, [commandId, factId]));
}

/** undefined: nothing says which repository the commit is of. */
export function completeCommit(
  commit: ReportedCommit | null,
  component: ComponentPolicy,
): Commit | null | undefined {
  if (commit === null) return null;
  const repository = commit.repository ?? component.repository;
  return repository === null ? undefined : { ...commit, repository };
}

function resultOf(outcome: Outcome | Queued): EventResult {
  if (outcome.kind !== "refused") return { kind: outcome.kind, release: outcome.release };
  const { code, sentence } = outcome.refusal;
  const field = REFUSED_FIELD[code];
  const message = field === undefined ? sentence : `${field}: ${sentence}`;
  return { kind: "refused", code, message };
}

/** The field of the event that a refusal is about. */
const REFUSED_FIELD: Readonly<Partial<Record<RefusalCode, string>>> = {
  version_conflict: "version",
  unknown_component: "component",
};
