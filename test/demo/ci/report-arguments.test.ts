import { expect, it } from "vitest";
import { reportArguments } from "../../../src/demo/ci/report-arguments.ts";

it("tells everything about a build", () => {
  expect(
    reportArguments({
      component: "model-pymk",
      version: "2026.11.21-1",
      author: "dana@acme.test",
      outcome: "success",
      trigger: "data",
      commit: "0f081ad47cbe51cb3e4654d5b5a8fd7042355b6e",
      files: [
        { kind: "metrics", path: "/builds/metrics.json" },
        { kind: "junit", path: "/builds/junit.xml" },
      ],
      datasets: [{ name: "hive.pymk_edges", version: "2026-11-21" }],
      artifact: { uri: "artifacts/model-pymk/2026.11.21-1/model.json", digest: "sha256:00" },
      summary: "",
    }).join(" "),
  ).toBe(
    "--component model-pymk --version 2026.11.21-1 --outcome success --trigger data " +
      "--commit 0f081ad47cbe51cb3e4654d5b5a8fd7042355b6e --author dana@acme.test --metrics /builds/metrics.json --junit /builds/junit.xml " +
      "--dataset hive.pymk_edges=2026-11-21 " +
      "--artifact artifacts/model-pymk/2026.11.21-1/model.json@sha256:00",
  );
});

it("tells nothing that is not there", () => {
  expect(
    reportArguments({
      ...{
        component: "svc-feed",
        version: "2.3.1",
        author: null,
        outcome: "error",
        trigger: "code",
        commit: null,
      },
      ...{ files: [], datasets: [], artifact: null, summary: "the disk is full" },
    }).join(" "),
  ).toBe("--component svc-feed --version 2.3.1 --outcome error --trigger code");
});
