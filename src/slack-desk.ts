import type { AuditQuestion } from "./audit-answer.ts";
import { drawDetails, drawNoDetails, drawPendingDetails } from "./cards/details-modal.ts";
import { drawDiff } from "./cards/diff.ts";
import { drawFalseAlarmReplay } from "./cards/false-alarm-replay.ts";
import { drawHelp } from "./cards/help.ts";
import { drawHistory } from "./cards/history.ts";
import type { DetailsPosition } from "./cards/ids.ts";
import { drawLineage } from "./cards/lineage.ts";
import type { Message, Modal, ReadModal } from "./cards/message.ts";
import { drawOverview } from "./cards/overview.ts";
import { drawReasonModal } from "./cards/reason-modal.ts";
import { drawRefusal } from "./cards/refusal-message.ts";
import { drawReleaseCard } from "./cards/release-card.ts";
import { drawSimulation } from "./cards/simulation.ts";
import type { ComponentView } from "./cards/view.ts";
import { type Drawing, historyDrawing } from "./charts/drawing.ts";
import { historyPlots } from "./charts/history-plot.ts";
import type { Directory } from "./core/actor.ts";
import { type ComponentState, environmentState, findRelease } from "./core/component.ts";
import type { Dispatch } from "./core/outcome.ts";
import { authorsOf, principalsOf } from "./core/permission.ts";
import type { Policy } from "./core/policy.ts";
import { isNewer, type Release } from "./core/release.ts";
import { releaseId } from "./core/release-id.ts";
import { withOffers } from "./drawings.ts";
import type { ChartDesk } from "./effects/charts/chart-desk.ts";
import type { WatchLook } from "./effects/charts/watch-look.ts";
import { readRelations } from "./effects/read-relations.ts";
import type { ReplayFalseAlarm } from "./effects/replay/replay-false-alarm.ts";
import type { SlackAnswers } from "./effects/slack/answers.ts";
import type { SlackDirectory } from "./effects/slack/directory.ts";
import type { DrawnFrom } from "./effects/slack/message-handler.ts";
import { authorPrincipal } from "./effects/slack/principals.ts";
import type { StateReader } from "./effects/state-reader.ts";
import type { Desk, ModalRequest, Query } from "./intake/slack/desk.ts";
import type { Clock } from "./shared/clock.ts";
import { plainMessage } from "./shared/plain-message.ts";
import { simulateOn } from "./simulation.ts";
import type { StatsQuestion } from "./stats-answer.ts";
import { createWatchAnswer } from "./watch-answer.ts";

const HISTORY_PAGE = 20;

/** What people may ask to see beside the state. */
export interface Sights {
  /** Measures what is watched, for those who ask. */
  readonly look: WatchLook;
  readonly replayFalseAlarm: ReplayFalseAlarm;
  /** What is recorded of a component. */
  readonly audit: (question: AuditQuestion) => Promise<Message>;
  /** How often, how fast and how well releases were delivered. */
  readonly stats: (question: StatsQuestion) => Promise<Message>;
}

