import { connect, createServer, type Socket } from "node:net";

/** A line between a replica and the database that can be cut, slowed and blocked. */
export interface BadLine {
  readonly port: number;
  /** All connections break now. */
  cut(): void;
  /** New connections are refused, and the present ones cut. */
  refuse(): void;
  /** What is said arrives this much later, in order; 0: at once. */
  slow(milliseconds: number): void;
  /** Nothing arrives in either direction, and nobody is told. */
  block(): void;
  /** What was held back arrives, and all is well. */
  mend(): void;
  close(): void;
}

export async function openBadLine(target: number): Promise<BadLine> {
  const sockets = new Set<Socket>();
  let isRefusing = false;
  let isBlocked = false;
  let delay = 0;

  /** Passes on what one side says, in order, however late. */
  function pass(from: Socket, to: Socket): void {
    let last = Promise.resolve();
    from.on("data", (said) => {
      const notBefore = Date.now() + delay;
      last = last.then(async () => {
        while (isBlocked || Date.now() < notBefore)
          await pause(isBlocked ? 50 : notBefore - Date.now());
        if (!to.destroyed) to.write(said);
      });
    });
  }

  const server = createServer((client) => {
    if (isRefusing) {
      client.destroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    const both = [client, upstream];
    for (const socket of both) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        for (const end of both) end.destroy();
      });
    }
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut,
    refuse: () => {
      isRefusing = true;
      cut();
    },
    slow: (milliseconds) => {
      delay = milliseconds;
    },
    block: () => {
      isBlocked = true;
    },
    mend: () => {
      isRefusing = false;
      isBlocked = false;
      delay = 0;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(1, milliseconds));
  });
}
