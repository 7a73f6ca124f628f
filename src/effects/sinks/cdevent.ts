import { createHash } from "node:crypto";
import { CloudEvent } from "cloudevents";
import { PackageURL } from "packageurl-js";
import type { Actor } from "../../core/actor.ts";
import type { SinkApproval, SinkEvent } from "../../core/sink-event.ts";
import type { SinkEventType } from "../../core/sink-policy.ts";

/** The versions that events are written in: the one that is released, and the draft that has approvals. */
const SPEC = "0.5.1";
const DRAFT = "0.6.0-draft";

const TYPES: Readonly<Record<SinkEventType, { readonly version: string; readonly spec: string }>> =
  {
    "service.deployed": { version: "0.3.0", spec: SPEC },
    "service.upgraded": { version: "0.3.0", spec: SPEC },
    "service.rolledback": { version: "0.3.0", spec: SPEC },
    "environment.modified": { version: "0.3.0", spec: SPEC },
    "approval.created": { version: "0.1.0", spec: DRAFT },
    "approval.updated": { version: "0.1.0", spec: DRAFT },
    "approval.closed": { version: "0.1.0", spec: DRAFT },
  };

/** An event as a CDEvent in a CloudEvent. The same event always makes the same one. */
export function toCloudEvent(event: SinkEvent, source: string): CloudEvent<object> {
  const { version, spec } = TYPES[event.type];
  const type = `dev.cdevents.${event.type}.${version}`;
  const id = createHash("sha256").update(event.id).digest("hex").slice(0, 32);
  const time = new Date(event.at).toISOString();
  const subject = subjectOf(event);
  return new CloudEvent<object>({
    id,
    source,
    type,
    subject: subject.id,
    time,
    datacontenttype: "application/json",
    data: {
      context: { specversion: spec, id, source, type, timestamp: time, chainId: event.chain },
      subject: { ...subject, source },
      customData: {
        component: event.component,
        environment: event.environment,
        release: event.release,
        version: event.version,
        by: nameOf(event.by),
        ...(event.page === null ? {} : { url: event.page }),
      },
      customDataContentType: "application/json",
    },
  });
}

function subjectOf(event: SinkEvent): { readonly id: string; readonly content: object } {
  const { type, component, environment, approval } = event;
  if (approval !== null) return { id: approval.promotion, content: approvalOf(event, approval) };
  return type === "environment.modified"
    ? { id: environment, content: { name: environment } }
    : {
        id: component,
        content: { environment: { id: environment }, artifactId: packageUrl(event) },
      };
}

function approvalOf({ type, by, page, release }: SinkEvent, approval: SinkApproval): object {
  const { card, promotion, outcome } = approval;
  const about = {
    approvalDetailsUrl: card === null ? urn("promotion", promotion) : cardAddress(card),
    resourceTargetUrl: page ?? urn("release", release),
  };
  switch (type) {
    case "approval.created":
      return { ...about, requestor: personUrn(by) };
    case "approval.updated":
      return { ...about, responder: personUrn(by), decision: "approved" };
    default: {
      const decided = outcome === "approved" || outcome === "rejected";
      const decision = decided ? outcome : "deferred";
      return { ...about, responder: personUrn(by), decision, status: outcome };
    }
  }
}

/** Slack leads whoever follows it to their workspace. */
function cardAddress({ channel, ts }: { readonly channel: string; readonly ts: string }): string {
  return `https://slack.com/archives/${channel}/p${ts.replace(".", "")}`;
}

function personUrn(by: Actor): string {
  return by.kind === "person" ? urn("slack", by.id) : urn("system", by.name);
}

function nameOf(by: Actor): string {
  return by.kind === "person" ? by.id : by.name;
}

function urn(kind: string, name: string): string {
  return `urn:slipway:${kind}:${encodeURIComponent(name)}`;
}

/** The artifact by its digest where it is an image, else by the component and the version. */
function packageUrl({ component, version, artifact }: SinkEvent): string {
  const uri = artifact?.uri ?? "";
  if (uri.startsWith("pkg:")) return uri;
  const [, repository, name, tag] = /^([\w.:/-]+\/([\w.-]+?))(?::([\w.-]+))?$/.exec(uri) ?? [];
  if (artifact?.digest && repository !== undefined && name !== undefined) {
    const qualifiers = { repository_url: repository, ...(tag === undefined ? {} : { tag }) };
    return new PackageURL("oci", null, name, artifact.digest, qualifiers, null).toString();
  }
  return new PackageURL("generic", null, component, version, null, null).toString();
}
