import type { ButtonValue, DetailsPosition, ReasonKind } from "../../cards/ids.ts";
import type { Directory, Person, PersonId } from "../../core/actor.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { Dispatch } from "../../core/outcome.ts";
import type { Policy } from "../../core/policy.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { CheckProposal } from "../../core/replay/choose-variant.ts";

/** What a person is shown, as Slack takes it. */
export interface Reply {
  /** Shown in notifications. Slack's mrkdwn: untrusted text in it must be escaped. */
  readonly text: string;
  /** Block Kit; may be empty. */
  readonly blocks: readonly ReplyBlock[];
  /** What is shown where Slack does not take these blocks. Absent: nothing else. */
  readonly instead?: Reply;
}

/** A Block Kit block as plain JSON. */
interface ReplyBlock {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** What people ask to see. Changes nothing. */
export type Query =
  | { readonly kind: "help" }
  /** Every component, and what is live of it where. */
  | { readonly kind: "overview" }
  /** The newest release of a component. */
  | { readonly kind: "card"; readonly component: string }
  /** `before`: the version at which the page before ended; null: from the newest on. */
  | { readonly kind: "history"; readonly component: string; readonly before: string | null }
  /** `to` null: the newest release; `from` null: the one that is live where users are. */
  | {
      readonly kind: "diff";
      readonly component: string;
      readonly from: string | null;
      readonly to: string | null;
    }
  /** `version` null: the release that is live where users are, else the newest. */
  | { readonly kind: "lineage"; readonly component: string; readonly version: string | null }
  /** What is watched, or was last; `environment` null: wherever something is. */
  | { readonly kind: "watch"; readonly component: string; readonly environment: string | null }
  /** How often, how fast and how well it was delivered; `component` null: everything. */
  | { readonly kind: "stats"; readonly component: string | null; readonly period: Milliseconds }
  /** What is recorded of it. `before`: the number at which the page before ended; null: the newest. */
  | { readonly kind: "audit"; readonly component: string; readonly before: number | null }
  /** What would come of the newest release there. */
  | { readonly kind: "simulate"; readonly component: string; readonly environment: string }
  /** What other limits would have given in the time of a breach. */
  | {
      readonly kind: "false-alarm";
      readonly component: string;
      readonly version: string;
      readonly environment: string;
    };

/** A modal that a button opens: drawn from the button's value alone, since there is no time to look things up. */
export interface ModalRequest {
  readonly kind: ReasonKind | "details";
  readonly value: ButtonValue;
}

export interface OpenedModal {
  readonly id: string;
  /** Adds to what the modal shows. @throws when the person has closed it, or Slack fails */
  show(reply: Reply): Promise<void>;
}

/** All that Slack intake needs of the rest of the system. */
export interface Desk {
  readonly dispatch: Dispatch;
  /** Draws an answer; for what is not there, an answer that says so. */
  ask(query: Query): Promise<Reply>;
  /** Draws a page of the details of a release, which whoever sees its card may read. */
  details(position: DetailsPosition): Promise<ShownModal>;
  /** Draws why something was refused, and what to do next. */
  explain(refusal: Refusal): Reply;
  /** Who somebody is. `teamId`: their own workspace. @throws when Slack cannot say */
  person(userId: PersonId, teamId: string): Promise<Person>;
  /** The people behind every principal of a component's policy, or of the admins. @throws when Slack cannot say */
  directory(component: string | null): Promise<Directory>;
  /** Opens a modal. Must not wait for anything but Slack: the trigger id lives for three seconds. */
  openModal(triggerId: string, request: ModalRequest): Promise<OpenedModal>;
  policy(): Policy;
  /** The changes of checks that would have spared a false alarm, as far as they were found in time. Never rejects. */
  proposals(alarm: {
    readonly component: string;
    readonly version: string;
    readonly environment: string;
  }): Promise<readonly CheckProposal[]>;
}

/** A modal that only shows something. */
export interface ShownModal {
  readonly type: "modal";
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly title: { readonly type: "plain_text"; readonly text: string };
  readonly close: { readonly type: "plain_text"; readonly text: string };
  readonly blocks: readonly ReplyBlock[];
}

/** How a person is told something after the acknowledgement. Each throws when Slack does not take it. */
export interface Answers {
  /** At most five times, in half an hour. */
  respond(responseUrl: string, reply: Reply): Promise<void>;
  /** In a channel, seen by one person only. */
  ephemeral(to: { readonly channel: string; readonly user: PersonId }, reply: Reply): Promise<void>;
  direct(user: PersonId, reply: Reply): Promise<void>;
  /** Replaces what a modal shows; with a hash only while it still shows what that was given for. */
  updateModal(viewId: string, modal: ShownModal, hash?: string): Promise<void>;
}
