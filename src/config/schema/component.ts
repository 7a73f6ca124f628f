import { z } from "zod";
import { compileNeed } from "../need.ts";
import { environment } from "./environment.ts";
import { gateExpression } from "./expressions.ts";
import { join } from "./join.ts";
import {
  channel,
  cron,
  duration,
  name,
  principal,
  repositoryPath,
  title,
  words,
} from "./leaves.ts";
import { storm } from "./storm.ts";
import { strict } from "./strict.ts";

const range = z.string().refine((value) => compileNeed("", value) !== null, {
  error: "must be a range of semantic versions such as >=2.3.0 or ^2.3",
});

export const component = strict({
  kind: z.enum(["model", "service"]).meta({ description: "What it is" }),
  repository: repositoryPath
    .optional()
    .meta({ description: "`owner/name`, or the path of a project; also for release notes" }),
  channel: channel.optional().meta({ description: "For its cards; absent: `slack.channel`" }),
  owners: z
    .array(principal)
    .prefault([])
    .meta({ description: "May roll back, and lift holds and freezes" }),
  intake: z
    .array(
      strict({
        source: z.string().meta({ description: "A name under `sources`" }),
        event: words.optional().meta({ description: "E.g. `workflow_run`; absent: any" }),
        workflow: words.optional().meta({ description: "Path of the workflow file; absent: any" }),
        branch: words.optional().meta({ description: "Absent: any" }),
        package: words.optional().meta({ description: "Name of the package; absent: any" }),
        part: words.optional().meta({ description: "For `join`; absent: the name of the source" }),
      }),
    )
    .prefault([])
    .meta({ description: "Whose builds are releases of this component" }),
  join: join
    .optional()
    .meta({ description: "Several reports build one release; absent: each is one of its own" }),
  storm: storm.prefault({}).meta({
    description: "Many releases in a short time share one card, which follows the newest",
  }),
  failures: z.enum(["card", "thread", "none"]).default("card").meta({
    description: "Builds that fail: on one card, in the last release's thread, or nowhere",
  }),
  gates: z
    .array(
      strict({
        name: title.meta({ description: "Shown on the card" }),
        check: gateExpression.meta({ description: "CEL over the evidence" }),
        level: z
          .enum(["fail", "warn"])
          .default("fail")
          .meta({ description: "What a check that does not hold means: `fail` blocks" }),
        whenNoLive: z
          .enum(["pass", "warn", "fail"])
          .default("pass")
          .meta({ description: "Verdict where it reads `live` and nothing is live" }),
      }),
    )
    .prefault([])
    .meta({ description: "Checks over the evidence of a release" }),
  needs: z
    .record(z.string(), range)
    .prefault({})
    .meta({ description: "Component: range that must be live in the same environment" }),
  environments: z
    .record(name, environment)
    .refine((value) => Object.keys(value).length > 0, {
      error: "must have at least one environment",
    })
    .meta({ description: "In the order of promotion" }),
  freeze: z
    .array(
      strict({
        cron: cron.meta({ description: "When it begins: five fields, in the time zone" }),
        for: duration(60_000).meta({ description: "How long, in elapsed time" }),
        reason: title.meta({ description: "Shown to whoever is blocked" }),
      }),
    )
    .prefault([])
    .meta({ description: "Recurring times in which nothing is promoted" }),
});
