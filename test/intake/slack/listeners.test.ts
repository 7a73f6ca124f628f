import { beforeEach, describe, expect, it } from "vitest";
import {
  BUTTONS,
  type ButtonKind,
  type ButtonValue,
  PAGE_BUTTONS,
  printButtonValue,
  printPosition,
  REASON_BLOCK,
  REASON_INPUT,
  REASON_MODALS,
  type ReasonKind,
} from "../../../src/cards/ids.ts";
import type { Command } from "../../../src/core/command.ts";
import { refusal } from "../../../src/core/refusal.ts";
import type { ListenerContext } from "../../../src/intake/slack/listener.ts";
import { onClick } from "../../../src/intake/slack/on-click.ts";
import { onCommand } from "../../../src/intake/slack/on-command.ts";
import { onSubmit, type SubmitAnswer } from "../../../src/intake/slack/on-submit.ts";
import type { ClickPayload } from "../../../src/intake/slack/slack-payload.ts";
import { captureLogs, type LogLine } from "../../support/captured-logger.ts";
import { fakeAnswers } from "../../support/fake-answers.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { ACCEPTED, aPerson, fakeDesk } from "../../support/fake-desk.ts";

const VALUE: ButtonValue = {
  component: "model-pymk",
  version: "7",
  environment: "production",
  digest: "0123456789abcdef",
};
const ASKED = {
  component: "model-pymk",
  person: aPerson("U0ANA"),
  directory: { "@ml-leads": ["U0ANA"] },
};
const ON_7 = { ...ASKED, release: "model-pymk@7", environment: "production" };
const WHO_ARE_YOU =
  "Who you are and who may do this could not be looked up, so nothing was changed. Try again in a minute.";
const OLD_BUTTON =
  "This button belongs to another version of the card. Ask for a new card with /release and the component's name.";

let desk: ReturnType<typeof fakeDesk>;
let answers: ReturnType<typeof fakeAnswers>;
let clock: FakeClock;
let logged: readonly LogLine[];
let context: ListenerContext;
let acknowledged: unknown[];

beforeEach(() => {
  desk = fakeDesk();
  answers = fakeAnswers();
  clock = createFakeClock(Date.UTC(2026, 10, 22, 9));
  const { logger: log, lines } = captureLogs();
  logged = lines;
  acknowledged = [];
  context = { desk, answers, clock, log };
});

async function acknowledge(answer?: unknown): Promise<void> {
  acknowledged.push(answer);
}

function command(text: string, ack = acknowledge): Promise<void> {
  const payload = {
    text,
    team_id: "T1",
    user_id: "U0ANA",
    channel_id: "C1",
    trigger_id: "1.2",
    response_url: "url",
  };
  return onCommand(payload, ack, context);
}

function click(
  clicked: { readonly action_id: string; readonly value?: string; readonly url?: string },
  where: { readonly channel?: { readonly id: string } } = { channel: { id: "C1" } },
): Promise<void> {
  const payload = {
    team: { id: "T1" },
    user: { id: "U0ANA", team_id: "T1" },
    trigger_id: "1.2",
    response_url: "url",
    ...where,
    actions: [{ action_ts: "5.6", ...clicked }],
  };
  return onClick(payload, acknowledge, context);
}

function press(kind: ButtonKind, value: Partial<ButtonValue> = {}): Promise<void> {
  return click({ action_id: BUTTONS[kind], value: printButtonValue({ ...VALUE, ...value }) });
}

async function submit(
  kind: ReasonKind,
  overrides: { readonly callback_id?: string; readonly private_metadata?: string } = {},
  ack: (answer: SubmitAnswer) => Promise<void> = acknowledge,
): Promise<void> {
  const view = {
    id: "V1",
    callback_id: REASON_MODALS[kind],
    private_metadata: printButtonValue(VALUE),
    state: { values: { [REASON_BLOCK]: { [REASON_INPUT]: { value: "too slow" } } } },
    ...overrides,
  };
  await onSubmit({ user: { id: "U0ANA", team_id: "T1" }, view }, ack, context);
}

function dispatched(): readonly Command[] {
  return desk.dispatched.map((entry) => entry.command);
}

