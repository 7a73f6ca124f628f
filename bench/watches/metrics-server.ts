import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serveParent } from "../harness/serve-parent.ts";

/** Some wander, the same for the same point in time. */
const NOISE = Array.from({ length: 997 }, (_, n) => Math.sin(n * 12.9898) * 0.01);

/**
 * Answers every range query as Prometheus does, with one series of a healthy service. In a process of its
 * own, so that what it costs is not counted. Answered with how many queries there were since it was last
 * asked.
 */
await serveParent(async () => {
  let queries = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      queries += 1;
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      const text = answerTo(form);
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ready: (server.address() as AddressInfo).port,
    answer: async () => {
      const counted = queries;
      queries = 0;
      return counted;
    },
  };
});

function answerTo(form: URLSearchParams): string {
  const query = form.get("query") ?? "";
  const [start = 0, end = 0, step = 1] = ["start", "end", "step"].map((name) =>
    Number(form.get(name)),
  );
  const values: string[] = [];
  for (let at = start; at <= end + 1e-6; at += step) {
    values.push(`[${at.toFixed(3)},"${valueAt(query, at)}"]`);
  }
  return `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[${values.join(",")}]}]}}`;
}

function valueAt(query: string, at: number): string {
  const noise = NOISE[Math.floor(at) % NOISE.length] ?? 0;
  if (query.startsWith("success_ratio")) return (0.985 + noise).toFixed(4);
  if (query.startsWith("latency_seconds")) return (0.2 + noise).toFixed(4);
  // A counter: a thousand requests a second, one in a hundred of which fails.
  const rate = query.includes("outcome") ? 10 : 1000;
  return String(Math.floor((at % 1e6) * rate));
}
