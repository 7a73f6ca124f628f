import { z } from "zod";
import { buildOf, subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import { madeKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import { hmacHolds } from "./hmac.ts";
import type {
  ParsedEvent,
  SignedRequest,
  SourceAdapter,
  SourceSettings,
  Verification,
} from "./source.ts";
import { verifyToken } from "./static-token.ts";
import { asVersion, filled, readTemplateFields } from "./template-fields.ts";
import { cleanLine } from "./text.ts";

const schema = z.object({
  event_type: filled,
  event_author: filled,
  artifact_version: filled,
  artifact_version_string: filled,
  artifact_collection_name: filled,
  project_name: filled,
  alias: filled,
  tag: filled,
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

/** Of the metadata, what is not evidence. */
const COMMIT_KEYS = ["git_sha", "commit"] as const;
const BRANCH_KEYS = ["git_branch", "branch"] as const;
const OWN_KEYS: readonly string[] = [
  ...COMMIT_KEYS,
  ...BRANCH_KEYS,
  "dataset",
  "datasets",
  "digest",
];

/**
 * What a webhook automation of Weights & Biases posts with the template of `docs/sources/wandb.md`. It has no
 * id and no time. Its metadata are texts, of which those are metrics that are numbers as a whole.
 */
export const wandbSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: verifyWandb,
  parse({ source, body }) {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const event = readArtifact(parsed.data, source);
    return { kind: "delivery", delivery: madeKey(body), events: [event] };
  },
};

/** Where both a secret and a token are configured, both must fit. */
function verifyWandb(request: SignedRequest, settings: SourceSettings): Verification {
  const { secrets, tokens } = settings;
  const signed =
    secrets.length > 0 || tokens.length === 0 ? verifySignature(request, secrets) : null;
  if (signed !== null && signed.kind === "refused") return signed;
  return tokens.length > 0 ? verifyToken(request, tokens) : { kind: "verified" };
}

/** The manual signs in Base64; receivers have been seen that were sent hexadecimal digits. */
function verifySignature(
  { headers, body }: SignedRequest,
  secrets: readonly string[],
): Verification {
  const signature = headers["x-wandb-signature"] ?? "";
  if (signature === "") {
    return {
      kind: "refused",
      code: "signature_missing",
      message: "X-Wandb-Signature is missing: give the webhook in W&B the secret of this source",
    };
  }
  const hex = /^[0-9a-f]{64}$/i.test(signature);
  const holds = hmacHolds({
    keys: secrets,
    parts: [body],
    offered: [hex ? signature.toLowerCase() : signature],
    encoding: hex ? "hex" : "base64",
  });
  return holds
    ? { kind: "verified" }
    : {
        kind: "refused",
        code: "signature_wrong",
        message:
          "X-Wandb-Signature does not fit: the secret of the webhook in W&B and of this source must be the same",
      };
}

function readArtifact(body: z.output<typeof schema>, source: string): ParsedEvent {
  const { artifact_version_string: address, artifact_version: artifact } = body;
  const named = /^(.*?)([^/:]+):([^:/]+)$/.exec(address ?? "");
  const collection = body.artifact_collection_name ?? named?.[2] ?? null;
  const version = named?.[3];
  if (version === undefined || collection === null) {
    const message =
      "it names no version of an artifact: the test of a webhook sends none, and else the payload needs artifact_version_string and artifact_collection_name";
    return { kind: "unsupported", code: "test", message };
  }
  const metadata = new Map(Object.entries(body.metadata ?? {}));
  const said = (keys: readonly string[]) => {
    const read = keys.map((key) => filled.safeParse(metadata.get(key)).data ?? null);
    return read.find((text) => text !== null) ?? null;
  };
  const metrics = [...metadata].filter(
    ([key, value]) => !OWN_KEYS.includes(key) && filled.safeParse(value).data != null,
  );
  const { gaps: _notNumbers, ...evidence } = readTemplateFields({
    version: null,
    model: null,
    subject: null,
    commit: said(COMMIT_KEYS),
    branch: said(BRANCH_KEYS),
    artifact: artifact ?? address,
    digest: said(["digest"]),
    url: null,
    metrics: Object.fromEntries(metrics),
    datasets: metadata.get("datasets") ?? datasetIn(said(["dataset"])),
  });
  return {
    kind: "build",
    subject: subjectOf({
      event: body.event_type,
      workflow: body.project_name,
      branch: said(BRANCH_KEYS),
      package: collection,
    }),
    build: buildOf({
      ...evidence,
      version: asVersion(version),
      outcome: "success",
      source,
      startedBy: body.event_author?.toLowerCase() ?? null,
    }),
  };
}

/** `transactions-features:v8421`, as W&B writes an artifact. */
function datasetIn(text: string | null) {
  if (text === null) return null;
  const [, name = text, version = ""] = /^(.*):([^:/]+)$/.exec(text) ?? [];
  return [{ name: cleanLine(name, 200), version }];
}