describe("/release", () => {
  it.each<{ text: string; command: Command }>([
    {
      text: "model-pymk promote 8 to staging",
      command: { type: "Promote", release: "model-pymk@8", environment: "staging", ...ASKED },
    },
    {
      text: "model-pymk rollback",
      command: {
        type: "RollBack",
        from: null,
        environment: null,
        to: null,
        trigger: "command",
        reason: "asked for with /release",
        ...ASKED,
      },
    },
    {
      text: "model-pymk rollback to 6 in production because it is slow",
      command: {
        type: "RollBack",
        from: null,
        environment: "production",
        to: "model-pymk@6",
        trigger: "command",
        reason: "it is slow",
        ...ASKED,
      },
    },
    {
      text: "model-pymk hold no labels",
      command: { type: "Hold", environment: null, reason: "no labels", ...ASKED },
    },
    {
      text: "model-pymk unhold in production",
      command: { type: "Unhold", environment: "production", ...ASKED },
    },
    {
      text: "model-pymk freeze 2h migration",
      command: {
        type: "Freeze",
        reason: "migration",
        until: Date.UTC(2026, 10, 22, 11),
        ...ASKED,
      },
    },
    { text: "model-pymk unfreeze", command: { type: "Unfreeze", ...ASKED } },
    {
      text: "freeze 1d holiday",
      command: {
        type: "FreezeEverything",
        reason: "holiday",
        until: Date.UTC(2026, 10, 23, 9),
        person: ASKED.person,
        directory: ASKED.directory,
      },
    },
    {
      text: "unfreeze",
      command: {
        type: "UnfreezeEverything",
        person: ASKED.person,
        directory: ASKED.directory,
      },
    },
  ])("$text", async ({ text, command: expected }) => {
    await command(text);
    expect(desk.dispatched).toEqual([{ command: expected, ids: ["command:1.2"] }]);
  });

  it("asks the desk for the directory of the component, or of everything", async () => {
    const asked: (string | null)[] = [];
    desk.directory = async (component) => {
      asked.push(component);
      return {};
    };
    await command("model-pymk hold x");
    await command("freeze 1h x");
    expect(asked).toEqual(["model-pymk", null]);
  });

  it("answers what it does not understand without asking anybody", async () => {
    await command("model-pymk fly");
    expect(acknowledged).toMatchObject([{ text: expect.stringContaining("“fly” is not") }]);
    expect(dispatched()).toEqual([]);
  });

  it("says that it failed when an answer cannot be drawn, with a reference to the log", async () => {
    desk.reply = new Error("no such file");
    await command("help");
    const [line] = logged;
    expect(line).toMatchObject({ msg: "slack request failed", error: "no such file" });
    expect(acknowledged).toMatchObject([
      { text: expect.stringContaining(`Reference for the log: ${String(line?.reference)}`) },
    ]);
    expect(JSON.stringify(acknowledged)).not.toContain("no such file");
  });

  it("answers late when the acknowledgement could not be sent", async () => {
    await command("help", () => Promise.reject(new Error("socket closed")));
    expect(answers.told).toEqual([{ way: "respond", to: "url", text: "the answer" }]);
  });
});