/** What Slack intake asks of the rest: who people are, what there is to see, and the modals. */
export function createDesk(
  ports: Sights & {
    readonly dispatch: Dispatch;
    readonly state: StateReader;
    readonly directory: SlackDirectory;
    readonly answers: SlackAnswers;
    readonly charts: ChartDesk;
    readonly clock: Clock;
  },
): Desk {
  const { state, directory, answers, charts, clock } = ports;
  const watch = createWatchAnswer(ports);

  async function resolve(component: string | null): Promise<Directory> {
    const policy = state.policy();
    const principals = principalsOf(policy, component ?? "");
    if (component === null) return directory.resolve(principals);
    const releases = Object.values((await state.component(component)).releases);
    const authors = [...new Set(releases.flatMap(authorsOf))];
    const people = await directory.resolve([...principals, ...authors.map(authorPrincipal)]);
    const named = authors.map((author) => [author, people[authorPrincipal(author)] ?? null]);
    return { ...people, ...Object.fromEntries(named) };
  }

  async function drawnFrom(component: string, release: Release): Promise<DrawnFrom> {
    const { version } = release;
    const [own, global, people, relations] = await Promise.all([
      state.component(component),
      state.global(),
      resolve(component),
      readRelations(state, { component, version }),
    ]);
    return {
      state: own,
      release,
      policy: state.policy().components[component] ?? null,
      directory: people,
      excluded: authorsOf(release).flatMap((author) => people[author] ?? []),
      freeze: global.freeze,
      relations,
      now: clock.now(),
    };
  }

  async function card(component: string): Promise<Message> {
    const newest = newestOf(await state.component(component));
    if (newest === undefined) return noSuchRelease(component, null);
    return drawReleaseCard(withOffers(await drawnFrom(component, newest)));
  }

  async function overview(): Promise<Message> {
    const components: ComponentView[] = await Promise.all(
      Object.values(state.policy().components).map(async (policy) => ({
        policy,
        state: await state.component(policy.name),
      })),
    );
    const { freeze } = await state.global();
    return drawOverview({ components, freeze, now: clock.now() });
  }

  async function history(component: string, before: string | null): Promise<Message> {
    const own = await state.component(component);
    const open = Object.values(own.releases).sort((a, b) => (isNewer(a, b) ? -1 : 1));
    const from = before === null ? 0 : open.findIndex(({ version }) => version === before) + 1;
    // A version that is not open any more is in the archive, and so is all that came before it.
    const recent = before !== null && from === 0 ? [] : open.slice(from, from + HISTORY_PAGE);
    const limit = HISTORY_PAGE - recent.length;
    const archived =
      limit === 0
        ? []
        : await state.archived(component, {
            before: recent.length === 0 && before !== null ? releaseId(component, before) : null,
            limit,
          });
    const known = new Set(open.map(({ id }) => id));
    const releases = [...recent, ...archived.filter(({ id }) => !known.has(id))];
    const last = releases.at(-1)?.version;
    return drawHistory({
      charts: before === null ? await charts.show(gateDrawings(own, releases)) : [],
      state: own,
      policy: state.policy().components[component] ?? null,
      releases,
      older:
        releases.length < HISTORY_PAGE || last === undefined
          ? null
          : `/release ${component} history before ${last}`,
      now: clock.now(),
    });
  }

  /** The numbers of the gates where users are. */
  function gateDrawings(own: ComponentState, releases: readonly Release[]): readonly Drawing[] {
    const { component } = own;
    const environment = state.policy().components[component]?.environments.at(-1)?.name;
    if (environment === undefined) return [];
    const { live } = environmentState(own, environment);
    return historyPlots({ component, environment, releases, live }).map(historyDrawing);
  }

  async function details({ component, version, ...asked }: DetailsPosition): Promise<ReadModal> {
    const release = await state.release(component, releaseId(component, version));
    if (release === null) return drawNoDetails(noSuchRelease(component, version));
    return drawDetails(withOffers(await drawnFrom(component, release)), asked);
  }

  /** null names the release that is live where users are, and then the newest. */
  async function named(component: string, version: string | null): Promise<Release | null> {
    if (version !== null) return state.release(component, releaseId(component, version));
    const own = await state.component(component);
    return liveOf(own, state.policy()) ?? newestOf(own) ?? null;
  }

  async function diff(asked: Extract<Query, { readonly kind: "diff" }>): Promise<Message> {
    const { component } = asked;
    const own = await state.component(component);
    const to = asked.to === null ? newestOf(own) : await named(component, asked.to);
    if (to === null || to === undefined) return noSuchRelease(component, asked.to);
    const live = liveOf(own, state.policy());
    const from = asked.from === null ? (live ?? null) : await named(component, asked.from);
    if (asked.from !== null && from === null) return noSuchRelease(component, asked.from);
    if (from?.id === to.id) {
      return plainMessage(
        `${component} ${to.version} is what it would be compared with: name two versions, as in /release ${component} diff OLDER NEWER.`,
      );
    }
    const environment = state.policy().components[component]?.environments.at(-1)?.name ?? null;
    return drawDiff({ component, from, to, environment });
  }

  async function lineage(component: string, version: string | null): Promise<Message> {
    const release = await named(component, version);
    if (release === null) return noSuchRelease(component, version);
    return drawLineage(withOffers(await drawnFrom(component, release)));
  }

  async function simulation(component: string, environment: string): Promise<Message> {
    const result = await simulateOn(state, {
      component,
      environment,
      build: null,
      directory: await resolve(component),
      now: clock.now(),
    });
    return result.kind === "refused"
      ? drawRefusal(result.refusal)
      : drawSimulation(result.simulation);
  }

  return {
    dispatch: ports.dispatch,
    policy: state.policy,
    proposals: async (alarm) => {
      const answer = await ports.replayFalseAlarm(alarm);
      return answer.kind === "replayed"
        ? answer.checks.flatMap(({ proposal }) => proposal ?? [])
        : [];
    },
    explain: drawRefusal,
    details,
    person: directory.person,
    directory: resolve,
    async ask(query: Query) {
      switch (query.kind) {
        case "help":
          return drawHelp();
        case "overview":
          return overview();
        case "card":
          return card(query.component);
        case "history":
          return history(query.component, query.before);
        case "diff":
          return diff(query);
        case "lineage":
          return lineage(query.component, query.version);
        case "watch":
          return watch(query);
        case "stats":
          return ports.stats(query);
        case "audit":
          return ports.audit(query);
        case "simulate":
          return simulation(query.component, query.environment);
        case "false-alarm":
          return {
            text: "False alarm",
            blocks: drawFalseAlarmReplay(await ports.replayFalseAlarm(query)),
          };
      }
    },
    async openModal(triggerId, request) {
      const opened = await answers.openModal(triggerId, modalFor(request));
      return {
        id: opened.id,
        show: (reply) => answers.updateModal(opened.id, filledModal(request, reply.blocks)),
      };
    },
  };
}

function modalFor({ kind, value }: ModalRequest): Modal {
  return kind === "details" ? drawPendingDetails(value) : drawReasonModal(kind, value);
}

/** What was looked up stands above the reason that a person may be writing already. */
function filledModal(request: ModalRequest, blocks: Modal["blocks"]): Modal {
  const modal = modalFor(request);
  return { ...modal, blocks: [...modal.blocks.slice(0, -1), ...blocks, ...modal.blocks.slice(-1)] };
}

function noSuchRelease(component: string, version: string | null): Message {
  return plainMessage(
    version === null
      ? `Nothing of ${component} has been built yet that Slipway has heard of.`
      : `There is no release ${version} of ${component}.`,
  );
}

/** What is live in the last environment, where users are. */
function liveOf(state: ComponentState, policy: Policy): Release | undefined {
  const last = policy.components[state.component]?.environments.at(-1)?.name;
  return last === undefined ? undefined : findRelease(state, environmentState(state, last).live);
}

function newestOf(state: ComponentState): Release | undefined {
  return Object.values(state.releases).reduce<Release | undefined>(
    (best, release) => (best === undefined || isNewer(release, best) ? release : best),
    undefined,
  );
}
