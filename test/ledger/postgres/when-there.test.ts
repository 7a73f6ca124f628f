import { expect, it } from "vitest";
import { Unavailable } from "../../../src/ledger/ledger.ts";
import { openPostgresLedger } from "../../../src/ledger/postgres/open-postgres-ledger.ts";
import { whenThere } from "../../../src/ledger/postgres/when-there.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { ConfigError } from "../../../src/shared/errors.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { postgresServer } from "../../support/postgres-server.ts";

const AWAY = new Unavailable("PostgreSQL cannot be reached: ECONNREFUSED");
const server = postgresServer();

/** An opening that fails so often, and how it went. */
function opening(failures: number, error: Error) {
  const clock = createFakeClock();
  const { logger, lines } = captureLogs();
  let tries = 0;
  const open = async () => {
    tries += 1;
    if (tries <= failures) throw error;
    return "open";
  };
  const opened = whenThere(open, 10_000, { clock, logger }).catch((thrown: unknown) => thrown);
  return { clock, lines, opened, tries: () => tries };
}

it("a database that is not there yet is tried again, and it is said how long still", async () => {
  const { clock, lines, opened } = opening(2, AWAY);
  await clock.advance(4_000);
  expect(await opened).toBe("open");
  expect(lines).toEqual(
    [10, 8].map((seconds) => ({
      level: "warn",
      msg: "PostgreSQL is not there yet, and will be tried again for so many seconds",
      error: AWAY.message,
      seconds,
    })),
  );
});

it("a database that never comes is given up when the time is over, with the reason", async () => {
  const { clock, opened, tries } = opening(100, AWAY);
  await clock.advance(10_000);
  expect([await opened, tries()]).toEqual([AWAY, 6]);
});

it("what has another reason is not tried again", async () => {
  const wrong = new Error("relation does not exist");
  const { opened, tries, lines } = opening(1, wrong);
  expect([await opened, tries(), lines]).toEqual([wrong, 1, []]);
});

it("a database that answers is not waited for: here it does not exist", async () => {
  const { logger, lines } = captureLogs();
  const url = server.url("nobody_made_it");
  const opened = openPostgresLedger({ url, clock: systemClock, logger, patience: 60_000 });
  await expect(opened).rejects.toThrow(ConfigError);
  expect(lines).toEqual([]);
});
