import { expect } from "vitest";
import { routeOf } from "../../src/intake/route.ts";
import { GRACE } from "../../src/serve.ts";
import { inDockerfile } from "./deploy-files.ts";

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string | number };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: unknown;
    readonly $patch?: string;
  }[];
  readonly envFrom?: unknown;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly securityContext: unknown;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
}

export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
    readonly configMap?: { readonly name: string };
  }[];
}

/** A Deployment or a StatefulSet, as far as tests look at it. */
export interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

/** Ports, probes, times and rights agree with the image and the code. */
export function expectFitsTheProgram({ spec }: Workload): void {
  const pod = spec.template.spec;
  const [container] = pod.containers;
  expect(container.ports).toEqual([
    { name: "http", containerPort: Number(inDockerfile("EXPOSE")) },
  ]);
  const probes = {
    startupProbe: "healthz",
    livenessProbe: "healthz",
    readinessProbe: "readyz-intake",
  } as const;
  for (const [name, kind] of Object.entries(probes)) {
    const { httpGet } = container[name as keyof typeof probes];
    expect({ name, kind: routeOf(httpGet.path).kind, port: httpGet.port }).toEqual({
      name,
      kind,
      port: "http",
    });
  }
  const toStop = container.lifecycle.preStop.sleep.seconds + GRACE / 1000;
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(toStop + 10);
  const { periodSeconds, failureThreshold } = container.startupProbe;
  // Whoever waits for another replica's migration waits for ten minutes.
  expect(periodSeconds * failureThreshold).toBeGreaterThan(600);

  expect(inDockerfile("USER")).toBe("node");
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
}

/** Plain variables by name. What comes from a Secret or a ConfigMap, or has no value, fails. */
export function environmentOf({ env, envFrom }: Container): Readonly<Record<string, string>> {
  expect(envFrom).toBeUndefined();
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      expect({ name, valueFrom, isText: typeof value }).toEqual({ name, isText: "string" });
      return [name, value ?? ""];
    }),
  );
}
