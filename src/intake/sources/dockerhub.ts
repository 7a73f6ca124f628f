import { z } from "zod";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import { imageRepository, pushedImage } from "./image-push.ts";
import type { SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";

const HOST = "docker.io";

const schema = z.object({
  push_data: z.object({
    tag: z.string().max(255),
    /** In seconds; a whole number at times, at times not. */
    pushed_at: z.number().min(0).max(1e11),
  }),
  repository: z.object({ repo_name: imageRepository }),
});

/**
 * Webhooks of Docker Hub. It signs nothing and sends no header of one's own, so the secret is a part of the
 * address; and it names no digest, so that is looked up before anything is believed.
 */
export const dockerhubSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { tokens }) =>
    verifyToken(request, tokens, { kind: "parameter", name: "token" }),
  parse({ source, body }) {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const { push_data: push, repository } = parsed.data;
    const at = Math.round(push.pushed_at * 1000);
    const image = {
      source,
      event: "push",
      host: HOST,
      repository: repository.repo_name,
      tag: push.tag,
      digest: null,
      at,
    };
    const delivery = `${image.repository}:${push.tag.replace(/[^\x21-\x7e]/g, "_").slice(0, 128)}:${at}`;
    return {
      kind: "delivery",
      delivery: delivery.slice(-200),
      events: [pushedImage(image)],
    };
  },
};
