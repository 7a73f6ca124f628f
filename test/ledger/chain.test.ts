import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type ChainBreak,
  type ChainHead,
  EMPTY_CHAIN,
  eventHash,
  eventText,
  recordEvents,
  verifyChain,
} from "../../src/ledger/chain.ts";
import type { RecordedEvent, StreamId } from "../../src/ledger/ledger.ts";
import { DANA, FEED, NOON, PYMK, superseded } from "../support/ledger-samples.ts";

/** Three events of one stream and two of another, one after the other in turn. */
function sampleLedger(): readonly RecordedEvent[] {
  const by = { at: NOON, by: DANA };
  const feed = [1, 2, 3].map((n) => superseded(`${n}.0.0`));
  const pymk = [1, 2].map((n) => superseded(`${n}.0.0`, "model-pymk"));
  const result: RecordedEvent[] = [];
  const heads = new Map<StreamId, ChainHead>();
  for (const [stream, event] of [
    [FEED, feed[0]],
    [PYMK, pymk[0]],
    [FEED, feed[1]],
    [PYMK, pymk[1]],
    [FEED, feed[2]],
  ] as const) {
    if (event === undefined) throw new Error("the sample has five events");
    const head = heads.get(stream) ?? EMPTY_CHAIN;
    const [printed] = recordEvents(by, { stream, events: [event] }, head, result.length + 1);
    if (printed === undefined) throw new Error("one event gives one entry");
    const recorded = printed.event;
    heads.set(stream, { version: recorded.version, head: recorded.hash });
    result.push(recorded);
  }
  return result;
}

function headsOf(events: readonly RecordedEvent[]): ReadonlyMap<StreamId, ChainHead> {
  return new Map(events.map(({ stream, version, hash }) => [stream, { version, head: hash }]));
}

async function* each(events: readonly RecordedEvent[]): AsyncIterable<RecordedEvent> {
  yield* events;
}

async function firstBreak(
  events: readonly RecordedEvent[],
  heads = headsOf(sampleLedger()),
): Promise<Omit<ChainBreak, "sentence"> | "whole"> {
  const verdict = await verifyChain(each(events), heads);
  if (verdict.kind === "whole") return "whole";
  const { sentence: _, ...rest } = verdict.at;
  return rest;
}

/** The same events, with the one at an index changed and, if asked, its hash made to fit again. */
function tampered(index: number, change: Partial<RecordedEvent>, rehash = false): RecordedEvent[] {
  return sampleLedger().map((event, at) => {
    if (at !== index) return event;
    const other = { ...event, ...change };
    return rehash ? { ...other, hash: eventHash(other) } : other;
  });
}

/** What the hash of the first event below is taken over, letter by letter. */
const FIRST_AS_TEXT =
  '{"at":1795348800000,"by":{"id":"U024BE7LH","kind":"person","name":"dana"},' +
  '"event":{"release":"svc-feed@1.0.0","supersededBy":"svc-feed@next","type":"ReleaseSuperseded"},' +
  `"position":7,"previous":"${"0".repeat(64)}","stream":"component/svc-feed","version":1}`;

describe("recording events", () => {
  it("chains each event to the one before it in its stream, and the first to nothing", () => {
    const [first, second] = recordEvents(
      { at: NOON, by: DANA },
      { stream: FEED, events: [superseded("1.0.0"), superseded("2.0.0")] },
      EMPTY_CHAIN,
      7,
    );
    expect(first?.event).toEqual({
      position: 7,
      stream: FEED,
      version: 1,
      at: NOON,
      by: DANA,
      event: superseded("1.0.0"),
      previous: "0".repeat(64),
      hash: createHash("sha256").update(FIRST_AS_TEXT).digest("hex"),
    });
    expect(second?.event).toMatchObject({ position: 8, version: 2, previous: first?.event.hash });
  });

  it("prints each event as the text that was hashed, with the hash at its end", () => {
    const [printed] = recordEvents(
      { at: NOON, by: DANA },
      { stream: FEED, events: [superseded("1.0.0")] },
      EMPTY_CHAIN,
      7,
    );
    if (printed === undefined) throw new Error("one event gives one entry");
    const { event, text } = printed;
    expect(text).toBe(`${FIRST_AS_TEXT.slice(0, -1)},"hash":"${event.hash}"}`);
    expect(JSON.parse(text)).toEqual(event);
    expect(eventText(event)).toBe(text);
  });

  it("hashes the content and not the order of its members", () => {
    const [event] = sampleLedger();
    if (event === undefined) throw new Error("the sample is not empty");
    const turned = Object.fromEntries(Object.entries(event).reverse()) as unknown as RecordedEvent;
    expect(eventHash(turned)).toBe(event.hash);
  });
});

