import { describe, expect, it } from "vitest";
import { firstAddress, postgresAddresses } from "../../src/shared/postgres-addresses.ts";

describe("the addresses in one of PostgreSQL", () => {
  it.each([
    ["postgresql://db/slipway", ["postgresql://db/slipway"]],
    [
      "postgres://slipway:p%40s@s@one:5432,other.acme.test:5433/slipway?sslmode=require",
      [
        "postgres://slipway:p%40s@s@one:5432/slipway?sslmode=require",
        "postgres://slipway:p%40s@s@other.acme.test:5433/slipway?sslmode=require",
      ],
    ],
    [
      "postgresql://a,b,[::1]:5433/d?target_session_attrs=read-write",
      [
        "postgresql://a/d?target_session_attrs=read-write",
        "postgresql://b/d?target_session_attrs=read-write",
        "postgresql://[::1]:5433/d?target_session_attrs=read-write",
      ],
    ],
  ])("of %s are one for each host", (text, addresses) => {
    expect(postgresAddresses(text)).toEqual(addresses);
  });

  it.each([
    ["of another system", "mysql://db/slipway"],
    ["that is no address", "postgresql://one:port/slipway"],
    ["with a host that is no host", "postgresql://one,other:port/slipway"],
    ["with a comma too many", "postgresql://one,/slipway"],
    ["that asks for a standby", "postgresql://one,other/slipway?target_session_attrs=standby"],
  ])("are none %s", (_what, text) => {
    expect(postgresAddresses(text)).toBeNull();
    expect(firstAddress(text)).toBeNull();
  });

  it("have their password in common", () => {
    expect(firstAddress("postgresql://slipway:secret@one,other/slipway")?.password).toBe("secret");
  });
});
