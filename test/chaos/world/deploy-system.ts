import {
  type ScriptedAnswer,
  type ScriptedServer,
  startServer,
} from "../../support/scripted-server.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";

/** A deployment that really began: what must not happen twice for one key. */
export interface Effect {
  readonly key: string;
  readonly component: string;
  readonly version: string;
  readonly environment: string;
  readonly at: number;
  /** Whether it came to its end, so that this version runs there. */
  readonly isDone: boolean;
}

export interface ChaosDeploySystem {
  readonly server: ScriptedServer;
  /** In the order in which they began. */
  effects(): readonly Effect[];
  /** How often a start was asked for, of which some found that it had begun. */
  calls(): number;
  /** Keys that came again with another version or environment. */
  contradictions(): readonly string[];
  /** From now on everything succeeds, and soon. */
  calm(): void;
}

interface Running extends Omit<Effect, "isDone"> {
  readonly id: string;
  readonly doneAt: number;
  readonly fails: boolean;
  stopped: boolean;
}

const LONGEST = 1_200;

/**
 * `POST /deploys` begins a deployment, `GET /deploys/<id>` shows it, `POST /deploys/<id>/stop` stops it.
 * One that `knowsKeys` begins nothing for an `idempotency-key` that it has seen. One that does not begins
 * a second deployment whoever asks twice: it can only be asked first, `GET /deploys?note=<key>`.
 */
export async function startChaosDeploySystem(options: {
  readonly knowsKeys: boolean;
  readonly random: SeededRandom;
}): Promise<ChaosDeploySystem> {
  const { knowsKeys, random } = options;
  const deployments: Running[] = [];
  const contradictions: string[] = [];
  let calls = 0;
  let isCalm = false;

  function begin(key: string, body: string): ScriptedAnswer {
    calls += 1;
    const asked = JSON.parse(body) as { app: string; version: string; environment: string };
    const known = deployments.find((one) => one.key === key);
    if (known !== undefined && (known.version !== asked.version || known.component !== asked.app)) {
      contradictions.push(`${key}: ${known.version}, then ${asked.version}`);
    }
    if (known !== undefined && knowsKeys) return { status: 201, json: { id: known.id } };
    const id = `${deployments.length + 1}`;
    deployments.push({
      id,
      key,
      component: asked.app,
      version: asked.version,
      environment: asked.environment,
      at: Date.now(),
      doneAt: Date.now() + (isCalm ? 50 : 50 + random.below(LONGEST)),
      fails: !isCalm && random.chance(0.06),
      stopped: false,
    });
    return { status: 201, json: { id } };
  }

  function show(found: Running | undefined): ScriptedAnswer {
    if (found === undefined) return { status: 404, json: { message: "there is none" } };
    return {
      json: { id: found.id, status: statusOf(found), message: `deploying ${found.version}` },
    };
  }

  function statusOf({ stopped, doneAt, fails }: Running): string {
    if (stopped) return "failed";
    if (Date.now() < doneAt) return "running";
    return fails ? "failed" : "done";
  }

  function stop(found: Running | undefined): ScriptedAnswer {
    if (found === undefined || statusOf(found) !== "running") return { status: 409, json: {} };
    found.stopped = true;
    return { status: 202, json: {} };
  }

  const server = await startServer(({ method, url, headers, body }) => {
    const address = new URL(url, "http://deploy.example");
    const [, , id, action] = address.pathname.split("/");
    const byId = () => deployments.find((one) => one.id === id);
    if (method === "POST" && id === undefined) {
      return begin(knowsKeys ? String(headers["idempotency-key"]) : noteOf(body), body);
    }
    if (method === "POST" && action === "stop") return stop(byId());
    if (id !== undefined) return show(byId());
    const note = address.searchParams.get("note");
    return show(deployments.find((one) => one.key === note));
  });

  return {
    server,
    effects: () => deployments.map((one) => ({ ...one, isDone: statusOf(one) === "done" })),
    calls: () => calls,
    contradictions: () => contradictions,
    calm: () => {
      isCalm = true;
    },
  };
}

function noteOf(body: string): string {
  return (JSON.parse(body) as { readonly note: string }).note;
}
