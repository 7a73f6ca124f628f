import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { repositoryGlobs } from "./repository-globs.ts";
import { tokenFields } from "./source-fields.ts";

/** Builds of Jenkins. */
export const jenkinsSource = strict({
  type: z.literal("jenkins").meta({ description: "Builds of Jenkins" }),
  ...tokenFields("`Authorization: Bearer`, or the password of `Basic`"),
  repositories: repositoryGlobs,
});
