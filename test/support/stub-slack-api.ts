import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A Web API that answers every call as the test says: for what the local workspace does not do. */
export interface StubSlackApi {
  readonly apiUrl: string;
  answer: RequestListener;
  requests: number;
  close(): Promise<void>;
}

export async function startStubSlackApi(): Promise<StubSlackApi> {
  const server = createServer((request, response) => {
    stub.requests += 1;
    stub.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stub: StubSlackApi = {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    answer: json(200, { ok: true }),
    requests: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
}

export function json(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}
