import { describe, expect, it } from "vitest";
import { drawHistory } from "../../src/cards/history.ts";
import type { Release } from "../../src/core/release.ts";
import {
  ANA,
  aBuild,
  aCommit,
  aComponentPolicy,
  aComponentState,
  anEnvironmentState,
  aPromotion,
  aRelease,
  NOW,
} from "../support/builders.ts";
import { at, context, header, section, withoutIds } from "./expected.ts";

function historyOf(releases: readonly Release[], older: string | null = null) {
  const state = aComponentState({
    releases,
    environments: [
      anEnvironmentState("staging", { live: "model-pymk@1" }),
      anEnvironmentState("production", { live: "model-pymk@1" }),
    ],
  });
  return drawHistory({ state, policy: aComponentPolicy(), releases, older, charts: [], now: NOW });
}

function aVersion(version: string, overrides: Partial<Release> = {}): Release {
  return aRelease({ version, build: aBuild({ version, commit: null }), ...overrides });
}

describe("the history of a component", () => {
  it("says what became of each release", () => {
    const superseded = { kind: "superseded", by: "model-pymk@9", at: NOW } as const;
    const releases = [
      aVersion("1", { build: aBuild({ commit: aCommit({ subject: "Fix *it*" }) }) }),
      aVersion("2", { status: { kind: "failed", outcome: "failure" } }),
      aVersion("3", { status: { kind: "rejected", by: ANA, at: NOW, reason: "no" } }),
      aVersion("4", { status: superseded }),
      aVersion("5", {
        status: superseded,
        promotions: [aPromotion({ state: { kind: "live", since: NOW } })],
      }),
      aVersion("6", { promotions: [aPromotion()] }),
      aVersion("7"),
    ];
    const { text, blocks } = historyOf(releases, "/release model-pymk history 2");
    expect(text).toBe("Releases of model-pymk");
    expect(withoutIds(blocks)).toEqual([
      header("Releases of model-pymk"),
      section(
        "The newest first:",
        `• *1* runs in staging and production · ${at("13:00")} · Fix ∗it∗`,
        `• *2* did not build · ${at("13:00")}`,
        `• *3* was rejected · ${at("13:00")}`,
        `• *4* was superseded by 9 · ${at("13:00")}`,
        `• *5* was live in production · ${at("13:00")}`,
        `• *6* waits for approval in production · ${at("13:00")}`,
        `• *7* has not been promoted · ${at("13:00")}`,
      ),
      context("Older releases: `/release model-pymk history 2`"),
    ]);
  });

  it("says where it ends", () => {
    expect(withoutIds(historyOf([aVersion("7")]).blocks).at(-1)).toEqual(
      context("There are no older releases."),
    );
  });

  it("says what makes the first release", () => {
    expect(withoutIds(historyOf([]).blocks)).toEqual([
      header("Releases of model-pymk"),
      context("There are no releases yet. The first build that is reported makes one."),
    ]);
  });

  it("shows the charts of gates, or their numbers where they are not shown", () => {
    const chart = { check: "AUC", file: "F0CHART0001", alt: "auc: 2 0.81, 1 0.8", native: null };
    const state = aComponentState({ releases: [], environments: [] });
    const view = { state, policy: null, releases: [], older: null, now: NOW };
    const drawn = drawHistory({ ...view, charts: [chart] });
    expect(withoutIds(drawn.blocks)[1]).toEqual({
      type: "image",
      slack_file: { id: "F0CHART0001" },
      alt_text: "auc: 2 0.81, 1 0.8",
    });
    expect(withoutIds(drawn.instead?.blocks ?? [])[1]).toEqual(context("auc: 2 0.81, 1 0.8"));
  });
});
