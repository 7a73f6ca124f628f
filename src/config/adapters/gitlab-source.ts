import { z } from "zod";
import { projectGlob } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { secretFields, tokenFields, webhookSecret } from "./source-fields.ts";

/** Webhooks of GitLab. */
export const gitlabSource = strict({
  type: z.literal("gitlab").meta({ description: "Webhooks of GitLab" }),
  ...secretFields(webhookSecret),
  ...tokenFields("`X-Gitlab-Token`"),
  repositories: z
    .array(projectGlob)
    .min(1, { error: "must list at least one project, e.g. acme/* or acme/**" })
    .meta({
      description: "Projects that are heard: `*` for any part of a segment, `**` for any segments",
    }),
});
