import type { JobBody } from "../core/job.ts";
import { componentStream, GLOBAL_STREAM, type StreamId } from "./ledger.ts";

/** The stream that a job belongs to: that of its component. */
export function streamOfJob(body: JobBody): StreamId {
  return "component" in body ? componentStream(body.component) : GLOBAL_STREAM;
}
