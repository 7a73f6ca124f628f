import { drawAlert } from "../../src/cards/alert-card.ts";
import { drawDetails, drawPendingDetails } from "../../src/cards/details-modal.ts";
import { drawDigest } from "../../src/cards/digest.ts";
import { drawHelp } from "../../src/cards/help.ts";
import { drawHistory } from "../../src/cards/history.ts";
import { REASON_MODALS, type ReasonKind } from "../../src/cards/ids.ts";
import type { Block } from "../../src/cards/message.ts";
import { drawOverview } from "../../src/cards/overview.ts";
import { drawReasonModal } from "../../src/cards/reason-modal.ts";
import { drawRefusal } from "../../src/cards/refusal-message.ts";
import { drawReleaseCard } from "../../src/cards/release-card.ts";
import { drawThread } from "../../src/cards/thread-lines.ts";
import type { ReleaseView } from "../../src/cards/view.ts";
import { plainMessage } from "../../src/shared/plain-message.ts";
import {
  aBuild,
  aCommit,
  aComponentPolicy,
  aComponentState,
  aDataset,
  aFact,
  aFreeze,
  aGateJudgement,
  aGateResult,
  aHold,
  aNotes,
  anApproval,
  anAssessment,
  anIncident,
  aPromotion,
  aRelease,
  NOW,
} from "./builders.ts";

/** Blocks of one message or modal of the product, by what it is. */
export type Drawn = readonly [what: string, blocks: readonly Block[]];

/** Everything that the product shows in Slack, with a text in every place that somebody else fills. */
export function everythingShown(text: string): readonly Drawn[] {
  const view = viewOf(text);
  const { state, release, policy } = view;
  const [promotion = aPromotion()] = release.promotions;
  const components = [{ state, policy: policy ?? aComponentPolicy() }];
  const freeze = aFreeze({ reason: text });
  const told = [{ kind: "person" as const, id: "U0ANA" }];
  const fact = aFact({ type: "ReleaseRejected" as const, release: release.id, reason: text });
  const value = { component: text, version: text, environment: text, digest: text };
  return [
    ["card", drawReleaseCard(view).blocks],
    ["announcement", drawAlert({ ...view, promotion, told }).blocks],
    [
      "thread",
      drawThread({ state, release, policy, lines: [{ fact }], broadcast: true, mentions: told })
        ?.blocks ?? [],
    ],
    ["overview", drawOverview({ components, freeze, now: NOW }).blocks],
    ["digest", drawDigest({ components, freeze, since: 0, now: NOW }).blocks],
    [
      "history",
      drawHistory({ state, policy, releases: [release], older: text, charts: [], now: NOW }).blocks,
    ],
    ["help", drawHelp().blocks],
    ["refusal", drawRefusal({ code: "held", sentence: text }).blocks],
    ["answer", plainMessage(text).blocks],
    ["details", drawDetails(view).blocks],
    ["details to come", drawPendingDetails(value).blocks],
    ...(Object.keys(REASON_MODALS) as ReasonKind[]).map(
      (kind): Drawn => [`reason to ${kind}`, drawReasonModal(kind, value).blocks],
    ),
  ];
}

function viewOf(text: string): ReleaseView {
  const by = { kind: "person", id: "U0ANA", name: text } as const;
  const assessment = anAssessment({ check: text, sentence: text, query: text, condition: text });
  const promotion = aPromotion({
    environment: text,
    state: { kind: "failed", at: NOW, why: text, known: true },
    approvals: [anApproval({ by })],
    incident: anIncident({ sentence: text, checks: [assessment] }),
    overridden: { by, at: NOW, reason: text },
  });
  const release = aRelease({
    version: text,
    promotions: [promotion],
    gates: {
      [text]: aGateJudgement({
        environment: text,
        results: [aGateResult({ name: text, sentence: text, verdict: "fail" })],
      }),
    },
    notes: aNotes({ commits: [{ sha: text, subject: text, author: text }], problem: text }),
    build: aBuild({
      notes: text,
      datasets: [aDataset({ name: text, version: text })],
      commit: aCommit({ subject: text, author: text, repository: text, branch: text }),
      artifact: { uri: text, digest: text },
      run: { id: text, attempt: 1, url: "https://ci.example/?a=1&b=2" },
    }),
  });
  return {
    release,
    state: aComponentState({
      component: text,
      releases: [release],
      holds: [aHold({ environment: text, reason: text, by })],
    }),
    policy: aComponentPolicy({ name: text }),
    directory: { "@ml-leads": ["U0ANA"] },
    excluded: [],
    offers: (["approve", "reject", "promote", "rollback", "stop"] as const).map((kind) =>
      kind === "approve" ? { kind, environment: text, digest: text } : { kind, environment: text },
    ),
    freeze: aFreeze({ reason: text, by }),
    relations: {
      needs: [
        {
          component: text,
          range: text,
          places: [{ environment: text, found: text, met: false }],
        },
      ],
      neededBy: [
        {
          component: text,
          range: text,
          satisfied: false,
          places: [{ environment: text, version: text }],
        },
      ],
    },
    now: NOW,
  };
}
