import { z } from "zod";
import { deployerSchema, metricsSchema, sinkSchema, sourceSchema } from "../adapters/registry.ts";
import { component } from "./component.ts";
import {
  channel,
  componentName,
  email,
  name,
  principal,
  scheduledCron,
  sourceId,
  timezone,
  userId,
  words,
} from "./leaves.ts";
import { strict } from "./strict.ts";

/** The whole configuration, as it is written. `docs/slipway.schema.json` is made from it. */
export const configurationSchema = strict({
  timezone: timezone
    .default("UTC")
    .meta({ description: "IANA name; `digest` and freezes are in it" }),
  slack: strict({
    channel: channel.meta({ description: "Name or id, where a component says nothing else" }),
    digest: scheduledCron
      .optional()
      .meta({ description: "When the digest is posted, cron; absent: never" }),
    charts: z.enum(["native", "image", "none"]).default("image").meta({
      description:
        "How measurements are drawn: `image`; `native`: with Slack's chart blocks, and an image where it does not take them; `none`",
    }),
  }).meta({ description: "Where cards go" }),
  sources: z
    .record(sourceId, sourceSchema)
    .prefault({})
    .meta({ description: "Who may send events; the id is the path of `/hooks/<id>`" }),
  metrics: z
    .record(name, metricsSchema)
    .prefault({})
    .meta({ description: "Where measurements come from" }),
  deployers: z
    .record(name, deployerSchema)
    .prefault({})
    .meta({ description: "Systems that bring a release into an environment" }),
  sinks: z
    .record(name, sinkSchema)
    .prefault({})
    .meta({ description: "Systems that are told what happens" }),
  people: z
    .array(
      strict({
        slack: userId.meta({ description: "Slack user id" }),
        github: words.optional().meta({ description: "Login on GitHub" }),
        email: email.optional().meta({ description: "E-mail address in other systems" }),
      }),
    )
    .prefault([])
    .meta({ description: "Only where addresses differ between systems" }),
  admins: z.array(principal).prefault([]).meta({ description: "May lift any freeze or hold" }),
  components: z
    .record(componentName, component)
    .prefault({})
    .meta({ description: "What is released" }),
});

export type ParsedConfiguration = z.output<typeof configurationSchema>;
export type ParsedComponent = ParsedConfiguration["components"][string];
export type ParsedEnvironment = ParsedComponent["environments"][string];

/** JSON Schema of the configuration, for editors. */
export function configurationJsonSchema(): unknown {
  return z.toJSONSchema(configurationSchema, { io: "input", unrepresentable: "any" });
}
