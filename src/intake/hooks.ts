import type { Dispatch, LookUp, Register } from "../core/outcome.ts";
import type { ComponentPolicy } from "../core/policy.ts";
import type { Clock } from "../shared/clock.ts";
import type { Logger } from "../shared/logger.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import { type HookReply, type HttpAnswer, refuse, unavailable } from "./answer.ts";
import { type HookRequest, readSent } from "./hook-content.ts";
import { SenderGone } from "./read-body.ts";
import { registerBuilds } from "./register-builds.ts";
import type { SourceAdapters } from "./sources/registry.ts";
import type { RequestHeaders, SourceSettings } from "./sources/source.ts";
import { webhookPermission } from "./webhook-permission.ts";

export interface Hooks {
  /** The HTTP methods that a source takes. */
  methods(source: string): readonly string[];
  /** Rejects with whatever the dispatcher threw that is not `Unavailable`, and with SenderGone. */
  receive(request: HookRequest): Promise<HookReply>;
  /** The answer to a sender that asks first whether it may send; null: nobody asks this source. */
  permit(source: string, headers: RequestHeaders): HttpAnswer | null;
}

export interface HookOptions {
  /** Read anew for every request: the configuration may change. */
  readonly sources: () => Readonly<Record<string, SourceSettings>>;
  readonly components: () => Readonly<Record<string, ComponentPolicy>>;
  readonly register: Register;
  readonly lookUp: LookUp;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly adapters: SourceAdapters;
}

/** The way of an event from bytes to commands. The order of its steps is fixed, and never changes. */
export function createHooks(options: HookOptions): Hooks {
  const adapterOf = (source: string) =>
    own(options.adapters, own(options.sources(), source)?.type ?? "");

  return {
    methods(source) {
      const { readQuery, takesPut = false } = adapterOf(source) ?? {};
      return [...(readQuery === undefined ? [] : ["GET"]), "POST", ...(takesPut ? ["PUT"] : [])];
    },
    async receive(request) {
      const settings = own(options.sources(), request.source);
      const source = settings?.id ?? "unknown";
      try {
        const reply =
          settings === undefined ? unknownSource() : await receiveFrom(settings, request, options);
        observe({ source, outcome: reply.answer.outcome, request }, options);
        log({ source, reply, request }, options);
        return reply;
      } catch (error) {
        const outcome = error instanceof SenderGone ? "aborted" : "error";
        observe({ source, outcome, request }, options);
        throw error;
      }
    },
    permit(source, headers) {
      return adapterOf(source)?.asksFirst === true ? webhookPermission(headers) : null;
    },
  };
}

function unknownSource(): HookReply {
  return refuse(
    "unknown_source",
    "no source of this name: the path is /hooks/<id>, with an id that stands under sources in the configuration",
  );
}

async function receiveFrom(
  settings: SourceSettings,
  request: HookRequest,
  options: HookOptions,
): Promise<HookReply> {
  const adapter = own(options.adapters, settings.type);
  if (adapter === undefined) {
    throw new Error(`source ${settings.id} has the unknown type ${settings.type}`);
  }
  const sent = await readSent(request, adapter);
  if (sent.kind === "refused") return sent.reply;

  const { headers } = request;
  const now = options.clock.now();
  const parameters = new URLSearchParams(request.query);
  const signed = { headers, body: sent.bytes, parameters };
  const verification = await adapter.verify(signed, settings, now);
  if (verification.kind === "refused") return refuse(verification.code, verification.message);
  if (verification.kind === "unavailable") {
    return unavailable("keys_unavailable", verification.message);
  }

  const content = await sent.decode();
  if (content.kind === "refused") return content.reply;

  const parsed = adapter.parse({ source: settings.id, headers, body: content.value }, now);
  if (parsed.kind === "malformed") {
    return refuse("not_this_system", parsed.message, { delivery: parsed.delivery });
  }
  return registerBuilds({
    source: settings,
    delivery: parsed.delivery,
    events: parsed.events,
    components: options.components(),
    register: options.register,
    lookUp: options.lookUp,
    dispatch: options.dispatch,
  });
}

interface Observed {
  readonly source: string;
  readonly request: HookRequest;
}

function observe(
  { source, outcome, request }: Observed & { readonly outcome: string },
  { clock, telemetry }: HookOptions,
): void {
  telemetry.events.inc({ source, outcome });
  telemetry.intakeSeconds.observe({ source }, (clock.monotonic() - request.startedAt) / 1000);
}

/** The message is left out: it quotes what was sent. */
function log(
  { source, reply, request }: Observed & { readonly reply: HookReply },
  { clock, logger }: HookOptions,
): void {
  const { outcome, code, delivery, releases } = reply.answer;
  const milliseconds = Math.round(clock.monotonic() - request.startedAt);
  const level = outcome === "refused" || outcome === "unavailable" ? "warn" : "info";
  const { status } = reply;
  logger[level](
    { source, status, outcome, code, delivery, releases, milliseconds },
    "event answered",
  );
}

/** A member of its own: `constructor` and the like come from outside as names too. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
