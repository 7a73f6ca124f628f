import { type ScriptedServer, startServer } from "./scripted-server.ts";

/** A metrics server that has the same value at every point, until the test says otherwise. */
export interface FakePrometheus {
  readonly server: ScriptedServer;
  setValue(value: number): void;
  /** Each query has its own number at each second since the epoch; null: none. */
  setAnswer(answer: (query: string, second: number) => number | null): void;
  /** Queries in which this text is have a value of their own from now on. */
  setValueOf(text: string, value: number): void;
  /** There are no points after this instant. */
  knowOnlyUntil(instant: number): void;
  /** No series at all. */
  setEmpty(): void;
  /** It answers 503 to everything. */
  goDown(): void;
  /** Cuts the line at the next query; what happens `meanwhile` comes first. */
  cutOnce(meanwhile: () => void): void;
}

type Mode =
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "answer"; readonly answer: (query: string, second: number) => number | null }
  | { readonly kind: "empty" | "down" };

export async function startFakePrometheus(): Promise<FakePrometheus> {
  let known = Number.POSITIVE_INFINITY;
  const ownValues = new Map<string, number>();
  let onCut: (() => void) | null = null;
  let mode: Mode = { kind: "value", value: 0.99 };
  const server = await startServer(({ body }) => {
    if (onCut !== null) {
      onCut();
      onCut = null;
      return "lost";
    }
    if (mode.kind === "down") return { status: 503, text: "service unavailable" };
    const query = new URLSearchParams(body);
    const [start, end, step] = ["start", "end", "step"].map((name) => Number(query.get(name)));
    if (start === undefined || end === undefined || step === undefined) return { status: 400 };
    const asked = query.get("query") ?? "";
    const own = [...ownValues].find(([text]) => asked.includes(text))?.[1];
    const values: [number, string][] = [];
    if (mode.kind === "value" || mode.kind === "answer") {
      for (let at = start; at <= Math.min(end, known / 1000) + 1e-6; at += step) {
        const value = mode.kind === "value" ? (own ?? mode.value) : mode.answer(asked, at);
        if (value !== null) values.push([at, String(value)]);
      }
    }
    const result = values.length === 0 ? [] : [{ metric: {}, values }];
    return { json: { status: "success", data: { resultType: "matrix", result } } };
  });
  return {
    server,
    setValue: (value) => {
      mode = { kind: "value", value };
    },
    setAnswer: (answer) => {
      mode = { kind: "answer", answer };
    },
    setValueOf: (text, value) => {
      ownValues.set(text, value);
    },
    knowOnlyUntil: (instant) => {
      known = instant;
    },
    setEmpty: () => {
      mode = { kind: "empty" };
    },
    goDown: () => {
      mode = { kind: "down" };
    },
    cutOnce: (meanwhile) => {
      onCut = meanwhile;
    },
  };
}
