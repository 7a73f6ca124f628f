import { existsSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { routeOf } from "../../src/intake/route.ts";
import { load, REPORT_SECRET } from "../support/configurations.ts";
import { expectKnownEnvironment } from "../support/container-checks.ts";
import { filesUnder, imageEnvironment, ROOT, readText, readYaml } from "../support/deploy-files.ts";
import { environmentOf, expectFitsTheProgram, type Workload } from "../support/workload-checks.ts";

const FOLDER = "deploy/kustomize";
const SECRETS = "/run/secrets/slipway";
const FILES = filesUnder(FOLDER);
const KUSTOMIZATIONS = FILES.filter((path) => basename(path) === "kustomization.yaml");
const DEPLOYMENT = readYaml(`${FOLDER}/base/deployment.yaml`) as unknown as Workload;
const CONFIGURATIONS = FILES.filter((path) => basename(path) === "slipway.yml");

interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly { readonly path: string }[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly files: readonly string[];
    readonly options: { readonly disableNameSuffixHash: boolean };
  }[];
}

/** What a kustomization names, as paths from the root; a folder stands for its kustomization. */
function named(path: string): readonly string[] {
  const { resources = [], components = [], patches = [], configMapGenerator = [] } = read(path);
  const files = configMapGenerator.flatMap((generator) => generator.files);
  return [...resources, ...components, ...patches.map((patch) => patch.path), ...files].map(
    (name) => {
      const found = normalize(join(dirname(path), name));
      return /\.ya?ml$/.test(name) ? found : join(found, "kustomization.yaml");
    },
  );
}

function read(path: string): Kustomization {
  return readYaml(path) as unknown as Kustomization;
}

function secretFilesOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const files = Object.entries(environment).filter(([name]) => name.endsWith("_FILE"));
  return files.map(([, path]) => basename(path));
}

describe("the kustomizations", () => {
  it.each(KUSTOMIZATIONS)("%s names files that there are", (path) => {
    expect(named(path).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("leave out no file", () => {
    const used = new Set([...KUSTOMIZATIONS, ...KUSTOMIZATIONS.flatMap(named)]);
    const unused = FILES.filter((path) => !used.has(path) && basename(path) !== "README.md");
    expect(unused).toEqual([]);
  });

  it("give the ConfigMap one name for ever, so that a change is taken up in place", () => {
    const generators = KUSTOMIZATIONS.flatMap((path) => read(path).configMapGenerator ?? []);
    expect(generators).toHaveLength(2);
    for (const { name, options } of generators) {
      expect({ name, options }).toEqual({
        name: "slipway",
        options: { disableNameSuffixHash: true },
      });
    }
  });

  it.each(CONFIGURATIONS)("%s is valid", (path) => {
    const { warnings } = load(readText(path), { SLIPWAY_REPORT_SECRET: REPORT_SECRET });
    expect(warnings).toEqual([]);
  });

  it("begin with the configuration that Compose begins with", () => {
    expect(CONFIGURATIONS).toHaveLength(2);
    const texts = new Set(CONFIGURATIONS.map(readText));
    expect(texts).toEqual(new Set([readText("deploy/compose/config/slipway.yml")]));
  });
});

describe("the Deployment", () => {
  const pod = DEPLOYMENT.spec.template.spec;
  const [container] = pod.containers;

  it("agrees with the image and the code", () => {
    expectFitsTheProgram(DEPLOYMENT);
  });

  it("sets variables that there are, with secrets as files", () => {
    const environment = environmentOf(container);
    expectKnownEnvironment({
      environment,
      secretFolder: SECRETS,
      secretFiles: secretFilesOf(environment),
      configuration: readText(`${FOLDER}/overlays/postgres/slipway.yml`),
    });
  });

  it("mounts folders, so that a changed ConfigMap arrives", () => {
    const mounts = container.volumeMounts.map(({ name, mountPath }) => [name, mountPath]);
    expect(Object.fromEntries(mounts)).toEqual({
      config: imageEnvironment().SLIPWAY_CONFIG,
      secrets: SECRETS,
      tmp: "/tmp",
    });
    expect(container.volumeMounts.filter(({ subPath }) => subPath !== undefined)).toEqual([]);
    expect(pod.volumes.map(({ name }) => name)).toEqual(["config", "secrets", "tmp"]);
  });

  it("has several replicas, and therefore a database", () => {
    expect(DEPLOYMENT.spec.replicas).toBeGreaterThan(1);
    expect(environmentOf(container)).toHaveProperty("DATABASE_URL_FILE");
  });
});

describe("the embedded overlay", () => {
  const patch = readYaml(`${FOLDER}/overlays/embedded/stateful-set.yaml`) as unknown as Workload;
  const [container] = patch.spec.template.spec.containers;

  it("is one replica with its folder in a volume, and without the database", () => {
    expect({ kind: patch.kind, replicas: patch.spec.replicas }).toEqual({
      kind: "StatefulSet",
      replicas: 1,
    });
    expect(container.env).toEqual([
      { name: "DATABASE_URL_FILE", $patch: "delete" },
      { name: "SLIPWAY_DATA", value: imageEnvironment().SLIPWAY_DATA },
    ]);
    expect(container.volumeMounts).toEqual([
      { name: "data", mountPath: imageEnvironment().SLIPWAY_DATA },
    ]);
    expect(patch.spec.volumeClaimTemplates?.map(({ metadata }) => metadata.name)).toEqual(["data"]);
  });
});

describe("the components", () => {
  it("slack-http replaces the app token by the signing secret, and opens what Slack and senders need", () => {
    const patch = readYaml(`${FOLDER}/components/slack-http/signing-secret.yaml`);
    const [container] = (patch as unknown as Workload).spec.template.spec.containers;
    expect(container.env).toEqual([
      { name: "SLACK_APP_TOKEN_FILE", $patch: "delete" },
      { name: "SLACK_SIGNING_SECRET_FILE", value: `${SECRETS}/slack-signing-secret` },
    ]);
    const ingress = readYaml(`${FOLDER}/components/slack-http/ingress.yaml`);
    const paths = [...(ingress.spec?.rules ?? [])].flatMap((rule) => [
      ...(rule.http?.paths ?? []),
    ]) as unknown as readonly { readonly path: string }[];
    expect(paths.map(({ path }) => path)).toEqual(["/slack/events", "/hooks/"]);
    expect(
      paths.map(({ path }) => routeOf(`${path}ci`.replace("eventsci", "events")).kind),
    ).toEqual(["slack", "hook"]);
  });

  it("prometheus-operator scrapes the port and the path that there are", () => {
    const monitor = readYaml(`${FOLDER}/components/prometheus-operator/service-monitor.yaml`);
    const [endpoint] = [...(monitor.spec?.endpoints ?? [])] as unknown as readonly {
      readonly port: string;
      readonly path: string;
    }[];
    expect(routeOf(endpoint?.path ?? "").kind).toBe("metrics");
    const service = readYaml(`${FOLDER}/base/service.yaml`);
    const ports = [...(service.spec?.ports ?? [])] as unknown as readonly {
      readonly name: string;
    }[];
    expect(ports.map(({ name }) => name)).toContain(endpoint?.port);
  });
});
