import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../support/deploy-files.ts";
import { has, leftOut, run } from "./support/tools.ts";

const isLeftOut = leftOut(
  "haproxy.cfg",
  has("haproxy", "-v") ? [] : ["no haproxy on the path: apt-get install haproxy"],
);

it.skipIf(isLeftOut)("HAProxy takes the configuration that stands before two replicas", () => {
  const { code, all } = run("haproxy", ["-c", "-f", join(ROOT, "deploy/compose/haproxy.cfg")]);
  expect({ code, warnings: /warning/i.test(all) }).toEqual({ code: 0, warnings: false });
});
