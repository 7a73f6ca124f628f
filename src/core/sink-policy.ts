/** What other systems may be told of a deployment. */
export const DEPLOYMENT_EVENTS = [
  "service.deployed",
  "service.upgraded",
  "service.rolledback",
  "environment.modified",
] as const;

/** What they may be told of an approval, in the words of a draft. */
export const APPROVAL_EVENTS = ["approval.created", "approval.updated", "approval.closed"] as const;

export type SinkEventType = (typeof DEPLOYMENT_EVENTS)[number] | (typeof APPROVAL_EVENTS)[number];

/** A system that is told what happens. */
export interface SinkPolicy {
  readonly name: string;
  readonly events: readonly SinkEventType[];
}
