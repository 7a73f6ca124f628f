import { Webhooks } from "@octokit/webhooks";
import { z } from "zod";
import { decodeFormPayload, decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import { readPing } from "./github-ping.ts";
import { readRegistryPackage } from "./github-registry-package.ts";
import { readRelease } from "./github-release.ts";
import { readWorkflowRun } from "./github-workflow-run.ts";
import type { ReadEvent } from "./read-event.ts";
import type { SignedRequest, SourceAdapter, SourceSettings, Verification } from "./source.ts";
import { isDeliveryKey } from "./source.ts";

type Reader = (payload: unknown, source: string) => ReadEvent;

/** `<X-GitHub-Event>.<action>`, or the event alone where it has no action. */
const READERS: Readonly<Record<string, Reader>> = {
  ping: readPing,
  "workflow_run.completed": readWorkflowRun,
  "release.published": readRelease,
  "registry_package.published": readRegistryPackage,
};

const SIGNATURE = "x-hub-signature-256";

/** Text that differs where the bytes differ: octokit signs text, GitHub signed bytes. */
const exactText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const envelope = z.object({ action: z.string().max(100).optional() });

/**
 * GitHub webhooks of a repository, an organisation or an app. GitHub signs no time, so that only the
 * delivery id, which a redelivery keeps, tells a repetition from a new event.
 */
export const githubSource: SourceAdapter = {
  mediaTypes: {
    "application/json": decodeJson,
    "application/x-www-form-urlencoded": decodeFormPayload,
  },
  verify: verifyGithub,
  parse({ source, headers, body }) {
    const event = headers["x-github-event"] ?? "";
    const delivery = headers["x-github-delivery"] ?? "";
    if (!isDeliveryKey(delivery)) {
      const message = "header X-GitHub-Delivery: is missing or is not an id";
      return { kind: "malformed", delivery: null, message };
    }
    if (!/^[a-z_]{1,60}$/.test(event)) {
      const message = "header X-GitHub-Event: is missing or is not the name of an event";
      return { kind: "malformed", delivery, message };
    }
    const read = readEvent(event, body, source);
    return read.kind === "malformed"
      ? { kind: "malformed", delivery, message: fieldProblems(read.error, body) }
      : { kind: "delivery", delivery, events: [read] };
  },
};

async function verifyGithub(
  { headers, body }: SignedRequest,
  { secrets }: SourceSettings,
): Promise<Verification> {
  const signature = headers[SIGNATURE] ?? "";
  if (signature === "") {
    return {
      kind: "refused",
      code: "signature_missing",
      message:
        "X-Hub-Signature-256 is missing: give the webhook in GitHub the secret of this source",
    };
  }
  const text = body.length === 0 ? null : readExactText(body);
  if (text !== null && /^sha256=[0-9a-f]{64}$/.test(signature)) {
    for (const secret of secrets) {
      if (secret === "") continue;
      if (await new Webhooks({ secret }).verify(text, signature)) return { kind: "verified" };
    }
  }
  return {
    kind: "refused",
    code: "signature_wrong",
    message:
      "X-Hub-Signature-256 does not fit: the secret of the webhook in GitHub and of this source must be the same",
  };
}

function readExactText(body: Buffer): string | null {
  try {
    return exactText.decode(body);
  } catch {
    return null;
  }
}

function readEvent(event: string, payload: unknown, source: string): ReadEvent {
  const head = envelope.safeParse(payload);
  if (!head.success) return { kind: "malformed", error: head.error };
  const { action } = head.data;
  const name = action === undefined || event === "ping" ? event : `${event}.${action}`;
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  return reader === undefined
    ? {
        kind: "unsupported",
        code: "event_not_supported",
        message: `${/^[a-z_.]+$/.test(name) ? name : event} makes no release; releases are made of ${Object.keys(READERS).slice(1).join(", ")}`,
      }
    : reader(payload, source);
}
