import { describe, expect, it } from "vitest";
import type { SystemCommand } from "../../src/core/command.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import { refusal as refusalOf } from "../../src/core/refusal.ts";
import { createDecisionHandlers } from "../../src/effects/decision-handlers.ts";
import { AdapterError } from "../../src/shared/errors.ts";
import { failureOf } from "../support/adapter-failure.ts";
import { aBuild } from "../support/builders.ts";
import { deferred } from "../support/deferred.ts";
import { aFragment } from "../support/fragments.ts";

const RUN = { attempt: 1, due: 0, now: 0, signal: new AbortController().signal };

const ACCEPTED: Outcome = { kind: "accepted", release: null, sentence: null };

function setUp(
  options: {
    components?: () => Promise<readonly string[]>;
    failFor?: string;
    outcome?: Outcome;
    calmed?: (signal: AbortSignal) => Promise<void>;
  } = {},
) {
  const dispatched: SystemCommand[] = [];
  const handlers = createDecisionHandlers({
    random: () => 0,
    components: options.components ?? (async () => ["model-pymk", "svc-feed"]),
    calmed: options.calmed ?? (async () => {}),
    dispatch: async (command) => {
      if ("component" in command && command.component === options.failFor) {
        throw new Error("disk full");
      }
      dispatched.push(command);
      return options.outcome ?? ACCEPTED;
    },
  });
  return { handlers, dispatched };
}

describe("timers ask the core to look again", () => {
  it("an approval that may have expired", async () => {
    const { handlers } = setUp();
    const body = { kind: "expire", component: "svc-feed", promotion: "p" } as const;
    expect(await handlers.expire.run(body, RUN)).toEqual({
      kind: "done",
      command: { type: "ExpireApproval", component: "svc-feed", promotion: "p" },
    });
  });

  it("reports that are joined, whose time is over", async () => {
    const { handlers } = setUp();
    const about = { component: "svc-feed", gathering: "version:7" };
    expect(
      await handlers["close-gathering"].run({ kind: "close-gathering", ...about }, RUN),
    ).toEqual({ kind: "done", command: { type: "CloseGathering", ...about } });
  });

  it("one component", async () => {
    const { handlers } = setUp();
    expect(await handlers.review.run({ kind: "review", component: "svc-feed" }, RUN)).toEqual({
      kind: "done",
      command: { type: "Review", component: "svc-feed" },
    });
  });

  it("every component", async () => {
    const { handlers, dispatched } = setUp();
    expect(await handlers["review-all"].run({ kind: "review-all" }, RUN)).toEqual({
      kind: "done",
      command: null,
    });
    expect(dispatched).toEqual([
      { type: "Review", component: "model-pymk" },
      { type: "Review", component: "svc-feed" },
    ]);
  });

  it("every other component, when one cannot be reviewed, and then all again", async () => {
    const { handlers, dispatched } = setUp({ failFor: "model-pymk" });
    expect(await failureOf(handlers["review-all"].run({ kind: "review-all" }, RUN))).toMatchObject({
      message: "cannot review model-pymk: disk full",
      retryable: true,
    });
    expect(dispatched).toEqual([{ type: "Review", component: "svc-feed" }]);
  });

  it("later, when the store cannot say which components there are", async () => {
    const { handlers } = setUp({ components: () => Promise.reject(new Error("disk full")) });
    expect(await failureOf(handlers["review-all"].run({ kind: "review-all" }, RUN))).toMatchObject({
      message: "cannot review all components: disk full",
      retryable: true,
    });
  });

  it("not any more when the process stops", async () => {
    const { handlers, dispatched } = setUp();
    const signal = AbortSignal.abort(new AdapterError("cut short", { retryable: true }));
    await failureOf(handlers["review-all"].run({ kind: "review-all" }, { ...RUN, signal }));
    expect(dispatched).toEqual([]);
  });

  it("for as long as it takes", () => {
    const { handlers } = setUp();
    const attempts = Object.values(handlers).map((handler) => handler.attempts);
    expect(new Set(attempts)).toEqual(new Set([Infinity]));
  });
});

describe("a queued build", () => {
  const body = { kind: "register", component: "svc-feed", build: aBuild() } as const;

  it("is registered", async () => {
    const { handlers, dispatched } = setUp();
    expect(await handlers.register.run(body, RUN)).toEqual({ kind: "done", command: null });
    expect(dispatched).toEqual([
      { type: "RegisterBuild", component: "svc-feed", build: body.build },
    ]);
  });

  it("or event of a run is registered", async () => {
    const { handlers, dispatched } = setUp();
    const event = { component: "svc-feed", fragment: aFragment() };
    const handler = handlers["register-fragment"];
    expect(await handler.run({ kind: "register-fragment", ...event }, RUN)).toEqual({
      kind: "done",
      command: null,
    });
    expect(dispatched).toEqual([{ type: "RegisterFragment", ...event }]);
  });

  it("waits while more come than are decided", async () => {
    const calm = deferred();
    const { handlers, dispatched } = setUp({ calmed: () => calm.promise });
    const running = handlers.register.run(body, RUN);
    expect(dispatched).toEqual([]);
    calm.resolve();
    await running;
    expect(dispatched).toHaveLength(1);
  });

  it("is not registered by a run that was told to stop while it waited", async () => {
    const calm = deferred();
    const stopping = new AbortController();
    const { handlers, dispatched } = setUp({ calmed: () => calm.promise });
    const running = handlers.register.run(body, { ...RUN, signal: stopping.signal });
    stopping.abort(new AdapterError("it was cut short", { retryable: true }));
    calm.resolve();
    expect(await failureOf(running)).toMatchObject({ message: "it was cut short" });
    expect(dispatched).toEqual([]);
  });

  it("waits for a ledger that cannot take it", async () => {
    const { handlers } = setUp({ failFor: "svc-feed" });
    expect(await failureOf(handlers.register.run(body, RUN))).toMatchObject({
      message: "cannot register svc-feed 2026.11.22-3: disk full",
      retryable: true,
    });
  });

  it("that is refused is given up with the reason, because its sender has been answered", async () => {
    const refusal = refusalOf("version_conflict", "version: 3 was built from another commit");
    const { handlers } = setUp({ outcome: { kind: "refused", refusal, release: null } });
    expect(await failureOf(handlers.register.run(body, RUN))).toMatchObject({
      message: "refused (version_conflict): version: 3 was built from another commit",
      retryable: false,
    });
  });
});
