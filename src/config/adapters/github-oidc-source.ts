import { z } from "zod";
import { url, words } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { repositoryGlobs } from "./repository-globs.ts";

/** Whoever could change the keys on their way could sign for any job. */
const safeUrl = url.refine(
  (value) => /^(?:https:|http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?:[:/]|$))/i.test(value),
  { error: "must be an https address, since tokens are checked by the keys that come from there" },
);

/** Reports of jobs that show the token of their CI system. */
export const githubOidcSource = strict({
  type: z
    .literal("github-oidc")
    .meta({ description: "Build reports of jobs that show the OIDC token of their CI system" }),
  audience: words.meta({ description: "`aud` of the tokens: a name for this Slipway alone" }),
  issuer: safeUrl
    .default("https://token.actions.githubusercontent.com")
    .meta({ description: "`iss` of the tokens" }),
  keys: safeUrl
    .optional()
    .meta({ description: "Where its keys are; absent: `/.well-known/jwks` below the issuer" }),
  repositories: repositoryGlobs,
});
