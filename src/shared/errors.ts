/** Something outside failed. `retryable` says whether the same call may succeed later. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again, where the other side said so. */
  readonly retryAfter: number | null;
  /** True when the request may have taken effect although no answer came. */
  readonly uncertain: boolean;

  constructor(
    message: string,
    options: {
      readonly retryable: boolean;
      readonly retryAfter?: number;
      readonly uncertain?: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable;
    this.retryAfter = options.retryAfter ?? null;
    this.uncertain = options.uncertain ?? false;
  }
}

/** The configuration or the environment is wrong: every problem, one a line. Nothing was started. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The text of any thrown value, for logs and for people. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The ledger took nothing, and may later. Who does not know the ledger goes by the name, as `Dispatch`
 * promises.
 */
export function isUnavailable(error: unknown): boolean {
  return error instanceof Error && error.name === "Unavailable";
}
