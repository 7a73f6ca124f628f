import { z } from "zod";
import { url, words } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";

/** Several are valid at once so that one can be replaced by another without a gap. */
const ROTATION = "All of them are valid: the new one beside the old one while it changes";

/** Standard Webhooks: the secret is `whsec_` and 24 to 64 bytes in base64. */
export const webhookSecret = z.string().superRefine((value, context) => {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1];
  const bytes = base64 === undefined ? 0 : Buffer.from(base64, "base64").length;
  if (bytes >= 24 && bytes <= 64) return;
  const message =
    'must be whsec_ and 24 to 64 bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"';
  context.addIssue({ code: "custom", message });
});

/** A text that nobody guesses, such as `openssl rand -hex 32` makes. */
export const longSecret = z.string().min(16, { error: "must be at least 16 characters long" });

/** What requests are signed with. */
export function secretFields(secret: typeof webhookSecret | typeof longSecret) {
  return {
    secret: secret.optional().meta({ description: "What requests are signed with; or `secrets`" }),
    secrets: z
      .array(secret)
      .min(1, { error: "must list at least one secret" })
      .optional()
      .meta({ description: ROTATION }),
  };
}

/** What requests carry as it is. `where` says in which header. */
export function tokenFields(where: string) {
  return {
    token: longSecret.optional().meta({ description: `${where}; or \`tokens\`` }),
    tokens: z
      .array(longSecret)
      .min(1, { error: "must list at least one token" })
      .optional()
      .meta({ description: ROTATION }),
  };
}

/** `{ url, token }`: where a system is asked for what its events do not say. */
export function neededApi(description: string) {
  return api("For `Authorization: Bearer`").meta({ description });
}

/** As `neededApi`, of a registry of images, which may want a name as well. */
export function registryApi(description: string) {
  return api("`user:password`, or a token for `Authorization: Bearer`").meta({ description });
}

function api(token: string) {
  return strict({
    url: url.meta({ description: "Its base URL" }),
    token: words.optional().meta({ description: token }),
  });
}
