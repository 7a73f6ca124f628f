import type { OperationInput } from "../../../core/job.ts";
import type { Milliseconds } from "../../../core/json.ts";
import { AdapterError } from "../../../shared/errors.ts";
import { exchange, type HttpAnswer } from "../../http-exchange.ts";
import { rephraseError } from "../../rephrase-error.ts";
import { parseRetryAfter } from "../../retry-after.ts";
import type { Deployer, Observation, Started } from "../deployer.ts";
import type { DeployerServices } from "../deployer-services.ts";
import { operationVariables } from "../operation-variables.ts";
import { asUncertain } from "../uncertain.ts";
import type {
  HttpDeployerSettings,
  HttpRequestSettings,
  HttpStartSettings,
} from "./http-deployer-settings.ts";
import { readCondition, readDetail, readId, scopeOf } from "./read-answer.ts";
import { carriesKey, renderRequest } from "./render-request.ts";

const REQUEST_TIMEOUT: Milliseconds = 30_000;
const LARGEST_ANSWER = 1_000_000;

type RequestName = "start" | "rollback" | "lookup" | "observe" | "stop";

/**
 * Drives any system that takes a request and can be asked for the result.
 *
 * A start whose answer was lost is never simply sent again: it is looked up where a `lookup` is
 * configured; without one it is sent again only if it carries `{{key}}`, by which the other side promised
 * to recognise it; otherwise nobody can say whether it began.
 */
export function createHttpDeployer(
  settings: HttpDeployerSettings,
  { clock, releaseUrl }: Pick<DeployerServices, "clock" | "releaseUrl">,
): Deployer {
  const { name } = settings;

  async function send(
    which: RequestName,
    request: HttpRequestSettings,
    input: OperationInput,
    run: { readonly id: string | null; readonly signal: AbortSignal },
  ): Promise<HttpAnswer> {
    const page = await releaseUrl(input).catch(() => null);
    const variables = { ...operationVariables(input, page), id: run.id };
    const limits = {
      clock,
      signal: run.signal,
      timeout: REQUEST_TIMEOUT,
      maxBytes: LARGEST_ANSWER,
    };
    try {
      return await exchange(renderRequest(request, variables), limits);
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof AdapterError)) throw error;
      throw rephraseError(error, { message: `${name}: ${which}: ${error.message}` });
    }
  }

  function refusedBy(which: RequestName, answer: HttpAnswer, uncertain: boolean): AdapterError {
    const { status, headers } = answer;
    const words = readDetail(settings.observe.detail, scopeOf(answer));
    const redirect = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
    const message = `${name}: ${which} answered ${status}${redirect}${words === null ? "" : `: ${words}`}`;
    const retryAfter = parseRetryAfter(headers["retry-after"], clock.now());
    return new AdapterError(message, {
      retryable: status === 429 || status >= 500 || uncertain,
      uncertain,
      ...(retryAfter === null ? {} : { retryAfter }),
    });
  }

  async function begin(
    which: "start" | "rollback",
    request: HttpStartSettings,
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<Started> {
    const answer = await send(which, request, input, { id: null, signal });
    const { status } = answer;
    if (status < 200 || status >= 300) {
      // It may have begun before it failed; and where there is a look-up, a conflict may be with ourselves.
      const uncertain = status >= 500 || (status === 409 && settings.lookup !== null);
      throw refusedBy(which, answer, uncertain);
    }
    if (request.id === null) return { handle: input.key, url: null };
    const read = readId(request.id, scopeOf(answer));
    if (read.kind === "id") return { handle: read.id, url: null };
    const why = read.kind === "none" ? `\`id\` (${request.id.source}) is empty` : read.why;
    throw new AdapterError(`${name}: ${which} was accepted (${status}), and ${why}`, {
      retryable: true,
      uncertain: true,
    });
  }

  /** What an earlier try began; null: nothing, for certain. Every failure leaves that open. */
  async function lookUp(
    lookup: NonNullable<HttpDeployerSettings["lookup"]>,
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<Started | null> {
    const answer = await send("lookup", lookup, input, { id: null, signal });
    if (answer.status === 404) return null;
    if (answer.status < 200 || answer.status >= 300) throw refusedBy("lookup", answer, true);
    const read = readId(lookup.id, scopeOf(answer));
    if (read.kind === "none") return null;
    if (read.kind === "id") return { handle: read.id, url: null };
    throw new AdapterError(
      `${name}: lookup answered ${answer.status}, and ${read.why}; it must be null where there is nothing`,
      { retryable: true, uncertain: true },
    );
  }

  async function startAgain(
    which: "start" | "rollback",
    request: HttpStartSettings,
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<Started> {
    if (settings.lookup !== null) {
      const found = await lookUp(settings.lookup, input, signal).catch((error: unknown) => {
        throw asUncertain(error);
      });
      return found ?? (await begin(which, request, input, signal));
    }
    if (!carriesKey(request)) {
      throw new AdapterError(
        `${name}: an earlier ${which} may have begun, and without \`lookup\` or {{key}} in the request it cannot be told: look there`,
        { retryable: false, uncertain: true },
      );
    }
    return begin(which, request, input, signal).catch((error: unknown) => {
      throw asUncertain(error);
    });
  }

  function judge(answer: HttpAnswer): Observation {
    const scope = scopeOf(answer);
    const detail = readDetail(settings.observe.detail, scope);
    const failed = readCondition("failed", settings.observe.failed, scope);
    if (failed.kind === "answer" && failed.holds) {
      return { kind: "failed", why: detail ?? `${settings.observe.failed.source} holds` };
    }
    if (answer.status < 200 || answer.status >= 300) {
      return { kind: "unknown", why: refusedBy("observe", answer, false).message };
    }
    const succeeded = readCondition("succeeded", settings.observe.succeeded, scope);
    for (const condition of [failed, succeeded]) {
      if (condition.kind === "unreadable") {
        return { kind: "unknown", why: `${name}: ${condition.why}` };
      }
    }
    return succeeded.kind === "answer" && succeeded.holds
      ? { kind: "succeeded", detail }
      : { kind: "running", detail: detail ?? "running" };
  }

  return {
    name,
    every: settings.observe.every,
    timeout: settings.observe.timeout,
    endsInStart: false,

    start: (input, retried, signal) => {
      const own = input.purpose === "rollback" ? settings.rollback : null;
      const which = own === null ? "start" : "rollback";
      const request = own ?? settings.start;
      return retried
        ? startAgain(which, request, input, signal)
        : begin(which, request, input, signal);
    },

    observe: async (input, handle, signal) => {
      const answer = await send("observe", settings.observe, input, { id: handle, signal });
      const { status } = answer;
      // These say nothing of the operation, whatever the expressions make of them.
      const blind = [401, 403, 429].includes(status) || status >= 500;
      if (blind) throw refusedBy("observe", answer, false);
      return judge(answer);
    },

    stop: async (input, handle, signal) => {
      if (settings.stop === null) {
        throw new AdapterError(`${name} has no \`stop\` request: stop it there`, {
          retryable: false,
        });
      }
      const answer = await send("stop", settings.stop, input, { id: handle, signal });
      // Gone, or ended already.
      if ([404, 409, 410].includes(answer.status)) return;
      if (answer.status < 200 || answer.status >= 300) throw refusedBy("stop", answer, false);
    },
  };
}
