import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectKnownEnvironment } from "../support/container-checks.ts";
import { documentsIn, ROOT, readText, type Tree } from "../support/deploy-files.ts";
import { environmentOf, expectFitsTheProgram, type Workload } from "../support/workload-checks.ts";
import { has, leftOut, run } from "./support/tools.ts";

/** What an overlay renders to. */
interface Rendered {
  readonly text: string;
  readonly objects: readonly Tree[];
}

const HAS_KUSTOMIZE = has("kustomize", "version");
const HAS_KUBECTL = has("kubectl", "kustomize", "--help");
const HAS_SCHEMAS = has("python3", "-c", "import kubernetes_validate");
const isLeftOut = leftOut("the Kustomize overlays", [
  ...(HAS_KUSTOMIZE || HAS_KUBECTL ? [] : ["no kubectl and no kustomize on the path"]),
  ...(HAS_SCHEMAS ? [] : ["no Kubernetes schemas: python3 -m pip install kubernetes-validate"]),
]);

const COMPONENTS = "components: [../components/slack-http, ../components/prometheus-operator]";
const SECRETS = {
  postgres: ["slack-bot-token", "slack-app-token", "slipway-report-secret", "database-url"],
  embedded: ["slack-bot-token", "slack-app-token", "slipway-report-secret"],
  "postgres with components": [
    "slack-bot-token",
    "slack-signing-secret",
    "slipway-report-secret",
    "database-url",
  ],
  "embedded with components": ["slack-bot-token", "slack-signing-secret", "slipway-report-secret"],
} as const;
type Variant = keyof typeof SECRETS;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-kustomize-"));
  cpSync(join(ROOT, "deploy/kustomize"), folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function render(variant: Variant): Rendered {
  const [overlay = "", ...more] = variant.split(" ");
  const text = more.length === 0 ? build(`overlays/${overlay}`) : buildWithComponents(overlay);
  return { text, objects: documentsIn(text) };
}

function build(path: string): string {
  const argv = HAS_KUSTOMIZE ? ["build", path] : ["kustomize", path];
  const { code, out, all } = run(HAS_KUSTOMIZE ? "kustomize" : "kubectl", argv, { cwd: folder });
  if (code !== 0) throw new Error(all);
  return out;
}

/** As somebody does who keeps an overlay of their own. */
function buildWithComponents(overlay: string): string {
  const own = join(folder, `own-${overlay}`);
  cpSync(join(folder, "overlays", overlay), own, { recursive: true });
  const lines = [
    "apiVersion: kustomize.config.k8s.io/v1beta1",
    "kind: Kustomization",
    `resources: [../overlays/${overlay}]`,
    COMPONENTS,
  ];
  writeFileSync(join(own, "kustomization.yaml"), `${lines.join("\n")}\n`);
  return build(`own-${overlay}`);
}

function workloadOf({ objects }: Rendered): Workload {
  const found = objects.filter(({ kind }) => /^(Deployment|StatefulSet)$/.test(String(kind)));
  expect(found).toHaveLength(1);
  return found[0] as unknown as Workload;
}

function one({ objects }: Rendered, kind: string): Tree {
  const found = objects.filter((object) => String(object.kind) === kind);
  expect({ kind, count: found.length }).toEqual({ kind, count: 1 });
  return found[0] as Tree;
}

const VARIANTS = Object.keys(SECRETS) as readonly Variant[];

it.skipIf(isLeftOut)(
  "an overlay as the notes show it is taken, with its own image and configuration",
  () => {
    const [, example = ""] =
      /```yaml\n(.*?)```/s.exec(readText("deploy/kustomize/README.md")) ?? [];
    const copy = join(folder, "own", "slipway", "deploy", "kustomize");
    cpSync(join(ROOT, "deploy/kustomize"), copy, { recursive: true });
    const own = join(folder, "own", "theirs", "slipway");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "kustomization.yaml"), example);
    writeFileSync(join(own, "slipway.yml"), "slack: { channel: theirs }\n");
    const objects = documentsIn(build("own/theirs/slipway"));
    const rendered = { text: "", objects };
    const [container] = workloadOf(rendered).spec.template.spec.containers;
    expect(container.image).toBe("registry.example.com/slipway:0.1.0");
    const { metadata, data } = one(rendered, "ConfigMap");
    expect({ name: metadata?.name, data }).toEqual({
      name: "slipway",
      data: { "slipway.yml": "slack: { channel: theirs }\n" },
    });
    expect(objects.some((object) => String(object.kind) === "ServiceMonitor")).toBe(true);
  },
);

