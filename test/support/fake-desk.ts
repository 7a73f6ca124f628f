import {
  DETAILS_MODAL,
  type DetailsPosition,
  printButtonValue,
  REASON_BLOCK,
  REASON_INPUT,
  REASON_MODALS,
} from "../../src/cards/ids.ts";
import type { Modal } from "../../src/cards/message.ts";
import type { Directory, Person } from "../../src/core/actor.ts";
import type { Command } from "../../src/core/command.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import type { SlackAnswers } from "../../src/effects/slack/answers.ts";
import type { Desk, ModalRequest, OpenedModal, Query, Reply } from "../../src/intake/slack/desk.ts";
import { plainModal } from "../../src/intake/slack/plain-modal.ts";
import { plainMessage } from "../../src/shared/plain-message.ts";
import { aPolicy } from "./slack-policies.ts";

/** A desk that notes what it is asked, and answers as the test says. */
export interface FakeDesk extends Desk {
  readonly dispatched: { readonly command: Command; readonly ids: readonly string[] }[];
  readonly queries: Query[];
  /** The pages of details that were asked for. */
  readonly pages: DetailsPosition[];
  readonly modals: ModalRequest[];
  /** What the next commands come to; accepted without a sentence when none is left. */
  outcomes: (Outcome | Error | Promise<Outcome>)[];
  reply: Reply | Error | Promise<Reply>;
  person: (userId: string, teamId: string) => Promise<Person>;
  directory: (component: string | null) => Promise<Directory>;
  openModal: (triggerId: string, request: ModalRequest) => Promise<OpenedModal>;
}

export const ACCEPTED = { kind: "accepted", release: null, sentence: null } as const;

export function fakeDesk(): FakeDesk {
  const recorded = new Set<string>();
  const desk: FakeDesk = {
    dispatched: [],
    queries: [],
    pages: [],
    modals: [],
    outcomes: [],
    reply: plainMessage("the answer"),
    async dispatch(command, ids) {
      if (ids.some((id) => recorded.has(id))) return { kind: "duplicate", release: null };
      desk.dispatched.push({ command, ids });
      const outcome = await (desk.outcomes.shift() ?? ACCEPTED);
      if (outcome instanceof Error) throw outcome;
      if (outcome.kind === "accepted") for (const id of ids) recorded.add(id);
      return outcome;
    },
    async ask(query) {
      desk.queries.push(query);
      const reply = await desk.reply;
      if (reply instanceof Error) throw reply;
      return reply;
    },
    person: async (userId) => aPerson(userId),
    directory: async () => ({ "@ml-leads": ["U0ANA"] }),
    async details(position) {
      desk.pages.push(position);
      const reply = await desk.reply;
      if (reply instanceof Error) throw reply;
      return plainModal("Release details", reply);
    },
    async openModal(_triggerId, request) {
      desk.modals.push(request);
      return { id: "V1", show: async () => {} };
    },
    proposals: async () => [],
    explain: ({ sentence }) => plainMessage(sentence),
    policy: () => aPolicy(),
  };
  return desk;
}

export function aPerson(id: string): Person {
  return { kind: "person", id, name: id.toLowerCase(), identities: [], fullMember: true };
}

/** Opens real modals in the local workspace, in the shape the cards give them. */
export function openModalsWith(answers: SlackAnswers): Desk["openModal"] {
  return async (triggerId, request) => {
    const { id } = await answers.openModal(triggerId, aModal(request));
    return { id, show: (reply) => answers.updateModal(id, plainModal("Details", reply)) };
  };
}

function aModal({ kind, value }: ModalRequest): Modal {
  const common = {
    type: "modal" as const,
    private_metadata: printButtonValue(value),
    title: { type: "plain_text" as const, text: kind },
  };
  if (kind === "details") {
    return { ...common, callback_id: DETAILS_MODAL, blocks: plainMessage("Loading…").blocks };
  }
  return {
    ...common,
    callback_id: REASON_MODALS[kind],
    submit: { type: "plain_text", text: "Submit" },
    blocks: [
      {
        type: "input",
        block_id: REASON_BLOCK,
        label: { type: "plain_text", text: "Why?" },
        element: { type: "plain_text_input", action_id: REASON_INPUT },
      },
    ],
  };
}
