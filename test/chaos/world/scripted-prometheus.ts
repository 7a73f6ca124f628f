import { type ScriptedServer, startServer } from "../../support/scripted-server.ts";
import { fateOf } from "./components.ts";

const VALUES = { good: 0.99, bad: 0.5 } as const;

/**
 * A metrics server that knows nothing of the future, and of a version what its name says: good and bad ones
 * have points, of a silent one there is no series, and for a dark one it answers 503.
 */
export async function startScriptedPrometheus(): Promise<ScriptedServer> {
  return startServer(({ body }) => {
    const query = new URLSearchParams(body);
    const version = /version="([^"]+)"/.exec(query.get("query") ?? "")?.[1] ?? "";
    const [start, end, step] = ["start", "end", "step"].map((name) => Number(query.get(name)));
    if (start === undefined || end === undefined || step === undefined || !(step > 0)) {
      return { status: 400, json: { status: "error", errorType: "bad_data", error: "no range" } };
    }
    const fate = fateOf(version);
    if (fate === "dark") return { status: 503, text: "service unavailable" };
    const values: [number, string][] = [];
    if (fate !== "silent") {
      const last = Math.min(end, Date.now() / 1000);
      for (let at = start; at <= last + 1e-6; at += step) values.push([at, String(VALUES[fate])]);
    }
    const result = values.length === 0 ? [] : [{ metric: {}, values }];
    return { json: { status: "success", data: { resultType: "matrix", result } } };
  });
}
