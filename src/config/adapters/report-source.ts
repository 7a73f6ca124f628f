import { z } from "zod";
import { strict } from "../schema/strict.ts";

/** Standard Webhooks: the secret is `whsec_` and 24 to 64 bytes in base64. */
const secret = z.string().superRefine((value, context) => {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1];
  const bytes = base64 === undefined ? 0 : Buffer.from(base64, "base64").length;
  if (bytes >= 24 && bytes <= 64) return;
  const message =
    'must be whsec_ and 24 to 64 bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"';
  context.addIssue({ code: "custom", message });
});

/** Signed build reports of any system. */
export const reportSource = strict({
  type: z.literal("report").meta({ description: "Signed build reports of any system" }),
  secret: secret.optional().meta({ description: "Signing secret; or `secrets`" }),
  secrets: z.array(secret).min(1, { error: "must list at least one secret" }).optional().meta({
    description: "All of them are valid: the new one beside the old one while it changes",
  }),
});
