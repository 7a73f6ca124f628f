import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { repositoryGlobs } from "./repository-globs.ts";
import { tokenFields } from "./source-fields.ts";

/** CDEvents of any system. */
export const cdeventsSource = strict({
  type: z.literal("cdevents").meta({ description: "CDEvents of any system" }),
  ...tokenFields("Sent as `Authorization: Bearer`"),
  repositories: repositoryGlobs
    .optional()
    .meta({ description: "Of the events that name a repository, those that are heard" }),
});
