import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { repositoryGlobs } from "./repository-globs.ts";
import { longSecret, secretFields } from "./source-fields.ts";

/** Outbound webhooks of CircleCI. */
export const circleciSource = strict({
  type: z.literal("circleci").meta({ description: "Outbound webhooks of CircleCI" }),
  ...secretFields(longSecret),
  repositories: repositoryGlobs,
});
