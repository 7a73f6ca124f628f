import { z } from "zod";
import { repositoryGlob } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";

const secret = z.string().min(16, { error: "must be at least 16 characters long" });

/** Webhooks of GitHub. */
export const githubSource = strict({
  type: z.literal("github").meta({ description: "Webhooks of GitHub" }),
  secret: secret.optional().meta({ description: "Webhook secret; or `secrets`" }),
  secrets: z.array(secret).min(1, { error: "must list at least one secret" }).optional().meta({
    description: "All of them are valid: the new one beside the old one while it changes",
  }),
  repositories: z
    .array(repositoryGlob)
    .min(1, { error: "must list at least one repository, e.g. acme/*" })
    .meta({ description: "Repositories that are heard: `owner/name`, `*` for any part" }),
});
