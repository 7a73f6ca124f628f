import { createHash } from "node:crypto";
import { z } from "zod";
import { featureVector, isFeature } from "./features.ts";
import { predict } from "./logistic-regression.ts";
import type { Pair } from "./snapshot.ts";

const FORMAT = "pymk-logistic-1";

const modelSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    features: z.array(z.string().refine(isFeature, "is not a feature known here")).min(1),
    weights: z.array(z.number()).min(1),
  })
  .refine(({ features, weights }) => features.length === weights.length, {
    message: "needs one weight for each feature",
  })
  .readonly();

/** What `model.json` holds: enough to score, nothing of when or where it was trained. */
export type Model = z.infer<typeof modelSchema>;

export function createModel(features: readonly string[], weights: readonly number[]): Model {
  return { format: FORMAT, features: [...features], weights: [...weights] };
}

export function renderModel(model: Model): string {
  return `${JSON.stringify(model, null, 2)}\n`;
}

/** @throws Error that says in one line what is wrong with the file */
export function parseModel(text: string): Model {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error("model.json is not JSON", { cause: error });
  }
  const parsed = modelSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new Error(`model.json is not a model: ${problems.join("; ")}`);
}

/** `sha256:<hex>` of the bytes: the identity of an artifact. */
export function digestOf(bytes: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The probability, by this model, that the two members will connect. */
export function scorePair(model: Model, pair: Pair): number {
  return predict(model.weights, featureVector(model.features, pair));
}
