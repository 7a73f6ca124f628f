import type { NewJob, Settlement } from "../../core/job.ts";
import type { PendingJob } from "./stream-document.ts";

export function freshJob(job: NewJob, order: number): PendingJob {
  return { job, order, due: job.runAt, attempts: 0, successor: null };
}

/**
 * What becomes of a job that has not ended when another one of its key is committed.
 * `order` is the place behind all jobs there are.
 */
export function joined(
  present: PendingJob,
  isClaimed: boolean,
  job: NewJob,
  order: number,
): PendingJob {
  return isClaimed
    ? { ...present, successor: { job, order: present.successor?.order ?? order } }
    : replaced(present, job, order);
}

export function tried(present: PendingJob): PendingJob {
  return { ...present, attempts: present.attempts + 1 };
}

/** What is left of a job when its claim was settled; null: nothing. */
export function settled(
  present: PendingJob,
  settlement: Settlement,
  order: number,
): PendingJob | null {
  const { job, successor } = present;
  switch (settlement.kind) {
    case "done":
    case "dead":
      if (successor === null) return null;
      return freshJob(successor.job, successor.job.lane === job.lane ? successor.order : order);
    case "later": {
      const again = { ...job, runAt: settlement.at, body: settlement.body ?? job.body };
      const back = { ...present, job: again, due: settlement.at, attempts: 0 };
      return successor === null ? back : replaced(back, successor.job, order);
    }
    case "retry": {
      const back = { ...present, job: { ...job, runAt: settlement.at } };
      return successor === null ? back : replaced(back, successor.job, order);
    }
  }
}

/** With the tries so far, which may have taken effect, and in its place; but a change of lane queues up. */
function replaced(present: PendingJob, job: NewJob, order: number): PendingJob {
  const place = job.lane === present.job.lane ? present.order : order;
  return { ...present, job, order: place, due: job.runAt, successor: null };
}
