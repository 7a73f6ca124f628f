import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { routeOf } from "../../src/intake/route.ts";
import { GRACE } from "../../src/serve.ts";
import { load, REPORT_SECRET } from "../support/configurations.ts";
import { expectKnownEnvironment } from "../support/container-checks.ts";
import {
  imageEnvironment,
  inDockerfile,
  ROOT,
  readText,
  readYaml,
} from "../support/deploy-files.ts";

const FOLDER = "deploy/compose";
const CONFIGURATION = readText(`${FOLDER}/config/slipway.yml`);

interface Service {
  readonly user?: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

function compose(name: string): ComposeFile {
  return readYaml(`${FOLDER}/${name}`) as unknown as ComposeFile;
}

function slipwayOf({ services }: ComposeFile): Service {
  const { slipway } = services;
  if (slipway === undefined) throw new Error("there is no service slipway");
  return slipway;
}

describe("the configuration to begin with", () => {
  it("is valid", () => {
    expect(load(CONFIGURATION, { SLIPWAY_REPORT_SECRET: REPORT_SECRET }).warnings).toEqual([]);
  });
});

describe.each(["compose.yml", "compose.postgres.yml"])("%s", (name) => {
  const file = compose(name);
  const slipway = slipwayOf(file);

  it("sets variables that there are, with secrets as files", () => {
    expectKnownEnvironment({
      environment: slipway.environment ?? {},
      secretFolder: "/run/secrets",
      secretFiles: slipway.secrets ?? [],
      configuration: CONFIGURATION,
    });
  });

  it("declares the secrets and the volumes that its services use, and no others", () => {
    const services = Object.values(file.services);
    const secrets = new Set(services.flatMap((service) => service.secrets ?? []));
    expect(Object.keys(file.secrets).toSorted()).toEqual([...secrets].toSorted());
    const mounted = services.flatMap(({ volumes = [] }) => volumes.map((it) => it.split(":")[0]));
    const named = mounted.filter((source) => source?.startsWith(".") === false);
    expect(Object.keys(file.volumes)).toEqual(named);
    const paths = mounted.filter((source) => source?.startsWith(".") === true);
    expect(paths.filter((path) => !existsSync(join(ROOT, FOLDER, path ?? "")))).toEqual([]);
  });

  it("keeps secrets out of the repository", () => {
    const folders = Object.values(file.secrets).map(({ file: path }) => path.split("/")[1]);
    expect(new Set(folders)).toEqual(new Set(["secrets"]));
    expect(readText(`${FOLDER}/secrets/.gitignore`)).toBe("*\n!.gitignore\n");
  });

  it("gives no service more rights than it needs", () => {
    for (const [service, { read_only, cap_drop, security_opt }] of Object.entries(file.services)) {
      expect({ service, read_only, cap_drop, security_opt }).toEqual({
        service,
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
    }
    expect(inDockerfile("USER")).toBe("node");
    expect(slipway.user).toBe("1000:1000");
  });

  it("mounts the configuration, as a folder, where the image looks for it", () => {
    expect(slipway.volumes).toContain(`./config:${imageEnvironment().SLIPWAY_CONFIG}:ro`);
  });

  it("gives it more time to stop than it takes", () => {
    const seconds = Number(/^(\d+)s$/.exec(slipway.stop_grace_period ?? "")?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(GRACE / 1000 + 10);
  });

  it("opens one port, of the image, on this machine only", () => {
    const ports = Object.values(file.services).flatMap((service) => service.ports ?? []);
    expect(ports).toEqual([`127.0.0.1:3000:${inDockerfile("EXPOSE")}`]);
  });
});

describe("the stores", () => {
  it("one Slipway has its folder in a volume", () => {
    const { volumes = [], environment = {} } = slipwayOf(compose("compose.yml"));
    expect(volumes).toContain(`data:${imageEnvironment().SLIPWAY_DATA}`);
    expect(environment).not.toHaveProperty("DATABASE_URL_FILE");
  });

  it("two Slipways share a database, and no folder", () => {
    const { volumes, environment = {} } = slipwayOf(compose("compose.postgres.yml"));
    expect(volumes).toHaveLength(1);
    expect(environment).toHaveProperty("DATABASE_URL_FILE");
  });
});

describe("haproxy.cfg", () => {
  const text = readText(`${FOLDER}/haproxy.cfg`);

  it("asks each replica whether its intake is ready, on the image's port", () => {
    const [, path = ""] = /option httpchk GET (\S+)/.exec(text) ?? [];
    expect(routeOf(path).kind).toBe("readyz-intake");
    expect(text).toContain(`slipway:${inDockerfile("EXPOSE")}`);
  });
});
