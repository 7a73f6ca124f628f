import type { Alert } from "../../core/alert.ts";
import type { Build, BuildOutcome, Commit, Run } from "../../core/build.ts";
import type { Instant, Json } from "../../core/json.ts";

/** Header names in lower case; a header that was sent several times is joined by `, `. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** One entry of `sources:` in the configuration. Its id is the path of `/hooks/<id>`. */
export interface SourceSettings {
  readonly id: string;
  /** A key of `SOURCE_ADAPTERS`. */
  readonly type: string;
  /** What requests are signed with. Every one is valid: it is rotated by listing the new one beside the old. */
  readonly secrets: readonly string[];
  /** What requests carry as it is, where the system signs nothing. Every one is valid. */
  readonly tokens: readonly string[];
  /**
   * `owner/name` with `*` for any part of a segment, `**` for any segments. A repository that no entry matches is not heard,
   * so an empty list hears none; where the sender names its component itself, an empty list is not read.
   */
  readonly repositories: readonly string[];
  /** The system's own API: what an event does not say is asked for there, and nowhere else; null: nothing is. */
  readonly api: SourceApi | null;
  /** What only this type has, as its schema in `config/adapters` leaves it. */
  readonly options: Readonly<Record<string, Json>>;
}

export interface SourceApi {
  /** Without a slash at its end. */
  readonly url: string;
  /** For `Authorization: Bearer`; null: asked without. */
  readonly token: string | null;
}

/** What a signature is checked against: the bytes exactly as they were sent, before any decoding. */
export interface SignedRequest {
  readonly headers: RequestHeaders;
  /** What stands behind the `?` of the address; absent: nothing. */
  readonly parameters?: URLSearchParams;
  readonly body: Buffer;
}

/** The messages tell the sender what to set; they never hold a secret, nor the signature expected. */
export type Verification =
  | { readonly kind: "verified" }
  | {
      readonly kind: "refused";
      readonly code:
        | "signature_missing"
        | "signature_wrong"
        | "outside_time_window"
        | "repository_not_allowed";
      readonly message: string;
    }
  /** It cannot be told now, and may be later. */
  | { readonly kind: "unavailable"; readonly message: string };

export type Decoded =
  | { readonly kind: "decoded"; readonly value: unknown }
  /** `problem` completes "the body …". */
  | { readonly kind: "undecodable"; readonly problem: string };

/** Turns the verified bytes, already decompressed, into a value for a schema. Never throws. */
export type Decoder = (bytes: Buffer) => Decoded;

/** A request whose signature holds. */
export interface VerifiedRequest {
  /** The id of the source, for `Build.source`. */
  readonly source: string;
  readonly headers: RequestHeaders;
  /** What the decoder made of the body: still unknown. */
  readonly body: unknown;
}

/** The repository may be left to the configuration of the component. */
export interface ReportedCommit extends Omit<Commit, "repository"> {
  readonly repository: string | null;
}

export interface ReportedBuild extends Omit<Build, "commit"> {
  readonly commit: ReportedCommit | null;
}

/**
 * What a build is matched to components by. null: the event does not say. An event with neither component
 * nor repository belongs to a component only by a rule that names its workflow or its package.
 */
export interface BuildSubject {
  /** The component that the sender itself names; null where only the rules of the components decide. */
  readonly component: string | null;
  /** `owner/name`, or the path of a project; letter case does not count. */
  readonly repository: string | null;
  readonly event: string | null;
  /** Present where the event is no build by itself: only a rule that names it takes it. */
  readonly onlyWhereNamed?: true;
  /** The workflow, pipeline, DAG, flow or job, as its system names it. */
  readonly workflow: string | null;
  readonly branch: string | null;
  /** The image, package, model or artifact collection, as its system names it. */
  readonly package: string | null;
}

/** What one event of a run says of the release that the run may make: the evidence, and what is known so far. */
export interface ReportedFragment extends Omit<ReportedBuild, "version" | "outcome" | "run"> {
  /** null: this event does not say. */
  readonly version: string | null;
  /** null: the run goes on. */
  readonly outcome: BuildOutcome | null;
  /** The run that all its events name, whichever part of it each is about. */
  readonly run: Run;
}

export type ParsedEvent =
  | { readonly kind: "build"; readonly subject: BuildSubject; readonly build: ReportedBuild }
  /**
   * A build of which the event says little: it is recorded that the rest is to be asked for at the source's
   * `api`, and decided on afterwards.
   */
  | {
      readonly kind: "lookup";
      readonly subject: BuildSubject;
      readonly build: ReportedBuild;
      /** What to ask for, in the words of this type's reader: `effects/lookups/<type>.ts`. */
      readonly lookup: Readonly<Record<string, Json>>;
      /** The same for the same fact in another delivery. */
      readonly fact: string;
    }
  /** One of several events of a run: they are put together until the run has ended. */
  | {
      readonly kind: "fragment";
      readonly subject: BuildSubject;
      readonly fragment: ReportedFragment;
    }
  /** For the watches of what is deployed. */
  | { readonly kind: "alert"; readonly alert: Alert }
  /** Verified and understood, and not something to make a release of. */
  | { readonly kind: "unsupported"; readonly code: string; readonly message: string };

export type ParsedDelivery =
  | {
      readonly kind: "delivery";
      /**
       * The same for every repetition of this delivery, however it is sent again, and different for any
       * other delivery of this source: it makes a repetition recognisable for ever.
       */
      readonly delivery: string;
      /** In an order that a repetition keeps. */
      readonly events: readonly ParsedEvent[];
    }
  /** Not what this system sends. `message` names the field. */
  | { readonly kind: "malformed"; readonly delivery: string | null; readonly message: string };

/**
 * One kind of system that sends events. Adapters hold no state and read no clock. `verify` runs first,
 * on the raw bytes; nothing of a request is decoded, let alone believed, before it says `verified`.
 */
export interface SourceAdapter {
  /** Its senders ask by OPTIONS whether they may send, as CloudEvents' webhooks do; absent: they do not. */
  readonly asksFirst?: boolean;
  /** Its senders may be set to PUT what others POST; absent: they are not. */
  readonly takesPut?: true;
  /** What it accepts as Content-Type, without parameters; the key `""` stands for none at all. */
  readonly mediaTypes: Readonly<Record<string, Decoder>>;
  /**
   * Present where the system can send its event as the query of a GET, too: what stands behind the `?`,
   * instead of a decoder. The bytes that `verify` gets are then those of the query. Never throws.
   */
  readonly readQuery?: (query: string) => Decoded;
  /**
   * Holds when any of the secrets or tokens fits. Where the system signs a time, one outside its window
   * around `now` is refused. Never throws, whatever was sent; without a credential nothing is verified.
   */
  verify(
    request: SignedRequest,
    settings: SourceSettings,
    now: Instant,
  ): Verification | Promise<Verification>;
  /** Never throws, whatever was sent. */
  parse(request: VerifiedRequest, now: Instant): ParsedDelivery;
}

const DELIVERY = /^[\x21-\x7e]{1,200}$/;

/** Whether a text of the sender may serve as the key of a delivery: it is kept for ever. */
export function isDeliveryKey(text: string): boolean {
  return DELIVERY.test(text);
}
