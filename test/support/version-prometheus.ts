import { onTestFinished } from "vitest";
import { type ScriptedServer, startServer } from "./scripted-server.ts";

/**
 * A metrics server whose numbers are a function of the version that a query names and of the time.
 * Closed with the test.
 */
export async function startVersionPrometheus(
  valueAt: (version: string, at: number) => number | null,
): Promise<ScriptedServer> {
  const server = await startServer(({ body }) => {
    const form = new URLSearchParams(body);
    const [, version = ""] = /version="([^"]*)"/.exec(form.get("query") ?? "") ?? [];
    const [start = 0, end = 0, step = 1] = ["start", "end", "step"].map((name) =>
      Number(form.get(name)),
    );
    const values: [number, string][] = [];
    for (let at = start; at <= end + 1e-6; at += step) {
      const value = valueAt(version, at * 1000);
      if (value !== null) values.push([at, String(value)]);
    }
    const result = values.length === 0 ? [] : [{ metric: {}, values }];
    return { json: { status: "success", data: { resultType: "matrix", result } } };
  });
  onTestFinished(() => server.close());
  return server;
}
