import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { registryApi, tokenFields } from "./source-fields.ts";

/** Notifications of an OCI registry. */
export const ociRegistrySource = strict({
  type: z.literal("oci-registry").meta({ description: "Notifications of an OCI registry" }),
  ...tokenFields("Sent as `Authorization: Bearer`"),
  api: registryApi("The registry, which is asked for the commit of an image"),
});
