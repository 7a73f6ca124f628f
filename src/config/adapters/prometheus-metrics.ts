import { z } from "zod";
import { duration, headerName, headerValue, url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";

/** Prometheus, and whatever answers like it. */
export const prometheusMetrics = strict({
  type: z.literal("prometheus").meta({ description: "Prometheus, and whatever answers like it" }),
  url: url.meta({ description: "Address of the server, up to but without `/api/v1`" }),
  headers: z
    .record(headerName, headerValue)
    .prefault({})
    .meta({ description: "Sent with every query, e.g. `X-Scope-OrgID`" }),
  bearer: headerValue.min(1).optional().meta({ description: "Token for `Authorization: Bearer`" }),
  basic: strict({
    user: headerValue.min(1).meta({ description: "User" }),
    password: headerValue.meta({ description: "Password" }),
  })
    .optional()
    .meta({ description: "User and password for `Authorization: Basic`" }),
  page: url.optional().meta({ description: "Where people look at graphs, if not at `url`" }),
  timeout: duration(1).prefault("10s").meta({ description: "Longest wait for one answer" }),
});
