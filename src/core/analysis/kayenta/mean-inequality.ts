import { mean } from "../robust.ts";

/** Kayenta's simplest classifier, which it keeps to measure the others by: whichever mean is higher. */
export function byMeans(
  control: readonly number[],
  experiment: readonly number[],
  direction: "increase" | "decrease" | "either",
): "pass" | "high" | "low" {
  const difference = mean(experiment) - mean(control);
  if (direction !== "decrease" && difference > 0) return "high";
  return direction !== "increase" && difference < 0 ? "low" : "pass";
}
