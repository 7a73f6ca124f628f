import { describe, expect, it } from "vitest";
import { sourceProblems } from "../../../src/intake/sources/registry.ts";
import type { SourceSettings } from "../../../src/intake/sources/source.ts";
import { GITHUB_SECRET, REPORT_SECRET } from "../../support/signed-request.ts";

const REPORT: SourceSettings = {
  id: "ci",
  type: "report",
  secrets: [REPORT_SECRET],
  repositories: [],
};
const GITHUB: SourceSettings = {
  id: "github",
  type: "github",
  secrets: [GITHUB_SECRET],
  repositories: ["acme/*"],
};

describe("a source of the configuration", () => {
  const cases: readonly (readonly [string, SourceSettings, readonly string[]])[] = [
    ["of type report is good", REPORT, []],
    ["of type github is good", GITHUB, []],
    [
      "with an id that is no part of a path",
      { ...REPORT, id: "a/b" },
      ["sources.a/b: the id must be letters, digits, dots, dashes: it is part of a URL"],
    ],
    [
      "of a type that is not there",
      { ...REPORT, type: "toString" },
      ["sources.ci.type: unknown; write one of report, github"],
    ],
    [
      "without a secret",
      { ...REPORT, secrets: [] },
      ["sources.ci.secret: missing; without one nothing this source sends is accepted"],
    ],
    [
      "with a second secret that is wrong",
      { ...REPORT, secrets: [REPORT_SECRET, "hunter2"] },
      [
        'sources.ci.secret: must be "whsec_" followed by base64, as made by: openssl rand -base64 32',
      ],
    ],
    [
      "with an empty secret",
      { ...GITHUB, secrets: [""] },
      ["sources.github.secret: must not be empty, as made by: openssl rand -hex 32"],
    ],
    [
      "of type github without repositories",
      { ...GITHUB, repositories: [] },
      [
        'sources.github.repositories: missing; list the repositories that are heard, such as ["acme/*"]',
      ],
    ],
  ];
  for (const [name, settings, problems] of cases) {
    it(name, () => expect(sourceProblems(settings)).toEqual(problems));
  }
});
