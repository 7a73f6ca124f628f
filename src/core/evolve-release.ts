import type { Build } from "./build.ts";
import { moveCard, withCard } from "./card-place.ts";
import type { ComponentState } from "./component.ts";
import type { Fact, ReleaseEvent } from "./event.ts";
import type { Instant } from "./json.ts";
import type { Release, ReleaseStatus } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";

/** The state after something happened to a release. */
export function evolveRelease(
  state: ComponentState,
  { at, by, event }: Fact<ReleaseEvent>,
): ComponentState {
  switch (event.type) {
    case "ReleaseRegistered": {
      const release: Release = {
        id: event.release,
        version: event.build.version,
        sequence: event.sequence,
        registeredAt: at,
        builtAt: builtAt(event.build, at),
        build: event.build,
        revision: 1,
        status: statusOf(event.build),
        gates: {},
        promotions: [],
        notes: null,
        messages: {},
      };
      return { ...withRelease(state, release), sequence: event.sequence };
    }
    case "EvidenceRevised":
      return updateRelease(state, event.release, (release) => {
        const status = revisedStatus(release.status, event.build);
        const revised = {
          ...release,
          build: event.build,
          // It may have been built again, but it never gets older than what was decided on.
          builtAt: Math.max(release.builtAt, builtAt(event.build, release.registeredAt)),
          revision: event.revision,
          status,
        };
        // A build that failed may have shared a card with others; what can be promoted has one.
        return status.kind === "candidate"
          ? withCard(revised, `${release.id}/revision/${event.revision}`, at)
          : revised;
      });
    case "GatesJudged":
      return updateRelease(state, event.release, (release) => ({
        ...release,
        gates: { ...release.gates, [event.judgement.environment]: event.judgement },
      }));
    case "NotesWritten":
      return updateRelease(state, event.release, (release) => ({ ...release, notes: event.notes }));
    case "MessagePosted":
      return updateRelease(state, event.release, (release) => ({
        ...release,
        messages: {
          ...release.messages,
          [event.key]: { channel: event.channel, ts: event.ts },
        },
      }));
    case "CardMoved": {
      const [from, to] = [state.releases[event.from], state.releases[event.to]];
      if (from === undefined || to === undefined) return state;
      return moveCard(from, to).reduce(withRelease, state);
    }
    case "CardWithheld":
      return updateRelease(state, event.release, (release) => ({
        ...release,
        card: { kind: "withheld" },
      }));
    case "FailureCounted": {
      const { count, since } = event;
      return updateRelease(state, event.release, (release) => ({
        ...release,
        failures: { count, since },
      }));
    }
    case "ReleaseSuperseded":
      return withStatus(state, event.release, { kind: "superseded", by: event.supersededBy, at });
    case "ReleaseRejected":
      return withStatus(state, event.release, { kind: "rejected", by, at, reason: event.reason });
    case "ReleaseRetired": {
      const { [event.release]: _retired, ...releases } = state.releases;
      return { ...state, releases };
    }
    case "ReleaseRestored":
      return withRelease(state, event.release);
  }
}

export function updateRelease(
  state: ComponentState,
  id: ReleaseId,
  change: (release: Release) => Release,
): ComponentState {
  const release = state.releases[id];
  return release === undefined ? state : withRelease(state, change(release));
}

function withRelease(state: ComponentState, release: Release): ComponentState {
  return { ...state, releases: { ...state.releases, [release.id]: release } };
}

function withStatus(state: ComponentState, id: ReleaseId, status: ReleaseStatus): ComponentState {
  return updateRelease(state, id, (release) => ({ ...release, status }));
}

function builtAt(build: Build, heardOf: Instant): Instant {
  return Math.min(build.finishedAt ?? build.startedAt ?? heardOf, heardOf);
}

function statusOf(build: Build): ReleaseStatus {
  return build.outcome === "success"
    ? { kind: "candidate" }
    : { kind: "failed", outcome: build.outcome };
}

/** New evidence opens or closes a release by its outcome; what people decided stays decided. */
function revisedStatus(status: ReleaseStatus, build: Build): ReleaseStatus {
  switch (status.kind) {
    case "candidate":
    case "failed":
      return statusOf(build);
    case "superseded":
    case "rejected":
      return status;
  }
}
