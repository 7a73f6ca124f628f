import { describe, expect, it } from "vitest";
import { sourcesConfiguration } from "../../bench/sources/configuration.ts";
import { componentsOf, DELIVERIES } from "../../bench/sources/deliveries.ts";
import { requestTo } from "../../bench/sources/requests.ts";
import { createBuildInbox } from "../../src/build-inbox.ts";
import { createBurst } from "../../src/burst.ts";
import { createDispatcher } from "../../src/dispatcher.ts";
import { createKeySets } from "../../src/intake/sources/key-sets.ts";
import { createSourceAdapters } from "../../src/intake/sources/registry.ts";
import { openMemoryLedger } from "../../src/ledger/memory-ledger.ts";
import { createLookupInbox } from "../../src/lookup-inbox.ts";
import { load } from "../support/configurations.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { byName } from "../support/intake-policy.ts";
import { startIntake } from "../support/intake-server.ts";
import { fakeIssuer } from "../support/job-tokens.ts";
import { aPolicy } from "../support/policies.ts";
import { NOW } from "../support/signed-request.ts";
import { bringUnderWatch, watchedFor } from "../support/watched-release.ts";

const HOUR = 3_600_000;
const { sources, policy: configured } = load(sourcesConfiguration(), {});
const adapters = createSourceAdapters({
  keySets: createKeySets({ fetch: fakeIssuer("key-1").fetch, clock: createFakeClock(NOW) }),
});

/** The real server and the real decisions, in front of a ledger in memory; a release is watched where alerts come. */
async function start(type: string) {
  const clock = createFakeClock(NOW - HOUR);
  const ledger = openMemoryLedger({ clock });
  const components = componentsOf(type).map((name) => {
    const component = configured.components[name];
    if (component === undefined) throw new Error(`no component ${name}`);
    const alerts = component.environments.flatMap(({ watch }) => watch?.alerts ?? []);
    return alerts.length === 0 ? component : { ...component, ...watchedFor(alerts) };
  });
  const policy = aPolicy(...components);
  const { dispatch } = createDispatcher({
    ledger,
    policy: () => policy,
    clock,
    onChange: () => undefined,
  });
  const intake = await startIntake({
    hooks: {
      adapters,
      sources: () => sources,
      components: () => byName(...components),
      register: createBuildInbox({ ledger, dispatch, clock, burst: createBurst(clock) }),
      lookUp: createLookupInbox({ ledger, clock }),
      dispatch,
      clock,
    },
  });
  const [first] = components;
  if (first !== undefined && isAlert(type)) await bringUnderWatch(dispatch, first.name);
  await clock.advance(HOUR);
  return async (n: number) => {
    const connection = await intake.connect();
    connection.write(requestTo(type, n, NOW));
    const answer = await connection.until('"outcome"');
    connection.socket.destroy();
    return answer;
  };
}

describe("the deliveries of `npm run bench -- sources`", () => {
  it("are one for each type of source, and each is configured", () => {
    expect(Object.keys(DELIVERIES).toSorted()).toEqual(Object.keys(adapters).toSorted());
    expect(Object.keys(sources).toSorted()).toEqual(Object.keys(adapters).toSorted());
  });

  it.each(Object.keys(DELIVERIES))("to %s are taken, each once", async (type) => {
    const send = await start(type);
    const components = componentsOf(type).length;
    // The first alert ends the watch of its component; no other one is watched.
    const facts = isAlert(type) ? [1] : [1, 2, 1 + components];
    for (const n of facts) expect(await send(n)).toMatch(/^HTTP\/1\.1 202 /);
    expect(await send(1)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

function isAlert(type: string): boolean {
  return DELIVERIES[type]?.asks.kind === "alerts";
}