describe("a click", () => {
  it.each<{ button: ButtonKind; command: Command }>([
    { button: "approve", command: { type: "Approve", digest: "0123456789abcdef", ...ON_7 } },
    { button: "promote", command: { type: "Promote", ...ON_7 } },
    { button: "retry", command: { type: "Retry", ...ON_7 } },
  ])("on $button is dispatched", async ({ button, command: expected }) => {
    await press(button);
    expect(desk.dispatched).toEqual([
      { command: expected, ids: [`click:T1:U0ANA:5.6:${BUTTONS[button]}`] },
    ]);
    expect(acknowledged).toEqual([undefined]);
    expect(answers.told).toEqual([]);
  });

  it.each<ReasonKind>(["reject", "rollback", "stop", "override", "falseAlarm"])(
    "on %s opens a modal and dispatches nothing",
    async (kind) => {
      await press(kind);
      expect(desk.modals).toEqual([{ kind, value: VALUE }]);
      expect(dispatched()).toEqual([]);
    },
  );

  it("shows in the dialog of a false alarm what other limits would have given", async () => {
    const shown: string[] = [];
    desk.reply = { text: "quiet with 4 in a row", blocks: [] };
    desk.openModal = async () => ({
      id: "V1",
      show: async ({ text }) => {
        shown.push(text);
      },
    });
    await press("falseAlarm");
    expect(shown).toEqual(["quiet with 4 in a row"]);
    expect(desk.queries).toEqual([
      {
        kind: "false-alarm",
        component: VALUE.component,
        version: VALUE.version,
        environment: VALUE.environment,
      },
    ]);
  });

  it("asks Slack for nothing before it has opened the modal", async () => {
    const order: string[] = [];
    desk.openModal = async () => {
      order.push("modal");
      return { id: "V1", show: async () => {} };
    };
    desk.person = async (id) => {
      order.push("person");
      return aPerson(id);
    };
    await press("reject");
    expect(order).toEqual(["modal"]);
  });

  it.each(["reject", "details"] as const)(
    "on %s says so when Slack did not open the modal",
    async (kind) => {
      desk.openModal = () => Promise.reject(new Error("expired_trigger_id"));
      await press(kind);
      expect(answers.told).toEqual([
        {
          way: "respond",
          to: "url",
          text: "Slack did not open the dialog: it waits for three seconds only. Nothing was changed; click again.",
        },
      ]);
    },
  );

  it("on details shows in the modal that the details could not be drawn", async () => {
    desk.reply = new Error("broken");
    await press("details");
    const text = expect.stringContaining("That could not be shown");
    expect(answers.told).toEqual([{ way: "view", to: "V1/Release details", text }]);
  });

  it("on details does nothing more when the modal was closed meanwhile", async () => {
    answers.broken = ["view"];
    await press("details");
    expect(answers.told).toEqual([]);
  });

  it("on details shows the first page, to anybody: nobody is looked up", async () => {
    desk.person = () => Promise.reject(new Error("a guest whom nobody knows"));
    await press("details");
    const { component, version } = VALUE;
    expect(desk.pages).toEqual([{ component, version, page: 1, seen: null }]);
    expect(answers.told).toEqual([{ way: "view", to: "V1/Release details", text: "the answer" }]);
  });

  describe("in the details", () => {
    const position = { component: "model-pymk", version: "7", page: 2, seen: "k3" };

    function turn(action: string, view: Partial<ClickPayload["view"]> | null = {}) {
      const shown = { id: "V1", hash: "h1", private_metadata: printPosition(position), ...view };
      return onClick(
        {
          team: { id: "T1" },
          user: { id: "U0ANA", team_id: "T1" },
          trigger_id: "1.2",
          ...(view === null ? {} : { view: shown }),
          actions: [{ action_ts: "5.6", action_id: action, value: "x" }],
        },
        acknowledge,
        context,
      );
    }

    it.each([
      [PAGE_BUTTONS.earlier, 1],
      [PAGE_BUTTONS.next, 3],
    ])("%s shows page %i, unless the modal shows another one by now", async (action, page) => {
      await turn(action);
      expect(acknowledged).toEqual([undefined]);
      expect(desk.pages).toEqual([{ ...position, page }]);
      expect(answers.told).toEqual([
        { way: "view", to: "V1/Release details/h1", text: "the answer" },
      ]);
    });

    it("the later of two clicks on one page turns nothing, and nobody is told", async () => {
      answers.broken = ["view"];
      await turn(PAGE_BUTTONS.next);
      expect(answers.told).toEqual([]);
    });

    it("a page that cannot be drawn is said to be none, in the modal", async () => {
      desk.reply = new Error("broken");
      await turn(PAGE_BUTTONS.next);
      const text = expect.stringContaining("Close this and click Details again in a minute.");
      expect(answers.told).toEqual([{ way: "view", to: "V1/Release details/h1", text }]);
    });

    it.each([
      ["without a modal", null],
      ["of another version", { private_metadata: "" }],
    ])("a button %s is answered, and shows nothing", async (_what, view) => {
      await turn(PAGE_BUTTONS.next, view);
      expect(desk.pages).toEqual([]);
      expect(answers.told).toEqual([{ way: "direct", to: "U0ANA", text: OLD_BUTTON }]);
    });
  });

  it.each([
    { it: "a value that is not ours", action_id: BUTTONS.approve, value: "{}" },
    { it: "no value", action_id: BUTTONS.approve },
    {
      it: "an approval of no digest",
      action_id: BUTTONS.approve,
      value: printButtonValue({ ...VALUE, digest: null }),
    },
    {
      it: "a promotion into nowhere",
      action_id: BUTTONS.promote,
      value: printButtonValue({ ...VALUE, environment: null }),
    },
    {
      it: "a rejection in nowhere",
      action_id: BUTTONS.reject,
      value: printButtonValue({ ...VALUE, environment: null }),
    },
  ])("on a button with $it changes nothing and says so", async ({ it: _it, ...clicked }) => {
    await click(clicked);
    expect(dispatched()).toEqual([]);
    expect(desk.modals).toEqual([]);
    expect(answers.told).toEqual([{ way: "respond", to: "url", text: OLD_BUTTON }]);
  });

  it("on a link is acknowledged and nothing else", async () => {
    await click({ action_id: "run.link", url: "https://ci.acme.test/1" });
    expect(acknowledged).toEqual([undefined]);
    expect(answers.told).toEqual([]);
  });

  it("tells the sentence of what was accepted", async () => {
    desk.outcomes = [{ ...ACCEPTED, sentence: "1 of 2 approvals" }];
    await press("approve");
    expect(answers.told).toEqual([{ way: "respond", to: "url", text: "1 of 2 approvals" }]);
  });
});