describe("verifying a chain", () => {
  it("finds a ledger whole that is as it was written", async () => {
    const events = sampleLedger();
    expect(await verifyChain(each(events), headsOf(events))).toEqual({
      kind: "whole",
      events: 5,
      streams: 2,
    });
  });

  it("finds an empty ledger whole", async () => {
    expect(await verifyChain(each([]), new Map())).toEqual({
      kind: "whole",
      events: 0,
      streams: 0,
    });
  });

  it("takes events that are newer than the heads for what they are", async () => {
    expect(await firstBreak(sampleLedger(), headsOf(sampleLedger().slice(0, 2)))).toBe("whole");
  });

  it("finds events that were committed meanwhile whole, and does not look at those that came later", async () => {
    const events = sampleLedger();
    const before = headsOf(events.slice(0, 2));
    for (const read of [events, events.slice(0, 4)]) {
      const verdict = await verifyChain(each(read), before, [], async () => headsOf(events));
      expect(verdict).toMatchObject({ kind: "whole", events: read.length });
    }
  });

  it("reports events beyond the end that a stream has after they were read", async () => {
    const events = sampleLedger();
    const before = headsOf(events.slice(0, 4));
    const verdict = await verifyChain(each(events), before, [], async () => before);
    expect(verdict).toMatchObject({
      kind: "broken",
      at: {
        fault: "added",
        stream: FEED,
        version: 3,
        position: 5,
        sentence: `version 3 of ${FEED} at position 5 was added: the stream has 2 events`,
      },
    });
  });

  it("reports a stream of which nothing else is known", async () => {
    const events = sampleLedger().filter(({ stream }) => stream === PYMK);
    const verdict = await verifyChain(each(events), new Map(), [], async () => new Map());
    expect(verdict).toMatchObject({
      at: { fault: "added", stream: PYMK, version: 2, position: 4 },
    });
  });

  it("reports a newer end of which another hash is stored with the state", async () => {
    const events = sampleLedger();
    const after = new Map([...headsOf(events), [FEED, { version: 3, head: "f".repeat(64) }]]);
    const verdict = await verifyChain(each(events), new Map(), [], async () => after);
    expect(verdict).toMatchObject({
      at: { fault: "changed", stream: FEED, version: 3, position: 5 },
    });
  });

  const broken: readonly {
    readonly what: string;
    readonly events: readonly RecordedEvent[];
    readonly at: Omit<ChainBreak, "sentence">;
  }[] = [
    {
      what: "an event whose content was changed",
      events: tampered(2, { event: superseded("9.9.9") }),
      at: { fault: "changed", stream: FEED, version: 2, position: 3 },
    },
    {
      what: "an event that was moved to another time",
      events: tampered(0, { at: NOON + 1 }),
      at: { fault: "changed", stream: FEED, version: 1, position: 1 },
    },
    {
      what: "an event that was changed together with its hash, by what the next one was chained to",
      events: tampered(2, { event: superseded("9.9.9") }, true),
      at: { fault: "changed", stream: FEED, version: 2, position: 3 },
    },
    {
      what: "a first event that claims a predecessor",
      events: tampered(0, { previous: "a".repeat(64) }, true),
      at: { fault: "changed", stream: FEED, version: 1, position: 1 },
    },
    {
      what: "a last event that was changed together with its hash, by the stored head",
      events: tampered(4, { event: superseded("9.9.9") }, true),
      at: { fault: "changed", stream: FEED, version: 3, position: 5 },
    },
    {
      what: "an event that was removed",
      events: sampleLedger().toSpliced(2, 1),
      at: { fault: "removed", stream: FEED, version: 2, position: null },
    },
    {
      what: "a first event that was removed",
      events: sampleLedger().toSpliced(0, 1),
      at: { fault: "removed", stream: FEED, version: 1, position: null },
    },
    {
      what: "events of one stream that changed places",
      events: [0, 1, 4, 3, 2].flatMap((index) => sampleLedger()[index] ?? []),
      at: { fault: "reordered", stream: FEED, version: 2, position: 3 },
    },
    {
      what: "events of two streams that changed places",
      events: [1, 0, 2, 3, 4].flatMap((index) => sampleLedger()[index] ?? []),
      at: { fault: "reordered", stream: FEED, version: 1, position: 1 },
    },
    {
      what: "an event that stands there twice",
      events: [0, 1, 2, 2, 3, 4].flatMap((index) => sampleLedger()[index] ?? []),
      at: { fault: "reordered", stream: FEED, version: 2, position: 3 },
    },
    {
      what: "an end that was cut off",
      events: sampleLedger().slice(0, 4),
      at: { fault: "cut-off", stream: FEED, version: 3, position: null },
    },
    {
      what: "a stream that is gone",
      events: sampleLedger().filter(({ stream }) => stream !== PYMK),
      at: { fault: "cut-off", stream: PYMK, version: 1, position: null },
    },
  ];
  for (const { what, events, at } of broken) {
    it(`names ${what}`, async () => {
      expect(await firstBreak(events)).toEqual(at);
    });
  }

  it("says in one sentence what is wrong and where", async () => {
    const verdict = await verifyChain(
      each(sampleLedger().toSpliced(2, 1)),
      headsOf(sampleLedger()),
    );
    expect(verdict).toMatchObject({
      at: {
        sentence:
          "version 2 of component/svc-feed was removed: version 3 at position 5 stands where it should be",
      },
    });
  });
});
