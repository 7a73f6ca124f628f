import assert from "node:assert/strict";
import type { Alert } from "../../src/core/alert.ts";
import type { Build } from "../../src/core/build.ts";

/** What every alert must be, whatever was sent. */
export function assertSoundAlert(alert: Alert): void {
  assert.ok(
    Number.isFinite(alert.startsAt) && (alert.endsAt === null || alert.endsAt >= alert.startsAt),
  );
  if (alert.url !== null) assert.match(alert.url, /^https?:/i);
  assert.ok((alert.summary?.length ?? 1) > 0 && alert.name !== "");
  assert.doesNotMatch(JSON.stringify(alert), /\\u0000|\\ud[89a-f]/);
}

/** What every build must be, whatever was sent. */
export function assertSound(build: Build): void {
  assert.match(build.version, /^\S{1,128}$/u);
  assert.ok(["success", "failure", "cancelled", "error"].includes(build.outcome));
  const numbers = [build.metrics, ...Object.values(build.slices)].flatMap((metrics) =>
    Object.values(metrics),
  );
  const times = [build.startedAt, build.finishedAt].filter((time) => time !== null);
  assert.ok([...numbers, ...times].every(Number.isFinite));
  if (build.artifact?.digest) assert.match(build.artifact.digest, /^sha256:[0-9a-f]{64}$/);
  if (build.commit?.sha) assert.match(build.commit.sha, /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
  if (build.run?.url) assert.match(build.run.url, /^https?:/i);
  assertStorable(build);
}

/** Neither PostgreSQL nor Slack can hold these. */
export function assertStorable(value: object): void {
  assert.doesNotMatch(JSON.stringify(value), /\\u0000|\\ud[89a-f]/);
}
