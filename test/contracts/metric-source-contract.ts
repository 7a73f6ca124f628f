import { afterEach, describe, expect, it } from "vitest";
import type { Reading } from "../../src/core/verdict.ts";
import type { MetricSource, RangeForm } from "../../src/effects/metrics/metric-source.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { METRIC_TYPES, type MetricTypeName } from "../../src/shared/metric-types.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startServer,
} from "../support/scripted-server.ts";

/** The window of every question of the contract: three points, a minute apart. */
export const STEP = 60_000;
export const FROM = 1_795_353_600_000;
export const TO = FROM + 2 * STEP;
/** Long enough after the window for everything to have come. */
const NOW = TO + 10 * STEP;
/** What every source of the contract is asked with. */
export const SECRET = "n3ver-t0-be-s33n";

/** The time that no source of the contract waits longer than. */
const TIMEOUT = 30_000;
/** More than any system may answer. */
const TOO_MUCH = 8_000_001;

type Answering = (request: ReceivedRequest) => ScriptedAnswer;

/** A type of source, and how its system answers. */
export interface MetricSourceSubject {
  readonly type: MetricTypeName;
  /** Under the name `it`, with SECRET and TIMEOUT. */
  create(url: string, options: { readonly clock: Clock; readonly timeout: number }): MetricSource;
  /** One question that the system can be asked, about the window. */
  ask(source: MetricSource, signal: AbortSignal): Promise<Reading>;
  readonly good: { readonly answer: Answering; readonly reading: Reading };
  /** Nothing is known, which is not zero. */
  readonly empty: { readonly answer: Answering; readonly reading: Reading };
  /** More series than one, where one is needed; none for alerts. */
  readonly many?: { readonly answer: Answering; readonly why: RegExp };
  /** Numbers that are none; none for alerts. */
  readonly unusable?: { readonly answer: Answering; readonly reading: Reading };
  /** The system says itself that parts lack. */
  readonly half: readonly { readonly name: string; readonly answer: Answering }[];
  /** A question was refused, in the system's own words. */
  readonly refused: readonly {
    readonly name: string;
    readonly answer: ScriptedAnswer;
    readonly why: RegExp;
  }[];
  /** How the request shows that SECRET was used. */
  isAuthorized(request: ReceivedRequest): boolean;
  /** What cannot be tried: a client that is not ours reads the answer. */
  readonly foreignClient?: true;
}

