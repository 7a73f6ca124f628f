import { describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/alert.ts";
import type { Measured } from "../../../src/core/measured.ts";
import type { LogPattern } from "../../../src/core/verdict.ts";
import { comparedCheck, DEPLOYED, judged, STEP, series } from "../../support/measured.ts";

const EARLY = { now: DEPLOYED + STEP };

function patterns(...found: readonly LogPattern[]): Measured {
  return { kind: "patterns", patterns: { kind: "patterns", patterns: found } };
}

const TIMEOUT = { pattern: "timeout after <n> ms", lines: 40 };
const KNOWN = { pattern: "retrying <id>", lines: 900 };

describe("patterns of log lines", () => {
  const check = comparedCheck({ measure: { kind: "patterns", query: "q", least: 5 } });

  it("that the version beside it has, too, are no news", () => {
    const found = judged(check, patterns(KNOWN), { baselines: { stable: patterns(KNOWN) } });
    expect(found).toMatchObject({
      verdict: "success",
      sentence: "no new pattern among 1",
      condition: "no new pattern of at least 5 lines",
    });
    const early = judged(check, patterns(KNOWN), {
      baselines: { stable: patterns(KNOWN) },
      ...EARLY,
    });
    expect(early).toMatchObject({ verdict: "pending", sentence: "no new pattern" });
  });

  it("that are new fail at once", () => {
    const found = judged(check, patterns(KNOWN, TIMEOUT), {
      baselines: { stable: patterns(KNOWN), previous: patterns(KNOWN) },
      ...EARLY,
    });
    expect(found).toMatchObject({
      verdict: "failure",
      sentence: '1 new pattern: "timeout after <n> ms" (40 lines)',
      counts: { passed: 0, failed: 1, noData: 0 },
    });
    expect(found.isDoubtful).toBeUndefined();
  });

  it("that only the time before lacks are for people to judge", () => {
    const found = judged(check, patterns(TIMEOUT), { baselines: { previous: patterns(KNOWN) } });
    expect(found).toMatchObject({ verdict: "failure", isDoubtful: true });
  });

  it("of a few lines do not count", () => {
    const rare = { ...TIMEOUT, lines: 4 };
    const found = judged(check, patterns(rare), { baselines: { stable: patterns(KNOWN) } });
    expect(found.verdict).toBe("success");
  });

  it("are shown, but not all, and not at full length", () => {
    const many = ["a", "b", "c", "d", "e".repeat(100)].map((pattern, index) => ({
      pattern: index === 0 ? "x".repeat(100) : pattern,
      lines: index === 1 ? 1 : 7,
    }));
    const least = comparedCheck({ measure: { kind: "patterns", query: "q", least: 1 } });
    const found = judged(least, patterns(...many), { baselines: { stable: patterns(KNOWN) } });
    expect(found.sentence).toBe(
      `5 new patterns: "${"x".repeat(79)}…" (7 lines), "b" (1 line), "c" (7 lines), and 2 more`,
    );
    expect(found.condition).toBe("no new pattern of at least 1 line");
  });

  it("that are not there at all prove nothing, unless the check says so", () => {
    const verdicts = (["inconclusive", "fail", "pass"] as const).map((noData) => {
      const one = { ...check, noData };
      const found = judged(one, patterns(), { baselines: { stable: patterns(KNOWN) } });
      return [found.verdict, found.sentence];
    });
    const silence = "no lines: nobody can tell a quiet service from logs that do not arrive";
    expect(verdicts).toEqual([
      ["inconclusive", silence],
      ["failure", silence],
      ["success", "no lines"],
    ]);
  });

  it("are all known where nothing was live before", () => {
    expect(judged(check, patterns(TIMEOUT))).toMatchObject({
      verdict: "success",
      sentence: "nothing live to compare with",
    });
    expect(judged(check, patterns(TIMEOUT), EARLY).verdict).toBe("pending");
  });

  it.each<[string, Measured, Measured, string, string]>([
    [
      "an outage",
      { kind: "patterns", patterns: { kind: "error", why: "429" } },
      patterns(KNOWN),
      "error",
      "429",
    ],
    [
      "a partial answer of the baseline",
      patterns(TIMEOUT),
      { kind: "patterns", patterns: { kind: "partial", why: "limit" } },
      "inconclusive",
      "the baseline of the version beside it: the answer may be incomplete: limit",
    ],
    [
      "another kind of measure",
      { kind: "value", value: series(1) },
      patterns(KNOWN),
      "error",
      "value was measured, and patterns are needed",
    ],
  ])("%s is never a success", (_name, release, stable, verdict, sentence) => {
    expect(judged(check, release, { baselines: { stable } })).toMatchObject({ verdict, sentence });
  });
});

function alert(overrides: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "1",
    status: "firing",
    name: "FeedErrors",
    labels: {},
    summary: null,
    startsAt: DEPLOYED + STEP,
    endsAt: null,
    url: null,
    because: "condition",
    ...overrides,
  };
}

function alerts(...found: readonly Alert[]): Measured {
  return { kind: "alerts", alerts: { kind: "alerts", alerts: found } };
}

describe("alerts that a source says are firing", () => {
  const check = comparedCheck({ measure: { kind: "alerts", match: {} }, comparison: null });

  it.each<[string, readonly Alert[], string, string]>([
    ["none", [], "success", "no alert fires"],
    ["one", [alert()], "failure", "1 alert fires: FeedErrors"],
    [
      "one with words",
      [alert({ summary: "5 % of requests fail" })],
      "failure",
      "1 alert fires: FeedErrors (5 % of requests fail)",
    ],
    [
      "many",
      Array.from({ length: 7 }, () => alert({ name: "A" })),
      "failure",
      "7 alerts fire: A, A, A, A, A, and 2 more",
    ],
    ["one that is resolved", [alert({ status: "resolved" })], "success", "no alert fires"],
    [
      "one that began before the release took traffic",
      [alert({ startsAt: DEPLOYED - 1 })],
      "success",
      "no alert fires; 1 began before it took traffic",
    ],
    [
      "two of them",
      [alert({ startsAt: DEPLOYED }), alert({ startsAt: 0 })],
      "success",
      "no alert fires; 2 began before it took traffic",
    ],
    [
      "one that could not measure",
      [alert({ because: "no-data" })],
      "error",
      "it could not be measured: 1 alert fires: FeedErrors",
    ],
  ])("%s", (_name, firing, verdict, sentence) => {
    expect(judged(check, alerts(...firing))).toMatchObject({
      verdict,
      sentence,
      condition: "no alert fires",
    });
  });

  it("fail the watch before its end, and pass it only at its end", () => {
    expect(judged(check, alerts(alert()), EARLY).verdict).toBe("failure");
    expect(judged(check, alerts(), EARLY).verdict).toBe("pending");
  });

  it("are not judged in the warm-up, but those that still fire after it are", () => {
    const window = { warmUp: 10 * STEP };
    expect(judged(check, alerts(alert()), { ...EARLY, window }).verdict).toBe("pending");
    const later = { now: DEPLOYED + 11 * STEP, window };
    expect(judged(check, alerts(alert()), later).verdict).toBe("failure");
  });

  it.each<[string, Measured, string, string]>([
    ["an outage", { kind: "alerts", alerts: { kind: "error", why: "503" } }, "error", "503"],
    [
      "another kind of measure",
      { kind: "value", value: series(1) },
      "error",
      "value was measured, and alerts are needed",
    ],
  ])("%s is never a success", (_name, release, verdict, sentence) => {
    expect(judged(check, release)).toMatchObject({ verdict, sentence });
  });
});
