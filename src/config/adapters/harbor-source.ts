import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { registryApi, tokenFields } from "./source-fields.ts";

/** Webhooks of Harbor. */
export const harborSource = strict({
  type: z.literal("harbor").meta({ description: "Webhooks of Harbor" }),
  ...tokenFields("The *Auth Header* of the webhook, with or without `Bearer` before it"),
  api: registryApi("Harbor itself, which is asked for the commit of an image"),
});
