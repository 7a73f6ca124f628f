import { z } from "zod";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { ComponentHost } from "./component-host.ts";

/**
 * Milliseconds that a deployment waits, and that it takes beside the real work: without them it would be
 * over before anybody could look.
 */
export interface DeployTime {
  readonly pending: number;
  readonly running: number;
}

/** The oldest deployments beyond this are forgotten. */
const KEPT = 200;

const requestSchema = z.strictObject({
  app: z.string().min(1),
  version: z.string().min(1),
  environment: z.string().min(1),
  artifact: z.string().min(1, "is needed: a deployment is of an artifact, not of a name"),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "is not sha256:<64 hexadecimal digits>"),
  /** Accepted and ignored: this runtime replaces a version all at once. */
  weight: z.unknown().optional(),
});
type DeployRequest = z.infer<typeof requestSchema>;

interface Deployment {
  readonly id: string;
  readonly key: string;
  readonly app: string;
  readonly version: string;
  readonly status: "pending" | "running" | "done" | "failed";
  readonly message: string;
}

type Answer =
  | { readonly kind: "started" | "known"; readonly deployment: Deployment }
  | { readonly kind: "refused"; readonly status: 400 | 409; readonly why: string };

export interface Deployments {
  /** The same key again gives the same deployment; the same key for something else is refused. */
  start(key: string | undefined, body: unknown): Answer;
  find(id: string): Deployment | null;
  byKey(key: string): Deployment | null;
  /** Resolves when no deployment is under way any more. */
  settled(): Promise<void>;
}

export interface DeploymentsOptions {
  readonly environment: string;
  readonly hosts: Readonly<Record<string, ComponentHost>>;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly deployTime: DeployTime;
  /** Fires when the runtime stops; deployments under way fail then. */
  readonly signal: AbortSignal;
  /** `before` is the version that was replaced. */
  readonly onDone: (done: {
    readonly component: string;
    readonly version: string;
    readonly before: string | null;
  }) => void;
}

/** The deploy API's memory. Deployments of one component run one after the other, in order of arrival. */
export function createDeployments(options: DeploymentsOptions): Deployments {
  const { environment, hosts, artifacts, clock, deployTime, signal, onDone } = options;
  const byId = new Map<
    string,
    { readonly request: DeployRequest; readonly deployment: Deployment }
  >();
  const queues = new Map<string, Promise<void>>();
  let started = 0;

  function start(key: string | undefined, body: unknown): Answer {
    if (key === undefined || key === "")
      return refused(400, "the header idempotency-key is missing");
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.join(".")} ${message}`,
      );
      return refused(400, problems.join("; "));
    }
    const request = parsed.data;
    const known = [...byId.values()].find(({ deployment }) => deployment.key === key);
    if (known !== undefined) {
      if (sameTarget(known.request, request))
        return { kind: "known", deployment: known.deployment };
      return refused(409, `the key ${key} was used for another deployment`);
    }
    const host = Object.hasOwn(hosts, request.app) ? hosts[request.app] : undefined;
    if (host === undefined) return refused(400, `app "${request.app}" does not run here`);
    if (request.environment !== environment) return refused(400, `this is ${environment}`);
    started += 1;
    const deployment: Deployment = {
      ...{ id: `${environment}-${started}`, key, app: request.app, version: request.version },
      ...{ status: "pending", message: "waiting for a place" },
    };
    byId.set(deployment.id, { request, deployment });
    forgetOldest();
    const before = queues.get(request.app) ?? Promise.resolve();
    queues.set(
      request.app,
      before.then(() => run(deployment.id, request, host)),
    );
    return { kind: "started", deployment };
  }

  /** Never rejects: how it ended is the deployment's status. */
  async function run(id: string, request: DeployRequest, host: ComponentHost): Promise<void> {
    const { app, version } = request;
    try {
      await clock.sleep(deployTime.pending, signal);
      update(id, { status: "running", message: `fetching ${request.artifact}` });
      const bytes = await artifacts.get({ uri: request.artifact, digest: request.digest });
      await clock.sleep(deployTime.running, signal);
      if (signal.aborted) throw new Error("the runtime was stopped");
      const before = host.version();
      await host.install({ version, bytes });
      onDone({ component: app, version, before });
      update(id, { status: "done", message: `${app} ${version} serves ${environment}` });
    } catch (error) {
      update(id, { status: "failed", message: errorText(error) });
    }
  }

  function update(id: string, change: Pick<Deployment, "status" | "message">): void {
    const kept = byId.get(id);
    if (kept !== undefined)
      byId.set(id, { ...kept, deployment: { ...kept.deployment, ...change } });
  }

  function forgetOldest(): void {
    const [oldest] = byId.keys();
    if (byId.size > KEPT && oldest !== undefined) byId.delete(oldest);
  }

  return {
    start,
    find: (id) => byId.get(id)?.deployment ?? null,
    byKey: (key) =>
      [...byId.values()].find(({ deployment }) => deployment.key === key)?.deployment ?? null,
    settled: async () => {
      await Promise.all(queues.values());
    },
  };
}

function refused(status: 400 | 409, why: string): Answer {
  return { kind: "refused", status, why };
}

/** Whether two requests ask for the same; the weight does not count. */
function sameTarget(left: DeployRequest, right: DeployRequest): boolean {
  return (
    left.app === right.app &&
    left.version === right.version &&
    left.environment === right.environment &&
    left.artifact === right.artifact &&
    left.digest === right.digest
  );
}
