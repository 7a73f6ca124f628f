import { expect, it } from "vitest";
import { createRateLimits } from "../../../src/demo/gateway/rate-limits.ts";

it("refuses a second post in a channel within a second, and no other channel's", () => {
  let now = 0;
  const limits = createRateLimits(() => now);
  const post = (channel: string) => limits.refusal("chat.postMessage", { channel })?.status ?? 200;
  const statuses = [post("C1"), post("C1"), post("C2")];
  now = 1000;
  expect([...statuses, post("C1")]).toEqual([200, 429, 200, 200]);
});

it("refuses the fifty-first edit within a minute, and says until when", () => {
  let now = 0;
  const limits = createRateLimits(() => now);
  for (let edit = 0; edit < 50; edit += 1) {
    now += 100;
    expect(limits.refusal("chat.update", {})).toBeNull();
  }
  expect(limits.refusal("chat.update", {})?.headers).toEqual({ "retry-after": "56" });
  now += 56_000;
  expect(limits.refusal("chat.update", {})).toBeNull();
});
