import type { Policy } from "../core/policy.ts";
import type { Clock } from "../shared/clock.ts";
import { ConfigError, errorText } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import type { Configuration } from "./configuration.ts";
import type { Environment } from "./environment.ts";
import { type ConfigReaders, loadConfiguration } from "./policy-file.ts";
import type { WatchFolder } from "./watch-folder.ts";
import { watchedFolders } from "./watched-folders.ts";

/** The configuration in force. It is replaced whole, or not at all. */
export interface PolicyStore {
  current(): Configuration;
  policy(): Policy;
  /** Reads the files again, changed or not: for SIGHUP. */
  reload(): void;
  /** Tells of every new configuration. Returns how to stop that. */
  onChange(callback: (configuration: Configuration) => void): () => void;
  /** Why the files, as they are now, are not in force; null: they are. For the detail of /readyz. */
  lastProblem(): string | null;
  /** Begins to watch the files. */
  start(): void;
  stop(): void;
}

export interface PolicyStoreRequest {
  readonly path: string;
  readonly environment: Environment;
  readonly readers: ConfigReaders;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly watchFolder: WatchFolder;
}

/** Saving a file, or swapping a folder, is several changes: they are read together after this long. */
export const SETTLING_TIME = 250;

/** @throws ConfigError when the configuration is not valid at the start */
export function createPolicyStore(request: PolicyStoreRequest): PolicyStore {
  return new Store(request);
}

class Store implements PolicyStore {
  readonly #request: PolicyStoreRequest;
  readonly #callbacks = new Set<(configuration: Configuration) => void>();
  #current: Configuration;
  /** Everything that was read at the last attempt, valid or not. */
  #read: Recorder;
  #problem: string | null = null;
  #watching: AbortController | null = null;
  #closers: readonly (() => void)[] = [];
  #settling = false;

  constructor(request: PolicyStoreRequest) {
    this.#request = request;
    const recorder = new Recorder(request.readers);
    this.#current = loadConfiguration(request.path, request.environment, recorder);
    this.#read = recorder;
    this.#warn();
  }

  current(): Configuration {
    return this.#current;
  }

  policy(): Policy {
    return this.#current.policy;
  }

  lastProblem(): string | null {
    return this.#problem;
  }

  onChange(callback: (configuration: Configuration) => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  reload(): void {
    this.#attempt("always");
  }

  start(): void {
    this.#watching ??= new AbortController();
    this.#watch();
    // What changed between the first reading and the first watching.
    this.#attempt("if changed");
  }

  stop(): void {
    this.#watching?.abort();
    this.#watching = null;
    for (const close of this.#closers) close();
    this.#closers = [];
  }

  #attempt(when: "always" | "if changed"): void {
    if (when === "if changed" && this.#read.isCurrent()) return;
    const { path, environment, readers, logger } = this.#request;
    const recorder = new Recorder(readers);
    let loaded: Configuration | ConfigError;
    try {
      loaded = loadConfiguration(path, environment, recorder);
    } catch (error) {
      loaded = error instanceof ConfigError ? error : new ConfigError([errorText(error)]);
    }
    this.#read = recorder;
    if (loaded instanceof ConfigError) {
      const [first = ""] = loaded.problems;
      const more = loaded.problems.length === 1 ? "" : ` (and ${loaded.problems.length - 1} more)`;
      this.#problem = `the configuration was refused, the one before stays: ${first}${more}`;
      logger.error({ problems: loaded.problems }, "configuration refused, the one before stays");
      return;
    }
    this.#current = loaded;
    this.#problem = null;
    logger.info({ components: Object.keys(loaded.policy.components) }, "configuration reloaded");
    this.#warn();
    for (const callback of this.#callbacks) this.#tell(callback, loaded);
  }

  #tell(callback: (configuration: Configuration) => void, configuration: Configuration): void {
    try {
      callback(configuration);
    } catch (error) {
      this.#request.logger.error({ err: error }, "a listener failed on the new configuration");
    }
  }

  #warn(): void {
    const { warnings } = this.#current;
    if (warnings.length > 0) this.#request.logger.warn({ warnings }, "configuration warnings");
  }

  /** Watches anew each time: a folder that was replaced is another folder under the same name. */
  #watch(): void {
    for (const close of this.#closers) close();
    this.#closers = watchedFolders(this.#request.path).flatMap((folder) => {
      try {
        return [
          this.#request.watchFolder(
            folder,
            () => void this.#changed(),
            (error) => this.#notWatched(folder, error),
          ),
        ];
      } catch (error) {
        this.#notWatched(folder, error);
        return [];
      }
    });
  }

  #notWatched(folder: string, error: unknown): void {
    const fields = { folder, reason: errorText(error) };
    this.#request.logger.warn(fields, "configuration folder is not watched; send SIGHUP to reload");
  }

  async #changed(): Promise<void> {
    const watching = this.#watching;
    if (watching === null || this.#settling) return;
    this.#settling = true;
    await this.#request.clock.sleep(SETTLING_TIME, watching.signal);
    this.#settling = false;
    if (watching.signal.aborted) return;
    this.#watch();
    this.#attempt("if changed");
  }
}

/** Remembers what was read, so that a change beside the configuration is not taken for one of it. */
class Recorder implements ConfigReaders {
  readonly #readers: ConfigReaders;
  readonly #reads: { readonly look: () => string; readonly seen: string }[] = [];

  constructor(readers: ConfigReaders) {
    this.#readers = readers;
  }

  readFile(path: string): string {
    const look = () => this.#readers.readFile(path);
    try {
      const content = look();
      this.#reads.push({ look, seen: content });
      return content;
    } catch (error) {
      this.#reads.push({ look, seen: failure(error) });
      throw error;
    }
  }

  listFolder(path: string): readonly string[] | null {
    const names = this.#readers.listFolder(path);
    this.#reads.push({
      look: () => configurationsOf(this.#readers.listFolder(path)),
      seen: configurationsOf(names),
    });
    return names;
  }

  /** Whether all that was read is still the same: then it would be read the same way again. */
  isCurrent(): boolean {
    return this.#reads.every(({ look, seen }) => {
      try {
        return look() === seen;
      } catch (error) {
        return failure(error) === seen;
      }
    });
  }
}

function failure(error: unknown): string {
  return `cannot be read: ${errorText(error)}`;
}

function configurationsOf(names: readonly string[] | null): string {
  return JSON.stringify(names?.filter((name) => /\.ya?ml$/.test(name)) ?? null);
}
