import type { Dispatch, LookUp, Register } from "../core/outcome.ts";
import type { ComponentPolicy } from "../core/policy.ts";
import type { Clock } from "../shared/clock.ts";
import type { Logger } from "../shared/logger.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import { type HookReply, refuse, unavailable } from "./answer.ts";
import { contentEncodingOf, decompress, mediaTypeOf } from "./content-type.ts";
import { type BodyRead, SenderGone } from "./read-body.ts";
import { registerBuilds } from "./register-builds.ts";
import { SOURCE_ADAPTERS, type SourceAdapters } from "./sources/registry.ts";
import type { RequestHeaders, SourceSettings } from "./sources/source.ts";

/** What GitHub and GitLab may send, and what a compressed body may unfold to. */
export const HOOK_BODY_LIMIT = 25 * 1024 * 1024;

/** A POST to `/hooks/<source>`. */
export interface HookRequest {
  readonly source: string;
  readonly headers: RequestHeaders;
  /** When its first byte came, on the monotonic clock. */
  readonly startedAt: number;
  /** At most `limit` bytes. Called at most once, and only when the body is wanted. */
  readBody(limit: number): Promise<BodyRead>;
}

export interface Hooks {
  /** Rejects with whatever the dispatcher threw that is not `Unavailable`, and with SenderGone. */
  receive(request: HookRequest): Promise<HookReply>;
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
  readonly adapters?: SourceAdapters;
}

/** The way of an event from bytes to commands. The order of its steps is fixed, and never changes. */
export function createHooks(options: HookOptions): Hooks {
  return {
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
  const { headers } = request;
  const adapter = own(options.adapters ?? SOURCE_ADAPTERS, settings.type);
  if (adapter === undefined) {
    throw new Error(`source ${settings.id} has the unknown type ${settings.type}`);
  }

  const decode = own(adapter.mediaTypes, mediaTypeOf(headers));
  if (decode === undefined) {
    const accepted = Object.keys(adapter.mediaTypes).filter((type) => type !== "");
    return refuse(
      "media_type_not_supported",
      `source ${settings.id} takes Content-Type: ${accepted.join(" or ")}`,
      { headers: { accept: accepted.join(", ") } },
    );
  }
  const encoding = contentEncodingOf(headers);
  if (encoding === null) {
    const message = "send the body as it is, or with Content-Encoding: gzip";
    const accepted = { "accept-encoding": "gzip, identity" };
    return refuse("encoding_not_supported", message, { headers: accepted });
  }

  const body = await request.readBody(HOOK_BODY_LIMIT);
  if (body.kind === "too-large") return tooLarge();
  if (body.kind === "overloaded") {
    const message = "too many large bodies at once; nothing was recorded, send it again";
    return unavailable("overloaded", message);
  }

  const now = options.clock.now();
  const signed = { headers, body: body.bytes };
  const verification = await adapter.verify(signed, settings, now);
  if (verification.kind === "refused") return refuse(verification.code, verification.message);

  const plain =
    encoding === "gzip"
      ? await decompress(body.bytes, HOOK_BODY_LIMIT)
      : ({ kind: "plain", bytes: body.bytes } as const);
  if (plain.kind === "too-large") return tooLarge();
  if (plain.kind === "damaged") {
    return refuse("not_decodable", "the body is not gzip, as Content-Encoding says");
  }

  const decoded = decode(plain.bytes);
  if (decoded.kind === "undecodable") return refuse("not_decodable", `the body ${decoded.problem}`);

  const parsed = adapter.parse({ source: settings.id, headers, body: decoded.value }, now);
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

function tooLarge(): HookReply {
  return refuse("body_too_large", `the body is larger than ${HOOK_BODY_LIMIT} bytes, the limit`);
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
