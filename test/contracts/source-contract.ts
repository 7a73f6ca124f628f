import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBuildInbox } from "../../src/build-inbox.ts";
import { createBurst } from "../../src/burst.ts";
import { createDispatcher } from "../../src/dispatcher.ts";
import type { HookOutcome } from "../../src/intake/answer.ts";
import { SOURCE_ADAPTERS, type SourceAdapters } from "../../src/intake/sources/registry.ts";
import type { ParsedEvent, SourceSettings } from "../../src/intake/sources/source.ts";
import { componentStream } from "../../src/ledger/ledger.ts";
import { openMemoryLedger } from "../../src/ledger/memory-ledger.ts";
import { createLookupInbox } from "../../src/lookup-inbox.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { byName, intakeRule } from "../support/intake-policy.ts";
import { receive, testHooks } from "../support/intake-server.ts";
import { mutations } from "../support/mutations.ts";
import { aComponent, aPolicy } from "../support/policies.ts";
import { NOW, type SignedPost } from "../support/signed-request.ts";
import { assertSound, assertSoundAlert, assertStorable } from "../support/sound-build.ts";
import { bringUnderWatch, labelMatch, watchedFor } from "../support/watched-release.ts";

const RUNS = 10_000;
const HOUR = 3_600_000;

/** How a request is made of a body: as the system itself makes it. */
export interface Signing {
  /** What the system would call this delivery, where it sends such a thing. */
  readonly delivery: string;
  /** The secret or token to use. */
  readonly credential: string;
  /** When it is sent. */
  readonly at: number;
}

export interface SourceContract {
  /** The `type` of the configuration. */
  readonly type: string;
  /** With at least one credential. */
  readonly settings: SourceSettings;
  /** The credential of `settings` that `sign` is called with. */
  readonly credential: string;
  /** A second one, valid beside the first while it changes; of the same kind. */
  readonly nextCredential: string;
  /** The settings with these credentials instead. */
  readonly rotate: (credentials: readonly string[]) => SourceSettings;
  readonly sign: (body: Buffer, signing: Signing) => SignedPost;
  /** The request without its credential. */
  readonly unsigned: (post: SignedPost) => SignedPost;
  /** The system signs a time, so that a repetition long afterwards is refused. */
  readonly signsTime: boolean;
  /** Labels that a watch wants of alerts, where the events are alerts: a release is being watched. */
  readonly alerts?: Readonly<Record<string, string>>;
  /** How the rules of a component name what the good event is about. */
  readonly rule: Parameters<typeof intakeRule>[0];
  readonly repository: string | null;
  /** Bodies of a good event, each with what it comes to. */
  readonly good: readonly {
    readonly name: string;
    readonly body: Buffer;
    readonly kind: ParsedEvent["kind"];
  }[];
  /**
   * A good event told again: other bytes, and whatever else of it is of the delivery and not of the fact, such
   * as an id of the event, or when it was sent.
   */
  readonly again: (body: Buffer) => Buffer;
  /** A good event, with a right credential, of somebody whom the settings do not list or nobody asks for. */
  readonly foreign: Buffer;
  /** What the good event of a foreign one is answered. */
  readonly foreignOutcome?: HookOutcome;
  /** Where its adapter needs more than what is sent: the adapters for these settings. */
  readonly adapters?: (settings: SourceSettings) => SourceAdapters;
  /** All fixtures, for the mutations. */
  readonly fixtures: readonly { readonly name: string; readonly body: Buffer }[];
}

const COMPONENT = "component-under-test";

