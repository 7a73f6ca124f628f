import { z } from "zod";
import { repositoryGlob } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { longSecret, secretFields } from "./source-fields.ts";

/** Webhooks of GitHub. */
export const githubSource = strict({
  type: z.literal("github").meta({ description: "Webhooks of GitHub" }),
  ...secretFields(longSecret),
  repositories: z
    .array(repositoryGlob)
    .min(1, { error: "must list at least one repository, e.g. acme/*" })
    .meta({ description: "Repositories that are heard: `owner/name`, `*` for any part" }),
});
