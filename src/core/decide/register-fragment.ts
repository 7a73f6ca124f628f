import { buildOfRun } from "../build-of-run.ts";
import type { RegisterFragment } from "../command.ts";
import type { Decision } from "../decision.ts";
import { utc } from "../describe.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { canonicalJson, type Json } from "../json.ts";
import { mergeFragment, sizeOf } from "../merge-fragment.ts";
import { refusal } from "../refusal.ts";
import { releaseId } from "../release-id.ts";
import { type RunRecord, runKey } from "../run-record.ts";
import { reportBuild } from "./report-build.ts";

/** Runs of a component of which something is kept at once. */
const MOST_RUNS = 50;
/** All of them together, in UTF-16 units of their JSON. */
const LARGEST_RUNS = 1024 * 1024;
const LONGEST = 7 * 24 * 60 * 60 * 1000;

/**
 * One event of a run. They are put together, in whatever order they come, and the one that says how the run
 * ended makes the release; what comes after that revises its evidence. The same event again changes nothing.
 */
export function registerFragment(
  draft: Draft,
  { component, fragment, part = fragment.source }: RegisterFragment,
): Decision {
  if (draft.policy === undefined) {
    return refused(draft, refusal("unknown_component", `no component ${component} is configured`));
  }
  const { now, sha256 } = draft.context;
  const key = runKey(fragment.source, fragment.run.id);
  const before = runOf(draft, key);
  const after = mergeFragment(before, fragment, now);
  if (before !== undefined && isSame(before, after)) {
    // Told again at another time, it is kept: it outweighs what was said of the same between the two.
    if (!isSaidThen(before, after)) draft.emit({ type: "RunReported", run: key, fragment });
    const { madeVersion } = before;
    // Where several reports are joined, the version need not be the run's.
    const hasRelease = madeVersion !== null && draft.policy.join === null;
    const about = hasRelease ? { release: releaseId(component, madeVersion) } : {};
    return { ...accepted(draft, about), isKnown: true };
  }
  draft.emit({ type: "RunReported", run: key, fragment });
  const build = buildOfRun(after, sha256);
  if (build === null) {
    forgetRuns(draft, key, after);
    return accepted(draft);
  }
  if (after.madeVersion === null) {
    draft.emit({ type: "RunEnded", run: key, version: build.version });
  }
  forgetRuns(draft, key, after);
  const earlier = before === undefined ? null : buildOfRun(before, sha256);
  const decision = reportBuild(draft, { build, part, earlier });
  // What is refused is not kept either: the same event would be a duplicate from then on.
  return decision.refusal === null ? decision : { ...decision, events: [] };
}

function runOf(draft: Draft, key: string): RunRecord | undefined {
  const runs = draft.state().runs ?? {};
  return Object.hasOwn(runs, key) ? runs[key] : undefined;
}

/** Whether both say the same, whenever it was said. */
function isSame(a: RunRecord, b: RunRecord): boolean {
  const comparable = ({ startedAt, finishedAt, ...record }: RunRecord) =>
    canonicalJson(
      withoutTimes({
        ...record,
        heardOf: 0,
        startedAt: startedAt === null,
        finishedAt: finishedAt === null,
      }),
    );
  return comparable(a) === comparable(b);
}

function isSaidThen(a: RunRecord, b: RunRecord): boolean {
  const comparable = (record: RunRecord) =>
    canonicalJson({ ...record, heardOf: 0 } as unknown as Json);
  return comparable(a) === comparable(b);
}

/** Without the `at` of each `Said`. A metric may be called `at` too: it is one of a `Said`, and no number. */
function withoutTimes(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) =>
      key === "at" && typeof member === "number" ? undefined : member,
    ),
  );
}

/** What is kept of runs stays small: those that made their release go first, then what was not heard of for longest. */
function forgetRuns(draft: Draft, present: string, record: RunRecord): void {
  const { now } = draft.context;
  const others = Object.entries({ ...draft.state().runs })
    .filter(([key]) => key !== present)
    .sort(([, a], [, b]) => Number(isOpen(b)) - Number(isOpen(a)) || b.heardOf - a.heardOf);
  let size = sizeOf(record);
  for (const [position, [run, other]] of others.entries()) {
    size += sizeOf(other);
    const why =
      now - other.heardOf > LONGEST
        ? `nothing was heard of it since ${utc(other.heardOf)}`
        : position + 2 > MOST_RUNS
          ? `more than ${MOST_RUNS} runs are open or have just ended`
          : size > LARGEST_RUNS
            ? "the runs of this component reported more than is kept"
            : null;
    if (why !== null) draft.emit({ type: "RunForgotten", run, why });
  }
}

function isOpen({ madeVersion }: RunRecord): boolean {
  return madeVersion === null;
}
