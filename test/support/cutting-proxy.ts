import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What happens to the next thing that a client says which contains a text. */
type Fault =
  /** It does not arrive, and the connection is cut. */
  | "cut-before"
  /** It arrives; when the server answers, the connection is cut instead. */
  | "cut-answer"
  /** It arrives, the answer too, and nothing that the client says afterwards. */
  | "hang-after";

/** Stands between a client and a server on this machine, and breaks connections where a test says so. */
export interface CuttingProxy {
  readonly port: number;
  /** Once, at the next thing said that contains the text. Resolves when it has happened. */
  next(text: string, fault: Fault): Promise<void>;
  /** Refuses connections from now on. */
  refuse(): void;
  accept(): void;
}

interface Armed {
  readonly text: string;
  readonly fault: Fault;
  readonly happened: () => void;
}

/** A proxy before a port of this machine, gone when the test is over. */
export async function cuttingProxy(targetPort: number): Promise<CuttingProxy> {
  let armed: Armed | null = null;
  let refusing = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(targetPort, "127.0.0.1");
    const both = [client, upstream];
    const cut = () => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.on("error", cut);
      socket.on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    let answerOf: Armed | null = null;
    let hanging = false;
    client.on("data", (said) => {
      if (hanging) return;
      const hit = armed !== null && said.includes(armed.text) ? armed : null;
      if (hit !== null) armed = null;
      if (hit?.fault === "cut-before") {
        cut();
        hit.happened();
        return;
      }
      if (hit?.fault === "hang-after") hanging = true;
      if (hit?.fault === "cut-answer") answerOf = hit;
      upstream.write(said);
      if (hanging) hit?.happened();
    });
    upstream.on("data", (answer) => {
      if (answerOf === null) {
        client.write(answer);
        return;
      }
      cut();
      answerOf.happened();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    next: (text, fault) =>
      new Promise((happened) => {
        armed = { text, fault, happened };
      }),
    refuse: () => {
      refusing = true;
    },
    accept: () => {
      refusing = false;
    },
  };
}
