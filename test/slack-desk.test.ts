import { beforeEach, describe, expect, it } from "vitest";
import { emptyComponent, emptyGlobal } from "../src/core/component.ts";
import type { Policy } from "../src/core/policy.ts";
import type { Query } from "../src/intake/slack/desk.ts";
import { createDesk } from "../src/slack-desk.ts";
import {
  aBuild,
  aComponentPolicy,
  aComponentState,
  anEnvironmentState,
  aRelease,
  NOW,
} from "./support/builders.ts";
import { fakeChartDesk } from "./support/fake-chart-desk.ts";
import { createFakeClock } from "./support/fake-clock.ts";

const OLD = aRelease({ version: "1", builtAt: NOW - 2, build: aBuild({ version: "1" }) });
const NEW = aRelease({ version: "2", builtAt: NOW - 1, build: aBuild({ version: "2" }) });
const ARCHIVED = aRelease({ version: "0", builtAt: 0, build: aBuild({ version: "0" }) });

let live: string | null;
let releases: readonly (typeof OLD)[];

beforeEach(() => {
  live = OLD.id;
  releases = [OLD, NEW];
});

async function ask(query: Query): Promise<string> {
  const policy: Policy = {
    timezone: "UTC",
    slack: { channel: "releases", digest: null, charts: "image" },
    admins: [],
    sinks: [],
    components: { "model-pymk": aComponentPolicy() },
  };
  const present = () =>
    aComponentState({
      releases,
      environments: [anEnvironmentState("production", { live, serving: live })],
    });
  const desk = createDesk({
    dispatch: () => Promise.reject(new Error("a question changes nothing")),
    state: {
      policy: () => policy,
      component: async (name) => (name === "model-pymk" ? present() : emptyComponent(name)),
      global: async () => emptyGlobal(),
      release: async (_component, id) =>
        present().releases[id] ?? (id === ARCHIVED.id ? ARCHIVED : null),
      archived: async () => [],
    },
    directory: {
      resolve: async (principals: readonly string[]) =>
        Object.fromEntries(principals.map((one) => [one, one.startsWith("@") ? ["U0LEA"] : []])),
      person: () => Promise.reject(new Error("nobody is asked for")),
    } as never,
    answers: {} as never,
    look: { look: () => Promise.reject(new Error("nothing is watched")) },
    charts: fakeChartDesk(),
    stats: async ({ component: of }) => ({ text: of ?? "everything", blocks: [] }),
    audit: async ({ component: of }) => ({ text: of, blocks: [] }),
    replayFalseAlarm: async ({ version }) => ({ kind: "none", why: `${version} has no past` }),
    clock: createFakeClock(NOW),
  });
  const { blocks } = await desk.ask(query);
  return JSON.stringify(blocks);
}

const component = "model-pymk";

describe("the dialog of a false alarm", () => {
  it("says what other limits would have given, or why nobody knows", async () => {
    const alarm = { component, version: "2", environment: "production" };
    expect(await ask({ kind: "false-alarm", ...alarm })).toContain(
      "Not replayed with other limits: 2 has no past.",
    );
  });
});

describe("/release COMPONENT diff", () => {
  it.each([
    { name: "the newest and the live one", from: null, to: null, shows: "model-pymk: 1 → 2" },
    { name: "one by name and the live one", from: null, to: "0", shows: "model-pymk: 1 → 0" },
    { name: "two by name", from: "0", to: "2", shows: "model-pymk: 0 → 2" },
  ])("compares $name", async ({ from, to, shows }) => {
    expect(await ask({ kind: "diff", component, from, to })).toContain(shows);
  });

  it.each([
    { name: "the version", from: null, to: "9", says: "There is no release 9 of model-pymk." },
    { name: "the other version", from: "9", to: "2", says: "There is no release 9 of model-pymk." },
    {
      name: "a second release",
      from: null,
      to: "1",
      says: "model-pymk 1 is what it would be compared with",
    },
  ])("says that $name is missing", async ({ from, to, says }) => {
    expect(await ask({ kind: "diff", component, from, to })).toContain(says);
  });

  it("compares with nothing where nothing is live, and says that nothing was built", async () => {
    live = null;
    const query = { kind: "diff", component, from: null, to: null } as const;
    expect(await ask(query)).toContain("model-pymk 2, compared with nothing");
    releases = [];
    expect(await ask(query)).toContain("Nothing of model-pymk has been built yet");
  });

  it("knows a component that is no longer configured", async () => {
    const query = { kind: "diff", component: "gone", from: null, to: null } as const;
    expect(await ask(query)).toContain("Nothing of gone has been built yet");
  });
});

describe("/release COMPONENT lineage", () => {
  it.each([
    { name: "of what is live", version: null, shows: "Lineage of model-pymk 1" },
    { name: "of a version", version: "2", shows: "Lineage of model-pymk 2" },
    { name: "of an archived one", version: "0", shows: "Lineage of model-pymk 0" },
    { name: "of none", version: "9", shows: "There is no release 9 of model-pymk." },
  ])("shows that $name", async ({ version, shows }) => {
    expect(await ask({ kind: "lineage", component, version })).toContain(shows);
  });

  it("shows that of the newest where nothing is live", async () => {
    live = null;
    expect(await ask({ kind: "lineage", component, version: null })).toContain(
      "Lineage of model-pymk 2",
    );
    releases = [];
    expect(await ask({ kind: "lineage", component, version: null })).toContain(
      "Nothing of model-pymk has been built yet",
    );
  });
});

describe("/release COMPONENT simulate ENVIRONMENT", () => {
  it("is a dry run of the newest release", async () => {
    const shown = await ask({ kind: "simulate", component, environment: "production" });
    expect(shown).toContain("🧪 model-pymk 2 into production: simulated");
    expect(shown).toContain("0 of 1 from @ml-leads; 1 person could");
  });

  it("is refused for an environment that is not there", async () => {
    expect(await ask({ kind: "simulate", component, environment: "moon" })).toContain(
      "model-pymk has no environment moon; it has staging, production",
    );
  });
});
