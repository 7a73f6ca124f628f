import type { Milliseconds } from "../../core/json.ts";
import type { Query } from "./desk.ts";

/** What somebody wants changed with `/release`. */
export type ReleaseAction =
  | {
      readonly kind: "promote";
      readonly component: string;
      readonly version: string;
      readonly environment: string;
    }
  | {
      readonly kind: "rollback";
      readonly component: string;
      /** null: the last good version. */
      readonly version: string | null;
      /** null: production, or the last environment. */
      readonly environment: string | null;
      /** null: none was given. */
      readonly reason: string | null;
    }
  | { readonly kind: "hold"; readonly component: string; readonly reason: string }
  | {
      readonly kind: "unhold";
      readonly component: string;
      /** null: whatever is held. */
      readonly environment: string | null;
    }
  | {
      readonly kind: "freeze";
      /** null: everything. */
      readonly component: string | null;
      readonly duration: Milliseconds;
      readonly reason: string;
    }
  | { readonly kind: "unfreeze"; readonly component: string | null };

/** What somebody asked for with `/release`. */
export type ReleaseCommand =
  | { readonly kind: "query"; readonly query: Query }
  | { readonly kind: "action"; readonly action: ReleaseAction }
  /** Not a command, or not a whole one: the sentence says what to write instead. */
  | { readonly kind: "misunderstood"; readonly sentence: string };

export function query(asked: Query): ReleaseCommand {
  return { kind: "query", query: asked };
}

export function action(wanted: ReleaseAction): ReleaseCommand {
  return { kind: "action", action: wanted };
}

export function misunderstood(sentence: string): ReleaseCommand {
  return { kind: "misunderstood", sentence };
}
