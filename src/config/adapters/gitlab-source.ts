import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { repositoryGlobs } from "./repository-globs.ts";
import { secretFields, tokenFields, webhookSecret } from "./source-fields.ts";

/** Webhooks of GitLab. */
export const gitlabSource = strict({
  type: z.literal("gitlab").meta({ description: "Webhooks of GitLab" }),
  ...secretFields(webhookSecret),
  ...tokenFields("`X-Gitlab-Token`"),
  repositories: repositoryGlobs,
});