describe.skipIf(isLeftOut).each(VARIANTS)("the overlay %s", (variant) => {
  it("renders to what Kubernetes knows, member for member", () => {
    const { text } = render(variant);
    const own = text
      .split(/^---$/m)
      // Not of Kubernetes itself.
      .filter((document) => !document.includes("kind: ServiceMonitor"))
      .join("---");
    const { code, all } = run("python3", ["-m", "kubernetes_validate", "--strict", "-"], {
      input: own,
    });
    expect({ code, all: code === 0 ? "" : all }).toEqual({ code: 0, all: "" });
  });

  it("agrees with the image and the code, and with the Secret that its notes describe", () => {
    const workload = workloadOf(render(variant));
    expectFitsTheProgram(workload);
    const [container] = workload.spec.template.spec.containers;
    expectKnownEnvironment({
      environment: environmentOf(container),
      secretFolder: "/run/secrets/slipway",
      secretFiles: SECRETS[variant],
      configuration: readText("deploy/compose/config/slipway.yml"),
    });
    const mounted = container.volumeMounts.map(({ name }) => name).toSorted();
    const { volumes } = workload.spec.template.spec;
    const claims = (workload.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
    expect(mounted).toEqual([...volumes.map(({ name }) => name), ...claims].toSorted());
  });

  it("has one replica exactly where the ledger is a folder", () => {
    const rendered = render(variant);
    const { kind, spec } = workloadOf(rendered);
    const [container] = spec.template.spec.containers;
    const hasDatabase = Object.hasOwn(environmentOf(container), "DATABASE_URL_FILE");
    const hasBudget = rendered.objects.some(
      (object) => String(object.kind) === "PodDisruptionBudget",
    );
    expect({ kind, isOne: spec.replicas === 1, hasDatabase, hasBudget }).toEqual(
      variant.startsWith("embedded")
        ? { kind: "StatefulSet", isOne: true, hasDatabase: false, hasBudget: false }
        : { kind: "Deployment", isOne: false, hasDatabase: true, hasBudget: true },
    );
  });

  it("selects its own pods, everywhere", () => {
    const rendered = render(variant);
    const { spec } = workloadOf(rendered);
    const labels = spec.template.metadata.labels;
    expect(labels).toMatchObject(spec.selector.matchLabels);
    expect(labels).toMatchObject(Object(one(rendered, "Service").spec?.selector));
    expect(labels).toMatchObject(
      Object(one(rendered, "NetworkPolicy").spec?.podSelector?.matchLabels),
    );
  });

  it("may ask the cluster's DNS, and reach its store", () => {
    const policy = one(render(variant), "NetworkPolicy");
    const egress = policy.spec?.egress as unknown as readonly {
      readonly to: readonly { readonly podSelector?: unknown }[];
      readonly ports: readonly { readonly port: number }[];
    }[];
    const ports = egress.map((rule) => rule.ports.map(({ port }) => port));
    expect(egress[0]?.to[0]?.podSelector).toEqual({ matchLabels: { "k8s-app": "kube-dns" } });
    const database = variant.startsWith("postgres") ? [[5432]] : [];
    expect(ports).toEqual([[53, 53], [443], [9090], ...database]);
  });
});
