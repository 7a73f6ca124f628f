import { type Deferred, deferred } from "./deferred.ts";
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startServer,
} from "./scripted-server.ts";

interface Deployment {
  readonly id: string;
  /** undefined: it does not say. */
  status: string | undefined;
  message: string | null;
}

/** A request whose answer is on its way for as long as the test says. */
export interface HeldRequest {
  /** Resolves when it has come, and taken effect where it has any. */
  readonly reached: Promise<void>;
  /** Lets the answer go, as it was when the request came. */
  answer(): void;
}

export interface CutLine {
  readonly when: "before" | "after";
  matches(request: ReceivedRequest): boolean;
  /** What happens before the line is cut. */
  meanwhile(): void;
}

/** A deployment system behind HTTP. */
export interface HttpDeploySystem {
  readonly server: ScriptedServer;
  begun(): number;
  /** How often a deployment was asked for, by `idempotency-key`. */
  begunByKey(): Readonly<Record<string, number>>;
  /** Cuts the line at the next such request, before or after it took effect. */
  cutOnce(cut: CutLine): void;
  /** Holds back the answer to the next such request. */
  holdOnce(matches: (request: ReceivedRequest) => boolean): HeldRequest;
  stopped(): number;
  loseNextAnswer(): void;
  failAfterNextStart(): void;
  setAll(status: string | undefined, message?: string): void;
  /** Every deployment from now on is done as soon as it begins. */
  finishAtOnce(): void;
  /** Every deployment from now on fails as soon as it begins. */
  failFromNowOn(message: string): void;
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
  const starts = new Map<string, number>();
  let trouble: "none" | "lose" | "fail" = "none";
  let stopped = 0;
  let silent = false;
  let firstStatus = "running";
  let firstMessage: string | null = null;
  let line: CutLine | null = null;
  let held: {
    readonly matches: (request: ReceivedRequest) => boolean;
    readonly reached: Deferred<void>;
    readonly released: Deferred<void>;
  } | null = null;
  let onAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });

  const begin = (key: string): ScriptedAnswer => {
    starts.set(key, (starts.get(key) ?? 0) + 1);
    const known = deployments.get(key);
    const id = known?.id ?? `${700 + deployments.size}`;
    if (known === undefined)
      deployments.set(key, { id, status: firstStatus, message: firstMessage });
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

  const answer = ({ method, url, headers }: ReceivedRequest): ScriptedAnswer => {
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
  };

  const server = await startServer(async (request) => {
    if (held?.matches(request) === true) {
      const { reached, released } = held;
      held = null;
      const scripted = answer(request);
      reached.resolve();
      await released.promise;
      return scripted;
    }
    if (line?.matches(request) !== true) return answer(request);
    const { when, meanwhile } = line;
    line = null;
    if (when === "after") answer(request);
    meanwhile();
    return "lost";
  });

  return {
    server,
    begun: () => deployments.size,
    begunByKey: () => Object.fromEntries(starts),
    cutOnce: (cut) => {
      line = cut;
    },
    holdOnce: (matches) => {
      const [reached, released] = [deferred(), deferred()];
      held = { matches, reached, released };
      return { reached: reached.promise, answer: () => released.resolve() };
    },
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
      firstMessage = null;
    },
    failFromNowOn: (message) => {
      firstStatus = "failed";
      firstMessage = message;
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
