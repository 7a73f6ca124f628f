import { describe, expect, it } from "vitest";
import { principalsToTell } from "../../src/cards/told.ts";
import { aComponentPolicy, anApprovalRule, anEnvironmentPolicy } from "../support/builders.ts";

describe("who is told of an incident", () => {
  const policy = aComponentPolicy({
    owners: ["@pymk-owners", "@sre"],
    environments: [
      anEnvironmentPolicy("staging"),
      anEnvironmentPolicy("production", {
        approval: [anApprovalRule(["@ml-leads"]), anApprovalRule(["@sre"])],
        rollbackFrom: ["U0RAJ4X2P"],
      }),
    ],
  });

  it.each([
    {
      environment: "production",
      told: ["@pymk-owners", "@sre", "@ml-leads", "U0RAJ4X2P"],
      who: "owners, approvers and whoever may roll back, each once",
    },
    { environment: "staging", told: ["@pymk-owners", "@sre"], who: "the owners" },
    { environment: "elsewhere", told: ["@pymk-owners", "@sre"], who: "the owners" },
  ])("in $environment: $who", ({ environment, told }) => {
    expect(principalsToTell(policy, environment)).toEqual(told);
  });
});
