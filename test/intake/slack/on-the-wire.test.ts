import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { actions } from "../../../src/cards/blocks/block.ts";
import {
  DETAILS_MODAL,
  type DetailsPosition,
  PAGE_BUTTONS,
  printPosition,
  REASON_BLOCK,
  REASON_INPUT,
} from "../../../src/cards/ids.ts";
import type { Outcome } from "../../../src/core/outcome.ts";
import { refusal } from "../../../src/core/refusal.ts";
import { createSlackAnswers } from "../../../src/effects/slack/answers.ts";
import type { Reply, ShownModal } from "../../../src/intake/slack/desk.ts";
import { postButtons, VALUE } from "../../support/cards-in-slack.ts";
import { deferred } from "../../support/deferred.ts";
import { ACCEPTED, aPerson } from "../../support/fake-desk.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { type SlackWire, startHttpWire, startSocketWire } from "../../support/slack-wire.ts";
import { ANA, BEN, GUEST } from "../../support/slack-workspace.ts";

/** A page of details that leads to the next one. */
function aPage(position: DetailsPosition): ShownModal {
  const [label, about] = [{ plain: "Next" }, { plain: `page ${position.page}` }];
  const next = { actionId: PAGE_BUTTONS.next, value: "next", style: null, label };
  return {
    type: "modal",
    callback_id: DETAILS_MODAL,
    private_metadata: printPosition(position),
    title: { type: "plain_text", text: "Release details" },
    close: { type: "plain_text", text: "Close" },
    blocks: [actions([{ ...next, accessibilityLabel: about }])],
  };
}

