import { describe, expect, it } from "vitest";
import {
  createModel,
  digestOf,
  parseModel,
  renderModel,
  scorePair,
} from "../../../src/demo/training/model-file.ts";
import { aPair } from "../../support/sample-pairs.ts";

describe("a model file", () => {
  it("reads back what was written, and scores with it", () => {
    const model = createModel(["bias", "same_company"], [-1, 1]);
    expect(parseModel(renderModel(model))).toEqual(model);
    expect(scorePair(model, aPair({ sameCompany: true }))).toBe(0.5);
  });

  it("has the digest of its bytes", () => {
    expect(digestOf("abc")).toBe(
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ["is not JSON", "{", "model.json is not JSON"],
    [
      "was fitted on an unknown feature",
      JSON.stringify({ format: "pymk-logistic-1", features: ["shoe_size"], weights: [1] }),
      "features.0 is not a feature known here",
    ],
    [
      "lacks a weight",
      JSON.stringify({
        format: "pymk-logistic-1",
        features: ["bias", "same_school"],
        weights: [1],
      }),
      "needs one weight for each feature",
    ],
    [
      "is of another format",
      JSON.stringify({ format: "onnx", features: ["bias"], weights: [1] }),
      "format",
    ],
  ];
  for (const [name, text, problem] of refused) {
    it(`that ${name} is refused`, () => {
      expect(() => parseModel(text)).toThrow(problem);
    });
  }
});