describe("an answer", () => {
  const refused = {
    kind: "refused",
    refusal: refusal("frozen", "frozen"),
    release: null,
  } as const;

  it.each([
    { broken: ["respond"] as const, told: [{ way: "ephemeral", to: "C1/U0ANA", text: "frozen" }] },
    {
      broken: ["respond", "ephemeral"] as const,
      told: [{ way: "direct", to: "U0ANA", text: "frozen" }],
    },
  ])("goes another way when $broken is broken", async ({ broken, told }) => {
    answers.broken = broken;
    desk.outcomes = [refused];
    await press("approve");
    expect(answers.told).toEqual(told);
  });

  it("that no way delivers is logged as lost", async () => {
    answers.broken = ["respond", "ephemeral", "direct"];
    desk.outcomes = [refused];
    await press("approve");
    expect(logged.at(-1)).toMatchObject({ level: "error", msg: "slack answer lost" });
  });
});

describe("a submitted modal", () => {
  it.each<{ kind: ReasonKind; command: Command }>([
    { kind: "reject", command: { type: "Reject", reason: "too slow", ...ON_7 } },
    {
      kind: "rollback",
      command: {
        type: "RollBack",
        from: "model-pymk@7",
        environment: "production",
        to: null,
        trigger: "button",
        reason: "too slow",
        ...ASKED,
      },
    },
    { kind: "stop", command: { type: "Stop", reason: "too slow", ...ON_7 } },
    { kind: "override", command: { type: "Override", reason: "too slow", ...ON_7 } },
    {
      kind: "falseAlarm",
      command: { type: "ReportFalseAlarm", reason: "too slow", check: null, ...ON_7 },
    },
  ])("$kind is dispatched and closes", async ({ kind, command: expected }) => {
    await submit(kind);
    expect(desk.dispatched).toEqual([{ command: expected, ids: ["view:V1"] }]);
    expect(acknowledged).toEqual([null]);
  });

  it("that labels a false alarm takes the change with it that would have spared it", async () => {
    const proposal = { check: "latency", diff: ["+ failureLimit: 3"], sentence: "It is quiet." };
    desk.proposals = async () => [proposal];
    await submit("falseAlarm");
    expect(desk.dispatched[0]?.command).toMatchObject({
      type: "ReportFalseAlarm",
      proposals: [proposal],
    });
  });

  it("whose reason the core does not take says so beside the reason", async () => {
    desk.outcomes = [
      { kind: "refused", refusal: refusal("reason_required", "say why"), release: null },
    ];
    await submit("reject");
    expect(acknowledged).toEqual([
      { response_action: "errors", errors: { [REASON_BLOCK]: "say why" } },
    ]);
  });

  it("that was recorded before closes", async () => {
    desk.outcomes = [{ kind: "duplicate", release: null }];
    await submit("reject");
    expect(acknowledged).toEqual([null]);
  });

  it.each([{ callback_id: "reason.other" }, { private_metadata: "{}" }])(
    "of another version says so: %o",
    async (overrides) => {
      await submit("reject", overrides);
      expect(dispatched()).toEqual([]);
      expect(JSON.stringify(acknowledged)).toContain("This dialog belongs to another version");
    },
  );

  it("is answered in its view when the acknowledgement could not be sent", async () => {
    await submit("stop", {}, () => Promise.reject(new Error("socket closed")));
    expect(answers.told).toEqual([
      { way: "view", to: "V1/Stop", text: "Recorded. The card shows what happens next." },
    ]);
  });
});

describe("when Slack cannot say who somebody is, or who may do it", () => {
  it.each(["person", "directory"] as const)("nothing is changed (%s)", async (what) => {
    const broken = () => Promise.reject(new Error("Slack is down"));
    if (what === "person") desk.person = broken;
    else desk.directory = broken;
    await command("model-pymk promote 8 to staging");
    await press("approve");
    await submit("reject");
    expect(dispatched()).toEqual([]);
    expect(acknowledged[0]).toMatchObject({ text: WHO_ARE_YOU });
    expect(answers.told).toEqual([{ way: "respond", to: "url", text: WHO_ARE_YOU }]);
    expect(JSON.stringify(acknowledged[2])).toContain(WHO_ARE_YOU);
  });

  it("they can still look", async () => {
    desk.person = () => Promise.reject(new Error("users.info failed"));
    await command("model-pymk");
    expect(acknowledged).toMatchObject([{ text: "the answer" }]);
  });
});

describe("when the ledger cannot take it", () => {
  it("the person is told to look and try again, and the log says why", async () => {
    desk.outcomes = [new Error("disk full")];
    await press("approve");
    expect(answers.told).toMatchObject([
      { text: expect.stringContaining("may not have been recorded") },
    ]);
    expect(logged).toContainEqual(
      expect.objectContaining({ msg: "slack request failed", error: "disk full" }),
    );
  });
});
