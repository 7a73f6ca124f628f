import { Client } from "pg";
import { onTestFinished } from "vitest";
import { onDatabase } from "./postgres-server.ts";

/** Ends all connections to a database. */
export async function endConnections(url: string): Promise<void> {
  await onDatabase(
    url,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
}

/** Keeps every writer of the ledger waiting until it is called. */
export async function holdingUpWriters(url: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query("begin");
  await client.query("select from slipway.ledger for update");
  return async () => {
    await client.query("rollback");
  };
}

/** Resolves when somebody stands before a lock. The server looks: to ask it all the time would keep it busy. */
export async function someoneWaits(url: string): Promise<void> {
  await onDatabase(
    url,
    `do $$ begin
       while not exists (
         select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
       loop
         perform pg_sleep(0.01);
         perform pg_stat_clear_snapshot();
       end loop;
     end $$`,
  );
}

/** As after a failover: the server that the address leads to only reads. Resolves to what ends it. */
export async function onlyReading(url: string): Promise<() => Promise<void>> {
  const address = new URL(url);
  const name = address.pathname.slice(1);
  address.pathname = "/postgres";
  await onDatabase(url, `alter database ${name} set default_transaction_read_only = on`);
  await endConnections(url);
  return async () => {
    await onDatabase(address.href, `alter database ${name} reset default_transaction_read_only`);
  };
}
