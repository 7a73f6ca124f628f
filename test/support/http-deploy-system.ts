import { type ScriptedAnswer, type ScriptedServer, startServer } from "./scripted-server.ts";

interface Deployment {
  readonly id: string;
  /** undefined: it does not say. */
  status: string | undefined;
  message: string | null;
}

/** A deployment system behind HTTP. */
export interface HttpDeploySystem {
  readonly server: ScriptedServer;
  begun(): number;
  stopped(): number;
  loseNextAnswer(): void;
  failAfterNextStart(): void;
  setAll(status: string | undefined, message?: string): void;
  /** Every deployment from now on is done as soon as it begins. */
  finishAtOnce(): void;
  goSilent(): void;
  answerAgain(): void;
  asked(): Promise<void>;
}

/**
 * `POST /deploys` begins a deployment and knows its `idempotency-key`, `GET /deploys?key=` finds it,
 * `GET /deploys/<id>` shows it, `POST /deploys/<id>/stop` stops it.
 */
export async function startHttpDeploySystem(): Promise<HttpDeploySystem> {
  const deployments = new Map<string, Deployment>();
  let trouble: "none" | "lose" | "fail" = "none";
  let stopped = 0;
  let silent = false;
  let firstStatus = "running";
  let onAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });

  const begin = (key: string): ScriptedAnswer => {
    const known = deployments.get(key);
    const id = known?.id ?? `${700 + deployments.size}`;
    if (known === undefined) deployments.set(key, { id, status: firstStatus, message: null });
    const present = trouble;
    trouble = "none";
    if (present === "lose") return "lost";
    if (present === "fail") return { status: 500, json: { message: "disk full" } };
    return { status: 201, json: { id } };
  };
  const show = (id: string | undefined): ScriptedAnswer => {
    const found = [...deployments.values()].find((deployment) => deployment.id === id);
    return found === undefined ? { status: 404, json: {} } : { json: found };
  };

  const server = await startServer(({ method, url, headers }) => {
    const address = new URL(url, "http://deploy.example");
    const [, , id, action] = address.pathname.split("/");
    if (silent) {
      onAsked();
      return "silence";
    }
    if (method === "POST" && id === undefined) return begin(String(headers["idempotency-key"]));
    if (method === "POST" && action === "stop") {
      const running = [...deployments.values()].find((one) => one.id === id)?.status === "running";
      if (!running) return { status: 409, json: { message: "it has ended" } };
      stopped += 1;
      return { status: 202, json: {} };
    }
    if (id !== undefined) return show(id);
    return show(deployments.get(address.searchParams.get("key") ?? "")?.id);
  });

  return {
    server,
    begun: () => deployments.size,
    stopped: () => stopped,
    loseNextAnswer: () => {
      trouble = "lose";
    },
    failAfterNextStart: () => {
      trouble = "fail";
    },
    setAll: (status, message) => {
      for (const deployment of deployments.values()) {
        deployment.status = status;
        deployment.message = message ?? null;
      }
    },
    finishAtOnce: () => {
      firstStatus = "done";
    },
    goSilent: () => {
      silent = true;
    },
    answerAgain: () => {
      silent = false;
    },
    asked: () => asked,
  };
}
