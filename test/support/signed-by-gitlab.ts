import { type SignedPost, signedBytes } from "./signed-request.ts";

/** As GitLab before 19.0 sends it, and any with a secret token. */
export function sentByGitlab(
  body: Buffer,
  given: { readonly token: string; readonly delivery: string; readonly event?: string },
): SignedPost {
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-gitlab-event": given.event ?? "Pipeline Hook",
      "x-gitlab-token": given.token,
      "x-gitlab-event-uuid": "8e6e5ee6-41ab-4a0e-9a0e-6e3c1b3f1b51",
      "idempotency-key": given.delivery,
    },
  };
}

/** As GitLab 19.0 sends it with a signing token. */
export function signedByGitlab(
  body: Buffer,
  given: { readonly secret: string; readonly delivery: string; readonly at: number },
): SignedPost {
  const headers = { "x-gitlab-event": "Pipeline Hook", "idempotency-key": given.delivery };
  return signedBytes(body, headers, { id: given.delivery, secret: given.secret, at: given.at });
}
