import { z } from "zod";
import { headerValue, url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { delay, timeout } from "./metric-fields.ts";

const SITE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** Timeseries of Datadog. */
export const datadogMetrics = strict({
  type: z.literal("datadog").meta({ description: "Datadog" }),
  site: z
    .string()
    .regex(SITE, { error: "must be a site such as datadoghq.com or us5.datadoghq.com" })
    .default("datadoghq.com")
    .meta({ description: "Which Datadog, e.g. `datadoghq.eu`, `us5.datadoghq.com`" }),
  apiKey: headerValue.min(1).meta({ description: "API key" }),
  applicationKey: headerValue
    .min(1)
    .meta({ description: "Application key with the scope `timeseries_query`" }),
  url: url.optional().meta({ description: "Of a proxy, in place of `https://api.<site>`" }),
  page: url.optional().meta({ description: "In place of `https://app.<site>`" }),
  timeout,
  delay: delay("1m"),
});
