import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { registryApi, tokenFields } from "./source-fields.ts";

/** Webhooks of Docker Hub. */
export const dockerhubSource = strict({
  type: z.literal("dockerhub").meta({ description: "Webhooks of Docker Hub" }),
  ...tokenFields("Behind `?token=` in the address of the webhook"),
  api: registryApi("The registry, which is asked for the digest and the commit").prefault({
    url: "https://registry-1.docker.io",
  }),
});
