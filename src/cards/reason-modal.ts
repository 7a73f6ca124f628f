import { plainText, sections } from "./blocks/block.ts";
import {
  type ButtonValue,
  printButtonValue,
  REASON_BLOCK,
  REASON_INPUT,
  REASON_MODALS,
  type ReasonKind,
} from "./ids.ts";
import { LIMITS } from "./limits.ts";
import type { Modal } from "./message.ts";
import { type Mrkdwn, md } from "./text/mrkdwn.ts";
import { type Plain, plain } from "./text/plain.ts";

/** Short enough for `bug`, long enough that it is not an accident. */
const SHORTEST_REASON = 3;
const LONGEST_REASON = 1000;

interface Wording {
  readonly title: Plain;
  readonly submit: Plain;
  /** What happens on submit. */
  readonly effect: (release: Mrkdwn, environment: Mrkdwn) => Mrkdwn;
}

const WORDINGS: Readonly<Record<ReasonKind, Wording>> = {
  reject: {
    title: plain`Reject`,
    submit: plain`Reject`,
    effect: (release, environment) =>
      md`${release} is not deployed to ${environment}. Nobody else is asked about it any more.`,
  },
  rollback: {
    title: plain`Roll back`,
    submit: plain`Roll back`,
    effect: (release, environment) =>
      md`${environment} returns at once from ${release} to the last release that finished its watch there. No freeze and no hold delays it.`,
  },
  stop: {
    title: plain`Stop`,
    submit: plain`Stop`,
    effect: (release, environment) =>
      md`${release} is stopped on its way to ${environment}. What is deployed already is not undone: roll back for that.`,
  },
  override: {
    title: plain`Override`,
    submit: plain`Override`,
    effect: (release, environment) =>
      md`${release} stays in ${environment} although its measurements did not pass. Unless it was revoked, it becomes what ${environment} returns to.`,
  },
  falseAlarm: {
    title: plain`False alarm`,
    submit: plain`False alarm`,
    effect: (release, environment) =>
      md`The breach of ${release} in ${environment} is recorded as a false alarm, and is not counted as a failed change. What runs there stays as it is. A hold that an automatic rollback placed is lifted.`,
  },
};

/** Asks why, and says what will happen. What a button could hold, a modal can hold too. */
export function drawReasonModal(kind: ReasonKind, value: ButtonValue): Modal {
  const { title, submit, effect } = WORDINGS[kind];
  const release = md`*${value.component} ${value.version}*`;
  const environment = value.environment === null ? md`the environment` : md`*${value.environment}*`;
  return {
    type: "modal",
    callback_id: REASON_MODALS[kind],
    private_metadata: printButtonValue(value),
    title: plainText(title, LIMITS.modal.title),
    submit: plainText(submit, LIMITS.modal.title),
    close: plainText(plain`Cancel`, LIMITS.modal.title),
    blocks: [
      ...sections([effect(release, environment)]),
      {
        type: "input",
        block_id: REASON_BLOCK,
        label: plainText(plain`Reason`, LIMITS.input.label),
        hint: plainText(plain`It is shown on the card and kept in the ledger.`, LIMITS.input.hint),
        element: {
          type: "plain_text_input",
          action_id: REASON_INPUT,
          multiline: true,
          min_length: SHORTEST_REASON,
          max_length: LONGEST_REASON,
          focus_on_load: true,
        },
      },
    ],
  };
}
