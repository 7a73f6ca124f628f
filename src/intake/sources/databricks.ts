import { z } from "zod";
import { subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import { digestOf, madeKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import { hmacHolds } from "./hmac.ts";
import { modelVersionBuild, modelVersionLookup } from "./mlflow-model-version.ts";
import type {
  BuildSubject,
  ParsedEvent,
  SignedRequest,
  SourceAdapter,
  Verification,
} from "./source.ts";
import { cleanLine, isVersion, line } from "./text.ts";

const envelope = z.object({
  event: z
    .string()
    .max(100)
    .regex(/^[A-Z_]+$/, "must be the name of an event"),
  webhook_id: line(200).nullish(),
  event_timestamp: z.int("must be milliseconds").min(0).max(8.64e15),
  status: z.string().max(40).nullish(),
});

const versioned = z.object({
  model_name: line(255),
  version: z.string().refine(isVersion, "must be visible characters without spaces"),
  to_stage: line(100).nullish(),
  tags: z.array(z.object({ key: line(250), value: z.string().max(5_000) })).nullish(),
});

type Envelope = z.output<typeof envelope>;
type Versioned = z.output<typeof versioned>;

const CREATED = "MODEL_VERSION_CREATED";
/** They tell of a version that there was before: only a rule that names them makes releases of them. */
const NAMED =
  /^(?:MODEL_VERSION_TRANSITIONED_(?:STAGE|TO_[A-Z]+)|TRANSITION_REQUEST_(?:[A-Z]+_)*CREATED|MODEL_VERSION_TAG_SET)$/;

/**
 * Webhooks of a Databricks workspace's model registry; Unity Catalog has none. They say nothing of what the
 * version was made of, which is looked up, and sign no time and no id.
 */
export const databricksSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: verifyDatabricks,
  parse({ source, body }) {
    const head = envelope.safeParse(body);
    if (!head.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(head.error, body) };
    }
    const { event } = head.data;
    if (head.data.status === "TEST_MODE" || (event !== CREATED && !NAMED.test(event))) {
      return { kind: "delivery", delivery: madeKey(body), events: [notAsked(head.data)] };
    }
    const read = versioned.safeParse(body);
    if (!read.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(read.error, body) };
    }
    const { webhook_id: webhook, event_timestamp: at } = head.data;
    const { model_name: model, version } = read.data;
    return {
      kind: "delivery",
      delivery: madeKey([webhook ?? "", event, model, version, at]),
      events: subjectsOf(event, read.data).map((subject) =>
        lookup({ source, at, model, version, subject }),
      ),
    };
  },
};

function verifyDatabricks(
  { headers, body }: SignedRequest,
  { secrets }: { readonly secrets: readonly string[] },
): Verification {
  const signature = headers["x-databricks-signature"] ?? "";
  if (signature === "") {
    return {
      kind: "refused",
      code: "signature_missing",
      message:
        "X-Databricks-Signature is missing: give the webhook in Databricks the secret of this source, as http_url_spec.secret",
    };
  }
  const offered = [signature.toLowerCase()];
  return hmacHolds({ keys: secrets, parts: [body], offered, encoding: "hex" })
    ? { kind: "verified" }
    : {
        kind: "refused",
        code: "signature_wrong",
        message:
          "X-Databricks-Signature does not fit: the secret of the webhook in Databricks and of this source must be the same",
      };
}

/** `MODEL_VERSION_CREATED`, `TRANSITION_REQUEST_CREATED:Production`, `MODEL_VERSION_TAG_SET:approved=yes`. */
function subjectsOf(
  event: string,
  { model_name: model, to_stage: stage, tags }: Versioned,
): readonly Partial<BuildSubject>[] {
  if (event === CREATED) return [{ event, package: model }];
  const details =
    event === "MODEL_VERSION_TAG_SET"
      ? (tags ?? []).slice(0, 50).map(({ key, value }) => `${key}=${value}`)
      : [stage ?? ""];
  return details.map(
    (detail): Partial<BuildSubject> => ({
      event: cleanLine(detail === "" ? event : `${event}:${detail}`, 500),
      onlyWhereNamed: true,
      package: model,
    }),
  );
}

function lookup(known: {
  readonly source: string;
  readonly at: number;
  readonly model: string;
  readonly version: string;
  readonly subject: Partial<BuildSubject>;
}): ParsedEvent {
  const { source, at, model, version, subject } = known;
  const created = subject.event === CREATED;
  return {
    kind: "lookup",
    subject: subjectOf(subject),
    build: modelVersionBuild({ source, model, version, at, notes: "" }),
    lookup: modelVersionLookup({ model, version, run: null, from: null, workspace: null }),
    // A version is created once; it may come to a stage again.
    fact: digestOf([subject.event ?? "", model, version, created ? 0 : at]),
  };
}

function notAsked({ event, status }: Envelope): ParsedEvent {
  const tested = status === "TEST_MODE";
  return {
    kind: "unsupported",
    code: tested ? "test" : "event_not_supported",
    message: tested
      ? `the test of the webhook works: the secret fits, and ${event} arrives; set its status to ACTIVE`
      : `${event} makes no release; releases are made of ${CREATED}, and of MODEL_VERSION_TRANSITIONED_STAGE, TRANSITION_REQUEST_CREATED and MODEL_VERSION_TAG_SET where a rule names them`,
  };
}
