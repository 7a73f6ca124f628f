import type { Build } from "../../core/build.ts";
import type { JobBody } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import type { JobHandler } from "../job-handler.ts";
import { exponentialDelay } from "../retry-delay.ts";
import { createAskApi, sendWithin } from "./ask-api.ts";
import { type LookupReader, withGaps } from "./lookup-reader.ts";

/** As far as a look-up needs to know a source. */
export interface LookupSource {
  readonly id: string;
  readonly type: string;
  readonly api: { readonly url: string; readonly token: string | null } | null;
}

export interface LookupOptions {
  /** Read anew for every job: the configuration may change while it waits. */
  readonly sources: () => Readonly<Record<string, LookupSource>>;
  /** `owner/name` of a component; null: it names none. */
  readonly repositoryOf: (component: string) => string | null;
  readonly readers: Readonly<Record<string, LookupReader>>;
  readonly clock: Clock;
  readonly random: () => number;
}

type Body = Extract<JobBody, { kind: "lookup" }>;

const TIMEOUT: Milliseconds = 90_000;
/** With the delays below about three quarters of an hour, in which a run may also come to its end. */
const ATTEMPTS = 16;

/**
 * Asks a source's API for what its event did not say, and has the build decided on. Whatever the API answers,
 * the build is registered: what could not be had is a gap of it, which says what to do. The build is decided on in the commit
 * that ends the job.
 */
export function createLookupHandler(options: LookupOptions): JobHandler<"lookup"> {
  const { readers, clock } = options;

  async function complete({ component, build, lookup }: Body, signal: AbortSignal): Promise<Build> {
    const { source } = build;
    const sources = options.sources();
    const settings = Object.hasOwn(sources, source) ? sources[source] : undefined;
    if (settings === undefined) {
      return incomplete(build, `the configuration has no source ${source} any more`);
    }
    const reader = Object.hasOwn(readers, settings.type) ? readers[settings.type] : undefined;
    if (reader === undefined || settings.api === null) {
      return incomplete(build, `set sources.${source}.api to the address of the system`);
    }
    const { url, token } = settings.api;
    const ask = createAskApi({ source, url, token, clock, signal });
    const repository = options.repositoryOf(component);
    const send = sendWithin({ clock, signal });
    return reader.read({ build, lookup, repository, ask, url, token, send });
  }

  return {
    timeout: TIMEOUT,
    attempts: ATTEMPTS,
    retryDelay: exponentialDelay({ first: 2_000, longest: 300_000, random: options.random }),
    run: async (body, { signal }) => {
      const build = await complete(body, signal);
      const { component, part } = body;
      const command = { type: "RegisterBuild", component, build, ...partOf(part) } as const;
      return { kind: "done", command };
    },
    buried: ({ component, build, part }, error) => ({
      type: "RegisterBuild",
      component,
      ...partOf(part),
      build: incomplete(build, error),
    }),
  };
}

function partOf(part: string | undefined): { readonly part?: string } {
  return part === undefined ? {} : { part };
}

function incomplete(build: Build, why: string): Build {
  const what = `the rest of what ${build.source} knows of ${build.version}`;
  return withGaps(build, [{ what, why, blocks: true }]);
}
