import type { Build, Commit } from "../../core/build.ts";
import type { Instant } from "../../core/json.ts";

/** Header names in lower case; a header that was sent several times is joined by `, `. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** One entry of `sources:` in the configuration. Its id is the path of `/hooks/<id>`. */
export interface SourceSettings {
  readonly id: string;
  /** A key of `SOURCE_ADAPTERS`. */
  readonly type: string;
  /** Every one of them is valid: a secret is rotated by listing the new one beside the old one. */
  readonly secrets: readonly string[];
  /**
   * `owner/name` with `*` for any part of a segment. A repository that no entry matches is not heard,
   * so an empty list hears none. Not read where the sender names its component itself.
   */
  readonly repositories: readonly string[];
}

/** What a signature is checked against: the bytes exactly as they were sent, before any decoding. */
export interface SignedRequest {
  readonly headers: RequestHeaders;
  readonly body: Buffer;
}

/** The messages tell the sender what to set; they never hold a secret, nor the signature expected. */
export type Verification =
  | { readonly kind: "verified" }
  | {
      readonly kind: "refused";
      readonly code: "signature_missing" | "signature_wrong" | "outside_time_window";
      readonly message: string;
    };

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

/** What a build is matched to components by. null: the event does not say. */
export interface BuildSubject {
  /** The component that the sender itself names; null where only the rules of the components decide. */
  readonly component: string | null;
  /** `owner/name`; letter case does not count. */
  readonly repository: string | null;
  readonly event: string | null;
  readonly workflow: string | null;
  readonly branch: string | null;
  readonly package: string | null;
}

export type ParsedEvent =
  | { readonly kind: "build"; readonly subject: BuildSubject; readonly build: ReportedBuild }
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
  /** What it accepts as Content-Type, without parameters; the key `""` stands for none at all. */
  readonly mediaTypes: Readonly<Record<string, Decoder>>;
  /** Its events are known by their repository alone, so that `repositories` must not be empty. */
  readonly needsRepositories: boolean;
  /** What is wrong with a secret of the configuration, to complete "the secret …"; null: nothing. */
  secretProblem(secret: string): string | null;
  /**
   * Holds when any of the secrets fits. Where the system signs a time, one outside its window around
   * `now` is refused. Never throws, whatever was sent; without a secret nothing is verified.
   */
  verify(
    request: SignedRequest,
    secrets: readonly string[],
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