/** What a person does in Slack has the same result over HTTP and over Socket Mode. */
describe.each([
  { mode: "HTTP", start: startHttpWire as () => Promise<SlackWire> },
  { mode: "Socket Mode", start: startSocketWire as () => Promise<SlackWire> },
])("over $mode", ({ start }) => {
  let wire: SlackWire;
  let channel: string;

  beforeEach(async () => {
    wire = await start();
    channel = wire.slack.channelId("releases");
  });

  afterEach(() => wire.stop());

  function seenBy(user: string): readonly string[] {
    return wire.slack.onlyFor(user).map(({ text }) => text);
  }

  /** The same once more, a second later: signed anew, as Slack does. */
  async function again(): Promise<void> {
    await wire.clock.advance(1_000);
    await wire.slack.again();
  }

  /** Resolves when the person has been told something. */
  function told(user: string): Promise<string> {
    return new Promise((resolve) => {
      const stop = wire.slack.subscribe((change) => {
        if (change.kind !== "posted" || change.message.onlyFor !== user) return;
        stop();
        resolve(change.message.text);
      });
    });
  }

  describe("/release", () => {
    it("shows the desk's answer to the person who asked", async () => {
      const delivery = await wire.slack.command(ANA, channel, "model-pymk history");
      expect(wire.desk.queries).toEqual([
        { kind: "history", component: "model-pymk", before: null },
      ]);
      expect(delivery).toMatchObject({ status: 200, body: { response_type: "ephemeral" } });
      expect(seenBy(ANA)).toEqual(["the answer"]);
      expect(wire.slack.messages(channel)).toEqual([]);
    });

    it("dispatches a promotion under the person's name, with an id that tells repetitions", async () => {
      await wire.slack.command(ANA, channel, "model-pymk promote 2026.11.22-3 to production");
      await again();
      expect(wire.desk.dispatched).toEqual([
        {
          command: {
            type: "Promote",
            component: "model-pymk",
            release: "model-pymk@2026.11.22-3",
            environment: "production",
            person: aPerson(ANA),
            directory: { "@ml-leads": ["U0ANA"] },
          },
          ids: [expect.stringMatching(/^command:\d+\..+/)],
        },
      ]);
      expect(seenBy(ANA)).toEqual([
        "Recorded. The card shows what happens next.",
        "This was already recorded.",
      ]);
    });

    it("answers a refusal with its sentence, as plain text", async () => {
      wire.desk.outcomes = [
        {
          kind: "refused",
          refusal: refusal("frozen", "frozen by <!channel> until *Monday*"),
          release: null,
        },
      ];
      await wire.slack.command(ANA, channel, "model-pymk promote 1 to production");
      expect(wire.slack.onlyFor(ANA)).toMatchObject([
        {
          text: "frozen by &lt;!channel&gt; until *Monday*",
          blocks: [{ text: { type: "plain_text", text: "frozen by <!channel> until *Monday*" } }],
        },
      ]);
    });

    it("says at once that it works when the desk is slow, and answers later", async () => {
      const { promise, resolve } = deferred<Outcome>();
      wire.desk.outcomes = [promise];
      const delivery = wire.slack.command(ANA, channel, "model-pymk hold it is slow");
      await wire.clock.sleeperIn(2_000);
      await wire.clock.advance(2_000);
      await delivery;
      expect(seenBy(ANA)).toEqual(["Working on it…"]);
      const answer = told(ANA);
      resolve({ ...ACCEPTED, sentence: "model-pymk is held" });
      expect(await answer).toBe("model-pymk is held");
    });

    it("answers later by another way when the response address is gone", async () => {
      const { promise, resolve } = deferred<Outcome>();
      wire.desk.outcomes = [promise];
      const delivery = wire.slack.command(ANA, channel, "model-pymk hold it is slow");
      await wire.clock.sleeperIn(2_000);
      await wire.clock.advance(2_000);
      await delivery;
      wire.slack.expireResponseUrls();
      const answer = told(ANA);
      resolve({ ...ACCEPTED, sentence: "model-pymk is held" });
      expect(await answer).toBe("model-pymk is held");
      await expect
        .poll(() => wire.slack.calls.map(({ method }) => method))
        .toContain("chat.postEphemeral");
    });
  });

  describe("a click", () => {
    it("on Approve carries what the card showed, and is answered by the card", async () => {
      const ts = await postButtons(wire.slack, channel, [{ action: "approve" }]);
      await wire.slack.click(ANA, channel, ts, "approve");
      await expect.poll(() => wire.desk.dispatched).toHaveLength(1);
      expect(wire.desk.dispatched).toEqual([
        {
          command: {
            type: "Approve",
            component: "model-pymk",
            release: "model-pymk@2026.11.22-3",
            environment: "production",
            digest: "0123456789abcdef",
            person: aPerson(ANA),
            directory: { "@ml-leads": ["U0ANA"] },
          },
          ids: [expect.stringMatching(/^click:T000000001:U0ANA:\d+\.\d+:release\.approve$/)],
        },
      ]);
      expect(seenBy(ANA)).toEqual([]);
    });

    it("delivered twice changes nothing the second time", async () => {
      const ts = await postButtons(wire.slack, channel, [{ action: "approve" }]);
      await wire.slack.click(ANA, channel, ts, "approve");
      await expect.poll(() => wire.desk.dispatched).toHaveLength(1);
      await again();
      const other = told(BEN);
      wire.desk.outcomes = [{ ...ACCEPTED, sentence: "marker" }];
      await wire.slack.click(BEN, channel, ts, "approve");
      await other;
      expect(
        wire.desk.dispatched.map(({ command }) => "person" in command && command.person.id),
      ).toEqual([ANA, BEN]);
      expect(seenBy(ANA)).toEqual([]);
    });

    it("that is refused is answered to the one who clicked", async () => {
      const ts = await postButtons(wire.slack, channel, [{ action: "promote" }]);
      wire.desk.outcomes = [
        { kind: "refused", refusal: refusal("already_decided", "ana was first"), release: null },
      ];
      const answer = told(BEN);
      await wire.slack.click(BEN, channel, ts, "promote");
      expect(await answer).toBe("ana was first");
      expect(wire.slack.messages(channel)).toHaveLength(1);
    });

    it("on a button nobody knows is answered, and changes nothing", async () => {
      const ts = await postButtons(wire.slack, channel, [{ action: "release.teleport" }]);
      const answer = told(ANA);
      const { status } = await wire.slack.click(ANA, channel, ts, "release.teleport");
      expect(status).toBe(200);
      expect(await answer).toContain("This button belongs to another version of the card");
      expect(wire.desk.dispatched).toEqual([]);
    });

    it("on Details opens the modal first and fills it then", async () => {
      const ts = await postButtons(wire.slack, channel, [{ action: "details" }]);
      const { promise, resolve } = deferred<Reply>();
      wire.desk.reply = promise;
      await wire.slack.click(ANA, channel, ts, "details");
      await expect.poll(() => wire.slack.openViews(ANA)).toHaveLength(1);
      expect(JSON.stringify(wire.slack.openViews(ANA))).toContain("Loading…");
      await expect.poll(() => wire.desk.pages).toHaveLength(1);
      resolve({ text: "all of it", blocks: [] });
      await expect.poll(() => JSON.stringify(wire.slack.openViews(ANA))).not.toContain("Loading…");
      const { component, version } = VALUE;
      expect(wire.desk.pages).toEqual([{ component, version, page: 1, seen: null }]);
    });

    it("on Next turns the page of a modal, once however often it is clicked at the same time", async () => {
      const ts = await postButtons(wire.slack, channel, [{ action: "details" }]);
      const position = { component: VALUE.component, version: VALUE.version, seen: null };
      wire.desk.details = async (asked) => {
        wire.desk.pages.push(asked);
        return aPage({ ...position, page: asked.page });
      };
      await wire.slack.click(GUEST, channel, ts, "details");
      const shown = () => JSON.stringify(wire.slack.openViews(GUEST));
      await expect.poll(shown).toContain("page 1");
      const [view] = wire.slack.openViews(GUEST);
      await wire.slack.clickIn(GUEST, view?.id ?? "", "Next");
      await expect.poll(shown).toContain("page 2");
      // Slack's word for a modal that shows something else by now.
      const { id = "", hash = "" } = view ?? {};
      const stale = createSlackAnswers(clientOf(wire.slack)).updateModal(
        id,
        aPage({ ...position, page: 9 }),
        hash,
      );
      await expect(stale).rejects.toThrow("hash_conflict");
      expect(shown()).toContain("page 2");
    });
  });

  describe("a modal", () => {
    async function openReject(): Promise<string> {
      const ts = await postButtons(wire.slack, channel, [{ action: "reject" }]);
      await wire.slack.click(ANA, channel, ts, "reject");
      await expect.poll(() => wire.slack.openViews(ANA)).toHaveLength(1);
      return wire.slack.openViews(ANA)[0]?.id ?? "";
    }

    function submit(view: string, reason: string) {
      return wire.slack.submit(ANA, view, { [REASON_BLOCK]: { [REASON_INPUT]: reason } });
    }

    it("without a reason stays open and says what it wants", async () => {
      const view = await openReject();
      const { body } = await submit(view, "   ");
      expect(body).toEqual({
        response_action: "errors",
        errors: { [REASON_BLOCK]: expect.stringContaining("Say why") },
      });
      expect(wire.slack.openViews(ANA)).toHaveLength(1);
      expect(wire.desk.dispatched).toEqual([]);
    });

    it("with a reason dispatches it and closes", async () => {
      const view = await openReject();
      await submit(view, "");
      await submit(view, "  worse for BR ");
      expect(wire.desk.dispatched).toEqual([
        {
          command: {
            type: "Reject",
            component: "model-pymk",
            release: "model-pymk@2026.11.22-3",
            environment: "production",
            reason: "worse for BR",
            person: aPerson(ANA),
            directory: { "@ml-leads": ["U0ANA"] },
          },
          ids: [`view:${view}`],
        },
      ]);
      expect(wire.slack.openViews(ANA)).toEqual([]);
    });

    it("that is refused shows the sentence in its place, without a button to send it again", async () => {
      const view = await openReject();
      wire.desk.outcomes = [
        { kind: "refused", refusal: refusal("already_decided", "ben was first"), release: null },
      ];
      await submit(view, "worse");
      const [shown] = wire.slack.openViews(ANA);
      expect(JSON.stringify(shown?.view.blocks)).toContain("ben was first");
      expect(shown?.view.submit ?? null).toBeNull();
    });

    it("whose desk is slow says that it works, then what came of it", async () => {
      const view = await openReject();
      const { promise, resolve } = deferred<Outcome>();
      wire.desk.outcomes = [promise];
      const delivery = submit(view, "worse");
      await wire.clock.sleeperIn(2_000);
      await wire.clock.advance(2_000);
      await delivery;
      expect(JSON.stringify(wire.slack.openViews(ANA))).toContain("Working on it…");
      resolve({ ...ACCEPTED, sentence: "rejected" });
      await expect.poll(() => JSON.stringify(wire.slack.openViews(ANA))).toContain("rejected");
    });

    it("closed before its slow answer came: the person is told directly", async () => {
      const view = await openReject();
      const { promise, resolve } = deferred<Outcome>();
      wire.desk.outcomes = [promise];
      const delivery = submit(view, "worse");
      await wire.clock.sleeperIn(2_000);
      await wire.clock.advance(2_000);
      await delivery;
      wire.slack.closeView(view);
      resolve({ ...ACCEPTED, sentence: "rejected" });
      await expect
        .poll(() => wire.slack.directMessages(ANA).map(({ text }) => text))
        .toEqual(["rejected"]);
    });
  });

  it("hears that user groups have changed", async () => {
    await wire.slack.event({ type: "subteam_members_changed", subteam_id: "S0SRE" });
    await expect.poll(() => wire.groupsChanged()).toBe(1);
  });
});