/** What every source must do, whatever system it is. */
export function sourceContract(contract: SourceContract): void {
  const { settings, sign, credential, good, adapters = () => SOURCE_ADAPTERS } = contract;
  const signing: Signing = { delivery: "delivery-1", credential, at: NOW };

  const component = aComponent({
    name: COMPONENT,
    repository: contract.repository,
    intake: [intakeRule({ source: settings.id, ...contract.rule })],
    ...(contract.alerts === undefined
      ? {}
      : watchedFor([{ source: settings.id, match: labelMatch(contract.alerts) }])),
  });

  /** Intake in front of the real decisions, and the ledger in memory. */
  async function hooks(source: SourceSettings = settings) {
    const clock = createFakeClock(NOW - HOUR);
    const ledger = openMemoryLedger({ clock });
    const policy = aPolicy(component);
    const { dispatch } = createDispatcher({
      ledger,
      policy: () => policy,
      clock,
      onChange: () => undefined,
    });
    const intake = testHooks({
      hooks: {
        adapters: adapters(source),
        sources: () => ({ [source.id]: source }),
        components: () => policy.components,
        register: createBuildInbox({ ledger, dispatch, clock, burst: createBurst(clock) }),
        lookUp: createLookupInbox({ ledger, clock }),
        dispatch,
        clock,
      },
    });
    const commits = async () => (await ledger.versions()).get(componentStream(COMPONENT)) ?? 0;
    const jobs = async () => {
      const { ready, waiting } = await ledger.jobs(NOW);
      return ready + waiting;
    };
    if (contract.alerts !== undefined) await bringUnderWatch(dispatch, COMPONENT);
    await clock.advance(HOUR);
    const before = (await commits()) + (await jobs());
    return {
      ...intake,
      clock,
      recorded: async () => (await commits()) + (await jobs()) - before,
      /** What has come of it so far. */
      releases: async () => {
        const { state } = await ledger.load(componentStream(COMPONENT));
        return state !== null && "releases" in state ? state.releases : {};
      },
    };
  }

  /** Intake in front of nothing but a list. */
  function listingHooks() {
    const intake = testHooks({
      hooks: {
        adapters: adapters(settings),
        sources: () => ({ [settings.id]: settings }),
        components: () => byName(component),
      },
    });
    intake.logger.level = "silent";
    return intake;
  }

  const first = () => {
    const [event] = good;
    if (event === undefined) throw new Error("the contract has no good event");
    return event.body;
  };

  describe(`a source of type ${contract.type}`, () => {
    it("is registered", () => {
      expect(Object.keys(adapters(settings))).toContain(contract.type);
      expect(settings.type).toBe(contract.type);
    });

    for (const { name, body, kind } of good) {
      it(`takes ${name}`, async () => {
        const adapter = adapters(settings)[contract.type];
        const { headers } = sign(body, signing);
        const decode = adapter?.mediaTypes[mediaType(headers)];
        const decoded = decode?.(body);
        if (decoded?.kind !== "decoded") throw new Error("it cannot be decoded");
        const request = { source: settings.id, headers, body: decoded.value };
        const parsed = adapter?.parse(request, NOW);
        if (parsed?.kind !== "delivery") throw new Error(JSON.stringify(parsed));
        expect(parsed.events.map((event) => event.kind)).toContain(kind);
        const { status, answer } = await receive(await hooks(), settings.id, sign(body, signing));
        expect(answer).toMatchObject({ outcome: "accepted" });
        expect(status).toBe(202);
      });
    }

    it("makes a release, or what belongs to one, for the component that asks for it", async () => {
      const intake = await hooks();
      await receive(intake, settings.id, sign(first(), signing));
      expect(await intake.recorded()).toBeGreaterThan(0);
    });

    it("knows the same delivery again", async () => {
      const intake = await hooks();
      await receive(intake, settings.id, sign(first(), signing));
      const again = await receive(intake, settings.id, sign(first(), signing));
      expect(again).toMatchObject({ status: 200, answer: { outcome: "duplicate" } });
    });

    for (const { name, body } of good) {
      it(`knows ${name} in another delivery, in other bytes, as the same fact`, async () => {
        const other = contract.again(body);
        expect(other.equals(body)).toBe(false);
        const intake = await hooks();
        await receive(intake, settings.id, sign(body, signing));
        const releases = await intake.releases();
        const post = sign(other, { ...signing, delivery: "delivery-2" });
        const reply = await receive(intake, settings.id, post);
        expect(reply).toMatchObject({ status: 200, answer: { outcome: "duplicate" } });
        expect(await intake.releases()).toEqual(releases);
      });
    }

    it("refuses what carries no credential", async () => {
      const intake = await hooks();
      const post = contract.unsigned(sign(first(), signing));
      const { status, answer } = await receive(intake, settings.id, post);
      expect([status, answer.outcome]).toEqual([401, "refused"]);
      expect(await intake.recorded()).toBe(0);
    });

    it("refuses what carries another credential", async () => {
      const intake = await hooks();
      const post = sign(first(), { ...signing, credential: contract.nextCredential });
      const { status, answer } = await receive(intake, settings.id, post);
      expect([status, answer.outcome]).toEqual([401, "refused"]);
      expect(answer.message).not.toContain(credential);
      expect(await intake.recorded()).toBe(0);
    });

    it("takes the old and the new credential while they change, and nothing without one", async () => {
      const both = await hooks(contract.rotate([contract.nextCredential, credential]));
      const old = await receive(both, settings.id, sign(first(), signing));
      expect(old.status).toBe(202);
      const fresh = await hooks(contract.rotate([contract.nextCredential, credential]));
      const post = sign(first(), { ...signing, credential: contract.nextCredential });
      expect((await receive(fresh, settings.id, post)).status).toBe(202);
      const none = await hooks(contract.rotate([]));
      expect((await receive(none, settings.id, sign(first(), signing))).status).toBe(401);
    });

    it(`${contract.signsTime ? "refuses" : "cannot tell, and takes,"} what was signed long ago`, async () => {
      const intake = await hooks();
      const post = sign(first(), { ...signing, at: NOW - 3_600_000 });
      const { status } = await receive(intake, settings.id, post);
      expect(status).toBe(contract.signsTime ? 401 : 202);
    });

    it("does not hear somebody else, though the credential is right", async () => {
      const intake = await hooks();
      const { answer } = await receive(intake, settings.id, sign(contract.foreign, signing));
      expect(answer.outcome).toBe(contract.foreignOutcome ?? "ignored");
      expect(await intake.recorded()).toBe(0);
    });

    for (const { name, body } of contract.fixtures) {
      it(`comes through ${RUNS} mutations of ${name} without a crash, a 5xx, or a silent record`, async () => {
        const intake = listingHooks();
        let deliveries = 0;
        await fc.assert(
          fc.asyncProperty(mutations(body), async (mutated) => {
            intake.dispatched.length = 0;
            intake.alerts.length = 0;
            intake.fragments.length = 0;
            deliveries += 1;
            const delivery = `delivery-${deliveries}`;
            const post = sign(mutated, { ...signing, delivery });
            const { status, answer } = await receive(intake, settings.id, post);
            assert.ok(status < 500, `${status} ${answer.message}`);
            const { dispatched, alerts, fragments } = intake;
            const recorded = dispatched.length + alerts.length + fragments.length;
            assert.ok(recorded === 0 || status === 202);
            assert.ok(answer.message !== "" && answer.message.length < 1_500);
            for (const { build, lookup, commandIds } of dispatched) {
              assertSound(build);
              assertStorable({ lookup, commandIds });
            }
            for (const { alert } of alerts) assertSoundAlert(alert);
            for (const { fragment } of fragments) {
              const { version, outcome } = fragment;
              assertSound({ ...fragment, version: version ?? "1", outcome: outcome ?? "success" });
            }
          }),
          { numRuns: RUNS },
        );
      }, 120_000);
    }
  });
}

function mediaType(headers: Readonly<Record<string, string>>): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? "";
}
