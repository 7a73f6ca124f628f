import { z } from "zod";
import { json } from "./expressions.ts";
import { duration, principal, title } from "./leaves.ts";
import { routine } from "./routine.ts";
import { strict } from "./strict.ts";
import { watch } from "./watch.ts";

const params = z
  .record(z.string(), json)
  .prefault({})
  .meta({ description: "Parameters: `{{params.<name>}}` in the deployer's texts" });

export const environment = strict({
  approval: z
    .array(
      strict({
        from: z
          .array(principal)
          .meta({ description: "Groups, e-mail addresses, user ids; any of them counts" }),
        count: z
          .int()
          .min(1, { error: "must be at least 1; leave the rule out to need nobody" })
          .default(1)
          .meta({ description: "How many people" }),
      }),
    )
    .prefault([])
    .meta({ description: "Every rule must be met; none: it deploys once its gates pass" }),
  selfApproval: z
    .boolean()
    .default(false)
    .meta({ description: "Whether the author of the change may count" }),
  routine: routine
    .optional()
    .meta({ description: "What is approved without people; absent: nothing" }),
  approvalExpires: duration(60_000)
    .optional()
    .meta({ description: "How long people may take; absent: for ever" }),
  deploy: strict({
    use: z.string().meta({ description: "A name under `deployers`" }),
    with: params,
  }).meta({ description: "What brings a release there" }),
  verify: z
    .array(
      strict({
        name: title.meta({ description: "Shown on the card" }),
        use: z.string().meta({ description: "A name under `deployers`" }),
        with: params,
      }),
    )
    .prefault([])
    .meta({ description: "Run in order after the deployment" }),
  strategy: z
    .literal("all-at-once", {
      error:
        "only all-at-once is supported in this version: a canary is not; remove this key, or write all-at-once",
    })
    .default("all-at-once")
    .meta({ description: "How traffic moves" }),
  watch: watch.optional().meta({ description: "What is measured afterwards; absent: nothing" }),
  rollback: strict({
    from: z.array(principal).meta({ description: "Instead of owners and approvers" }),
  })
    .optional()
    .meta({ description: "Who may roll back; absent: owners and whoever may approve" }),
});
