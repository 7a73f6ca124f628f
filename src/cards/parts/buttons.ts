import type { Offer } from "../../core/offer.ts";
import type { Release } from "../../core/release.ts";
import { actions, type Button, contexts } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { BUTTONS, type ButtonKind, type ButtonValue, printButtonValue } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import type { Block } from "../message.ts";
import { subject } from "../subject.ts";
import { code, md } from "../text/mrkdwn.ts";
import { type Plain, plain, plainLine } from "../text/plain.ts";

const ENVIRONMENTS_SHOWN = 6;

/** What people are asked for comes first. */
const ORDER: readonly ButtonKind[] = [
  "approve",
  "promote",
  "retry",
  "reject",
  "rollback",
  "override",
  "falseAlarm",
  "stop",
  "details",
];

const LABELS: Readonly<Record<Exclude<ButtonKind, "promote">, Plain>> = {
  approve: plain`Approve`,
  retry: plain`Retry`,
  override: plain`Override`,
  falseAlarm: plain`False alarm`,
  reject: plain`Reject`,
  rollback: plain`Roll back`,
  stop: plain`Stop`,
  details: plain`Details`,
};

export interface ButtonsInput {
  readonly component: string;
  readonly release: Release;
  readonly offers: readonly Offer[];
  /** The environment that the title names: its buttons come first and need no heading. */
  readonly environment: string | null;
  /** Whether there is a Details button, which everybody may use at any time. */
  readonly details: boolean;
}

/**
 * The buttons of a message: a row for each environment in which something is offered. The first button
 * that lets a release go on is the primary one.
 */
export function buttonPart(input: ButtonsInput): Part {
  const rows = rowsOf(input);
  const primary = rows.flatMap(({ buttons }) => buttons).find(({ kind }) => goesOn(kind));
  const many = rows.length > 1;
  const blocks = rows.flatMap(({ environment, buttons }, index): readonly Block[] => {
    const named = buttons.every(({ kind }) => kind === "promote" || kind === "details");
    const heading = !named && (many || environment !== input.environment);
    const row = index === 0 && input.details ? [...buttons, detailsOf(input)] : buttons;
    const shown = row.filter(({ value }) => value.length <= LIMITS.button.value);
    return [
      ...(heading ? contexts([md`In *${environment}*:`]) : []),
      ...(shown.length === 0 ? [] : [actions(shown.map((one) => styled(one, one === primary)))]),
      ...(shown.length === row.length ? [] : tooLong(input)),
    ];
  });
  return { name: "buttons", title: null, rank: 90, forms: [blocks] };
}

interface Unstyled {
  readonly kind: ButtonKind;
  readonly label: Plain;
  readonly value: string;
  readonly accessibilityLabel: Plain;
}

interface Row {
  readonly environment: string;
  readonly buttons: readonly Unstyled[];
}

/** At least one, which is empty where nothing is offered. */
function rowsOf(input: ButtonsInput): readonly Row[] {
  const offered = new Set(input.offers.map(({ environment }) => environment));
  const first = input.environment;
  const names = [...offered].sort((a, b) => Number(b === first) - Number(a === first));
  const rows = names.slice(0, ENVIRONMENTS_SHOWN).map((environment) => ({
    environment,
    buttons: ORDER.flatMap((kind) => {
      const offer = input.offers.find(
        (one) => one.environment === environment && one.kind === kind,
      );
      return offer === undefined ? [] : [buttonOf(input, offer)];
    }),
  }));
  return rows.length === 0 ? [{ environment: "", buttons: [] }] : rows;
}

function buttonOf(input: ButtonsInput, offer: Offer): Unstyled {
  const { kind, environment } = offer;
  const label = kind === "promote" ? plain`Promote to ${plainLine(environment, 60)}` : LABELS[kind];
  const about = subject(input.component, input.release.version);
  return {
    kind,
    label,
    value: printedValue(input, {
      environment,
      digest: kind === "approve" ? offer.digest : null,
    }),
    accessibilityLabel:
      kind === "promote" ? plain`${label}: ${about}` : plain`${label} ${about} in ${environment}`,
  };
}

function detailsOf(input: ButtonsInput): Unstyled {
  return {
    kind: "details",
    label: LABELS.details,
    value: printedValue(input, { environment: null, digest: null }),
    accessibilityLabel: plain`Details of ${subject(input.component, input.release.version)}`,
  };
}

function printedValue(
  { component, release }: ButtonsInput,
  rest: Pick<ButtonValue, "environment" | "digest">,
): string {
  return printButtonValue({ component, version: release.version, ...rest });
}

function goesOn(kind: ButtonKind): boolean {
  return kind === "approve" || kind === "promote" || kind === "retry";
}

function styled({ kind, label, value, accessibilityLabel }: Unstyled, primary: boolean): Button {
  const takesBack = kind === "reject" || kind === "rollback";
  const style = primary ? "primary" : takesBack ? "danger" : null;
  return { actionId: BUTTONS[kind], label, value, style, accessibilityLabel };
}

/** Slack keeps 2,000 characters of a button: names beyond that cannot be clicked, only typed. */
function tooLong({ component }: ButtonsInput): readonly Block[] {
  return contexts([
    md`Some buttons are left out: the names are too long for Slack. Use ${code(`/release ${component}`)}.`,
  ]);
}
