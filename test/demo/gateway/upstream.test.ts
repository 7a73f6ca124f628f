import { expect, it } from "vitest";
import { botTokenFor } from "../../../src/demo/gateway/upstream.ts";

it("uses no token for the 5,000 calls after which the emulator refuses it", () => {
  const used = new Map<string, number>();
  for (let call = 1; call <= 190_000; call += 1) {
    const token = botTokenFor(call);
    used.set(token, (used.get(token) ?? 0) + 1);
  }
  expect(Math.max(...used.values())).toBeLessThan(5_000);
});