/** What every source of measurements or alerts promises, against a server of its own on the loopback interface. */
export function describeMetricSource(subject: MetricSourceSubject): void {
  const never = new AbortController().signal;
  const servers: ScriptedServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function asking(answer: Answering, signal: AbortSignal = never) {
    const server = await startServer(answer);
    servers.push(server);
    const clock = createFakeClock(NOW);
    const source = subject.create(server.url, { clock, timeout: TIMEOUT });
    return { server, clock, source, reading: subject.ask(source, signal) };
  }

  const readingOf = async (answer: Answering) => (await asking(answer)).reading;

  describe(`${subject.type}: what the port promises`, () => {
    it("a good answer is its reading, and the request was authorised", async () => {
      const { server, reading } = await asking(subject.good.answer);
      expect(await reading).toEqual(subject.good.reading);
      expect(server.requests().length).toBeGreaterThan(0);
      expect(server.requests().every(subject.isAuthorized)).toBe(true);
    });

    it("the same question twice is the same reading", async () => {
      const { source, reading } = await asking(subject.good.answer);
      expect(await subject.ask(source, never)).toEqual(await reading);
    });

    it("nothing known is said as nothing known", async () => {
      expect(await readingOf(subject.empty.answer)).toEqual(subject.empty.reading);
    });

    const { many, unusable } = subject;
    if (many !== undefined) {
      it("more than one series is an error, never the first", async () => {
        expect(await readingOf(many.answer)).toEqual({
          kind: "error",
          why: expect.stringMatching(many.why),
        });
      });
    }

    if (unusable !== undefined) {
      it("numbers that are none are no data", async () => {
        expect(await readingOf(unusable.answer)).toEqual(unusable.reading);
      });
    }

    it.each(subject.half)("an answer that may lack parts is partial: $name", async ({ answer }) => {
      expect(await readingOf(answer)).toMatchObject({
        kind: "partial",
        why: expect.stringMatching(/^it: ./),
      });
    });

    it.each(subject.refused)("what is refused is an error: $name", async ({ answer, why }) => {
      expect(await readingOf(() => answer)).toEqual({
        kind: "error",
        why: expect.stringMatching(why),
      });
    });
  });

  describe(`${subject.type}: an outage is an error, never "no data"`, () => {
    it("nobody listens", async () => {
      const server = await startServer(() => ({}));
      await server.close();
      const clock = createFakeClock(NOW);
      const source = subject.create(server.url, { clock, timeout: TIMEOUT });
      expect(await subject.ask(source, never)).toEqual({
        kind: "error",
        why: expect.stringMatching(/^it: .*the connection was refused/),
      });
    });

    it("the line is cut", async () => {
      expect(await readingOf(() => "lost")).toEqual({
        kind: "error",
        why: expect.stringMatching(/^it: /),
      });
    });

    it("no answer in time", async () => {
      const { server, clock, reading } = await asking(() => "silence");
      await server.received(1);
      await clock.advance(TIMEOUT);
      expect(await reading).toEqual({
        kind: "error",
        why: expect.stringMatching(/^it: .* did not answer within 30 s/),
      });
    });

    it("given up by the caller", async () => {
      const caller = new AbortController();
      const { server, reading } = await asking(() => "silence", caller.signal);
      await server.received(1);
      caller.abort(new Error("the process stops"));
      expect(await reading).toEqual({
        kind: "error",
        why: expect.stringMatching(/^it: .*the process stops/),
      });
    });

    it.each([400, 401, 403, 404, 422, 429, 500, 502, 503, 504])("status %i", async (status) => {
      const headers = { "content-type": "text/html" };
      expect(await readingOf(() => ({ status, headers, text: "<html>proxy</html>" }))).toEqual({
        kind: "error",
        why: expect.stringMatching(new RegExp(`^it: .*${status}`)),
      });
    });

    it.each([
      { name: "a login page", headers: { "content-type": "text/html" }, text: "<html>log in" },
      { name: "nothing", headers: { "content-type": "application/json" }, text: "" },
      { name: "half of the JSON", headers: { "content-type": "application/json" }, text: '{"a":[' },
      {
        name: "JSON of something else",
        headers: { "content-type": "application/json" },
        text: '{"ok":true}',
      },
    ])("200 with $name", async ({ headers, text }) => {
      expect(await readingOf(() => ({ headers, text }))).toMatchObject({ kind: "error" });
    });

    if (subject.foreignClient) return;

    it("a good answer that calls itself HTML", async () => {
      const answer = await readingOf((request) => {
        const good = subject.good.answer(request);
        if (typeof good === "string") return good;
        const { json, ...rest } = good;
        return { ...rest, text: JSON.stringify(json), headers: { "content-type": "text/html" } };
      });
      expect(answer).toMatchObject({ kind: "error" });
    });

    it("an answer without end", async () => {
      const text = "x".repeat(TOO_MUCH);
      expect(await readingOf(() => ({ text }))).toEqual({
        kind: "error",
        why: expect.stringMatching(/^it: .* answered with more than \d+ bytes$/),
      });
    });
  });

  describe(`${subject.type}: what is secret stays so`, () => {
    it.each(["text/plain", "application/json"])(
      "in an error that repeats it (%s)",
      async (type) => {
        const words = `the key ${SECRET} is not known`;
        const text =
          type === "text/plain" ? words : JSON.stringify({ message: words, error: words });
        const reading = await readingOf(() => ({
          status: 500,
          headers: { "content-type": type },
          text,
        }));
        expect(reading.kind).toBe("error");
        expect(JSON.stringify(reading)).not.toContain(SECRET);
      },
    );

    it("in a link for people", async () => {
      const { source, reading } = await asking(subject.good.answer);
      await reading;
      expect(source.link("up")).not.toContain(SECRET);
    });
  });

  describe(`${subject.type}: what the system has not`, () => {
    const forms: readonly string[] = METRIC_TYPES[subject.type].forms;
    const others = (["value", "increase", "buckets", "patterns"] as const).filter(
      (form: RangeForm) => !forms.includes(form),
    );

    it.each(others)("%s is an error that says who has it, and nobody is asked", async (form) => {
      const { server, source, reading } = await asking(subject.good.answer);
      await reading;
      const asked = server.requests().length;
      const range = { query: "/x", form, from: FROM, to: TO, step: STEP };
      expect(await source.range(range, never)).toEqual({
        kind: "error",
        why: expect.stringMatching(new RegExp(`^it: ${subject.type} has no ${form}; ask .*`)),
      });
      expect(server.requests()).toHaveLength(asked);
    });

    if (forms.includes("alerts")) return;

    it("alerts are an error that says who has them", async () => {
      const { source, reading } = await asking(subject.good.answer);
      await reading;
      expect(await source.alerts({ service: "feed" }, never)).toEqual({
        kind: "error",
        why: `it: ${subject.type} is not asked for alerts; ask a source of type alertmanager, grafana or prometheus`,
      });
    });
  });
}

/** Three samples of the window. */
export function samples(...values: readonly (number | null)[]): Reading {
  return {
    kind: "samples",
    samples: values.map((value, index) => ({ at: FROM + index * STEP, value })),
  };
}
