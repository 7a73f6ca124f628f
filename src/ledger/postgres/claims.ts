import { z } from "zod";
import type { Claim, JobBody, JobKind } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { streamOfJob } from "../job-stream.ts";
import { Damaged, type DeadJob, type JobCounts, type StreamId } from "../ledger.ts";
import type { Database, Queries } from "./database.ts";
import type { SchemaGuard } from "./schema-guard.ts";
import { JOB_COLUMNS, type StoredJob, storedJobOf } from "./stored-job.ts";

/**
 * Leases, by the clock of the database: replicas whose clocks disagree still agree on who holds what.
 * `clock_timestamp()` stands without its schema, so that a test can put its own in front.
 */
const FREE = "(lease_until is null or lease_until <= clock_timestamp())";

/**
 * What several callers want, in one statement: a worker asks for each of its pools, and planning costs more
 * than looking. A job waits for every earlier one of its lane, whatever that one waits for.
 */
const CLAIM = `
  with due as (
    select wanted.caller, job.place
    from unnest($1::text[], $2::int[]) with ordinality as wanted (kinds, max, caller)
    cross join lateral (
      select place from slipway.jobs as job
      where kind = any(string_to_array(wanted.kinds, ',')) and run_at <= $3 and ${FREE}
        -- Nothing of newer processes, and nothing about what they have written.
        and ($6 >= (select newest_schema from slipway.ledger) or (job.schema <= $6 and not exists (
          select from slipway.streams where streams.schema > $6
            and streams.stream = coalesce('component/' || (job.body ->> 'component'), 'global'))))
        and (lane is null or not exists (
          select from slipway.jobs as earlier where earlier.lane = job.lane and earlier.place < job.place))
      order by run_at, place
      limit wanted.max
      for update skip locked
    ) as job
  )
  update slipway.jobs
  set token = gen_random_uuid(), holder = $5, attempts = attempts + 1,
      lease_until = clock_timestamp() + $4 * interval '1 millisecond'
  from due where jobs.place = due.place
  returning due.caller, ${JOB_COLUMNS.replace("place", "jobs.place")}`;

/** One caller of `claim`. */
interface Caller {
  readonly kinds: readonly JobKind[];
  readonly max: number;
  readonly resolve: (claims: readonly Claim[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The claims of one process on one database. */
export class Claims {
  readonly #database: Database;
  /** Which process holds a claim: only it gives claims back when it closes. */
  readonly #holder: string;
  /** Those who have asked in this turn, by the lease and the time that they ask for. */
  readonly #asking = new Map<string, Caller[]>();
  readonly #guard: SchemaGuard;

  constructor(database: Database, holder: string, guard: SchemaGuard) {
    this.#guard = guard;
    this.#database = database;
    this.#holder = holder;
  }

  /** Those who ask in the same turn are answered together. */
  claim(
    kinds: readonly JobKind[],
    max: number,
    lease: Milliseconds,
    now: Instant,
  ): Promise<readonly Claim[]> {
    return new Promise((resolve, reject) => {
      const caller: Caller = { kinds, max, resolve, reject };
      const together = `${lease} ${now}`;
      const others = this.#asking.get(together);
      if (others !== undefined) {
        others.push(caller);
        return;
      }
      this.#asking.set(together, [caller]);
      queueMicrotask(() => {
        const callers = this.#asking.get(together) ?? [];
        this.#asking.delete(together);
        void this.#answer(callers, lease, now);
      });
    });
  }

  async #answer(callers: readonly Caller[], lease: Milliseconds, now: Instant): Promise<void> {
    try {
      const rows = await this.#database.write(CLAIM, [
        callers.map(({ kinds }) => kinds.join(",")),
        callers.map(({ max }) => max),
        now,
        lease,
        this.#holder,
        this.#guard.known,
      ]);
      const claimed = rows.map((row) => ({ caller: Number(row.caller), job: storedJobOf(row) }));
      for (const [index, { resolve }] of callers.entries()) {
        const own = claimed.filter(({ caller }) => caller === index + 1);
        resolve(claimsOf(own.map(({ job }) => job)));
      }
    } catch (error) {
      for (const { reject } of callers) reject(error);
    }
  }

  async extend({ key, token }: Claim, lease: Milliseconds): Promise<boolean> {
    const rows = await this.#database.write(
      `update slipway.jobs set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
       where key = $1 and token::text = $2 returning place`,
      [key, token, lease],
    );
    return rows.length > 0;
  }

  /** What this process holds becomes free, and its tries count. */
  async giveBack(): Promise<void> {
    await this.#database.write(
      `update slipway.jobs set token = null, lease_until = null
       where place in (select place from slipway.jobs where holder = $1 and token is not null for update skip locked)`,
      [this.#holder],
    );
  }

  async counts(now: Instant): Promise<JobCounts> {
    const [row] = await this.#database.read(
      `select count(*) filter (where ${FREE} and run_at <= $1) as ready,
              count(*) filter (where ${FREE} and run_at > $1) as waiting,
              count(*) filter (where not ${FREE}) as claimed,
              min(run_at) filter (where ${FREE} and run_at <= $1) as oldest,
              (select count(*) from slipway.dead_jobs) as dead
       from slipway.jobs`,
      [now],
    );
    const { oldest, ...counts } = countsRow.parse(row);
    return { ...counts, oldestReady: oldest };
  }

  async pending(stream: StreamId, key: string): Promise<JobBody | null> {
    const [row] = await this.#database.read(
      `select ${JOB_COLUMNS} from slipway.jobs where key = $1`,
      [key],
    );
    if (row === undefined) return null;
    const { body } = storedJobOf(row).job;
    return streamOfJob(body) === stream ? body : null;
  }

  async dead(): Promise<readonly DeadJob[]> {
    return deadJobsIn((sql) => this.#database.read(sql));
  }
}

/** In the order of their burial. */
export async function deadJobsIn(rows: Queries["rows"]): Promise<readonly DeadJob[]> {
  const found = await rows(
    "select key, kind, stream, attempts, error, at from slipway.dead_jobs order by burial",
  );
  return found.map((row) => deadRow.parse(row));
}

function claimsOf(jobs: readonly StoredJob[]): readonly Claim[] {
  return jobs
    .toSorted((a, b) => a.job.runAt - b.job.runAt || a.place - b.place)
    .map(({ job, token, attempts, due }) => {
      if (token === null) throw new Damaged(`the claim of ${job.key} has no token`);
      return { token, key: job.key, body: job.body, attempt: attempts, due };
    });
}

const countsRow = z.object({
  ready: z.coerce.number(),
  waiting: z.coerce.number(),
  claimed: z.coerce.number(),
  dead: z.coerce.number(),
  oldest: z.number().nullable(),
});

const deadRow = z.object({
  key: z.string(),
  kind: z.custom<JobKind>((value) => typeof value === "string"),
  stream: z.string(),
  attempts: z.number(),
  error: z.string(),
  at: z.number(),
});
