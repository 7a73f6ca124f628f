import { decodeJwt, errors, jwtVerify } from "jose";
import type { Instant } from "../../core/json.ts";
import { subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import { type KeySets, KeysUnavailable } from "./key-sets.ts";
import { type JobClaims, type ReadClaims, readClaims } from "./oidc-claims.ts";
import { evidenceOf } from "./report-evidence.ts";
import { type JobReport, readJobReport } from "./report-schema.ts";
import { isListed } from "./repository-list.ts";
import type {
  ParsedEvent,
  RequestHeaders,
  SignedRequest,
  SourceAdapter,
  SourceSettings,
  Verification,
} from "./source.ts";
import { cleanLine, isVersion } from "./text.ts";

/** What tokens may be signed with: issuers use these, and a token is not let choose a weaker one. */
const ALGORITHMS = ["RS256", "ES256"];

/** How far the issuer's clock may be off, in seconds. */
const CLOCK_TOLERANCE = 60;

/**
 * A report of a job that shows the token which its CI system gave it: no secret is shared. Repository, commit
 * and run are the token's; a report that says otherwise is refused. A token is good for one report of a
 * component: its id is the key of the delivery.
 */
export function createGithubOidcSource(keySets: KeySets): SourceAdapter {
  return {
    mediaTypes: { "application/json": decodeJson },
    verify: (request, settings, now) => verifyToken({ request, settings, now, keySets }),
    parse({ source, headers, body }) {
      const read = claimsOf(headers);
      if (read.kind === "malformed") {
        const message = `header Authorization: the token is not of a job: ${read.problem}`;
        return { kind: "malformed", delivery: null, message };
      }
      const { claims } = read;
      const delivery = claims.jti;
      const report = readJobReport(body);
      if (report.kind === "malformed") {
        return { kind: "malformed", delivery, message: report.problem };
      }
      const contradiction = contradictionOf(report.report, claims);
      return contradiction === null
        ? { kind: "delivery", delivery, events: [toEvent(report.report, claims, source)] }
        : { kind: "malformed", delivery, message: contradiction };
    },
  };
}

interface TokenRequest {
  readonly request: SignedRequest;
  readonly settings: SourceSettings;
  readonly now: Instant;
  readonly keySets: KeySets;
}

async function verifyToken({
  request,
  settings,
  now,
  keySets,
}: TokenRequest): Promise<Verification> {
  const token = bearerOf(request.headers);
  if (token === null) {
    return refused(
      "signature_missing",
      "Authorization is missing: send the job's own OIDC token as Bearer <token>",
    );
  }
  const { issuer, audience, keys } = optionsOf(settings);
  // Only what claims to be of this issuer may cause its keys to be fetched.
  if (issuerOf(token) !== issuer) return wrong(`iss is not ${issuer}`);
  try {
    const { payload } = await jwtVerify(token, keySets.at(keys), {
      issuer: [issuer, `${issuer}/`],
      audience,
      algorithms: ALGORITHMS,
      currentDate: new Date(now),
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ["exp", "jti"],
    });
    return allowed(readClaims(payload, issuer), settings);
  } catch (error) {
    return whyNot(error, audience);
  }
}

/** The keys of an issuer sign for every repository that it has, those of strangers too. */
function allowed(read: ReadClaims, { id, repositories }: SourceSettings): Verification {
  if (read.kind === "malformed") return wrong(`it is not of a job: ${read.problem}`);
  const { repository } = read.claims;
  return isListed(repository, repositories)
    ? { kind: "verified" }
    : refused(
        "repository_not_allowed",
        `repository ${cleanLine(repository, 80)} is not in sources.${id}.repositories`,
      );
}

function whyNot(error: unknown, audience: string): Verification {
  if (error instanceof KeysUnavailable) {
    const message = `${error.message}, so that the token cannot be checked; nothing was recorded, send it again`;
    return { kind: "unavailable", message };
  }
  if (error instanceof errors.JWTExpired) {
    return refused(
      "outside_time_window",
      "the token has expired: ask for a new one for each report",
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "nbf") {
      return refused("outside_time_window", "the token is not valid yet: set the issuer's clock");
    }
    const text =
      error.claim === "aud" ? `aud is not ${audience}` : `${error.claim} is missing or wrong`;
    return wrong(text);
  }
  if (error instanceof errors.JOSEError)
    return wrong(`no key of its issuer fits, or it is not signed with ${ALGORITHMS.join(" or ")}`);
  throw error;
}

function toEvent(report: JobReport, claims: JobClaims, source: string): ParsedEvent {
  const version = report.version ?? claims.version;
  const { trigger } = claims;
  if (trigger === undefined) {
    return notARelease(
      `run ${claims.run.id} ran on ${cleanLine(claims.event, 60)}; only runs on ${claims.events.join(", ")} are releases`,
    );
  }
  if (!isVersion(version)) {
    return notARelease(`the tag of run ${claims.run.id} is too long to be a version`);
  }
  return {
    kind: "build",
    subject: subjectOf({
      component: report.component ?? null,
      repository: claims.repository,
      event: claims.event,
      workflow: claims.workflow,
      branch: claims.branch,
    }),
    build: {
      ...evidenceOf(report),
      version,
      source,
      run: { ...claims.run, url: report.run?.url ?? claims.run.url },
      trigger: report.trigger ?? trigger,
      startedBy: trigger === "manual" ? claims.actor : null,
      commit: {
        repository: claims.repository,
        sha: claims.sha,
        tag: claims.tag,
        branch: claims.branch,
        author: claims.actor,
        subject: null,
      },
    },
  };
}

/** What a report may say of its run and its commit is what the token says of them. null: it does. */
function contradictionOf({ commit, run }: JobReport, claims: JobClaims): string | null {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["commit.repository", commit?.repository?.toLowerCase(), claims.repository.toLowerCase()],
    ["commit.sha", commit?.sha, claims.sha],
    ["commit.branch", commit?.branch, claims.branch ?? claims.tag],
    ["run.id", run?.id, claims.run.id],
    ["run.attempt", run?.attempt, claims.run.attempt],
  ];
  const wrongOnes = pairs.filter(([, said, known]) => said !== undefined && said !== known);
  return wrongOnes.length === 0
    ? null
    : `${wrongOnes.map(([name]) => name).join(", ")}: not as the token says; leave it out, it is taken from the token`;
}

/** Of a token that has been verified, or is about to be. */
function claimsOf(headers: RequestHeaders): ReadClaims {
  const payload = payloadOf(bearerOf(headers) ?? "");
  return readClaims(payload, String(payload?.iss ?? "").replace(/\/+$/, ""));
}

function issuerOf(token: string): string {
  return String(payloadOf(token)?.iss ?? "").replace(/\/+$/, "");
}

function payloadOf(token: string): ReturnType<typeof decodeJwt> | null {
  try {
    return decodeJwt(token);
  } catch {
    return null;
  }
}

function bearerOf({ authorization = "" }: RequestHeaders): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null;
}

function optionsOf({ options }: SourceSettings) {
  const issuer = String(options.issuer).replace(/\/+$/, "");
  const keys = options.keys ?? `${issuer}/.well-known/jwks`;
  return { issuer, audience: String(options.audience), keys: String(keys) };
}

function wrong(text: string): Verification {
  return refused("signature_wrong", `the token does not hold: ${text}`);
}

function refused(
  code: Extract<Verification, { kind: "refused" }>["code"],
  message: string,
): Verification {
  return { kind: "refused", code, message };
}

function notARelease(message: string): ParsedEvent {
  return { kind: "unsupported", code: "not_a_release_build", message };
}
