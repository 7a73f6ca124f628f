import { describe, expect, it } from "vitest";
import { normalOf, withoutDay } from "../../../src/core/suggest/normal.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("what is normal", () => {
  it("is nothing where there are no numbers", () => {
    expect(normalOf([{ at: 0, value: null }])).toBeNull();
  });

  it("is the level, and how far points and hours lie from it", () => {
    const samples = Array.from({ length: 240 }, (_, index) => ({
      at: index * MINUTE,
      value: (index < 120 ? 10 : 12) + (index % 2),
    }));
    expect(normalOf([...samples, { at: DAY, value: null }])).toEqual({
      level: 11.5,
      spread: 1.4826 * 1,
      wander: 1.4826 * 1,
      daily: null,
      highest: 13,
      points: 240,
    });
  });

  it("has a daily pattern once there are two days of it", () => {
    const samples = Array.from({ length: 3 * 24 }, (_, hour) => ({
      at: hour * 60 * MINUTE,
      value: hour % 24 === 12 ? 30 : 10,
    }));
    expect(normalOf(samples)).toMatchObject({ level: 10, daily: 20, highest: 30 });
  });

  it("is apart from the day what each hour lies off itself", () => {
    const samples = Array.from({ length: 3 * 24 }, (_, hour) => ({
      at: hour * 60 * MINUTE,
      value: hour === 30 ? null : (hour % 24 === 12 ? 30 : 10) + (hour === 40 ? 1 : 0),
    }));
    const apart = withoutDay(samples);
    expect(apart).toHaveLength(71);
    expect(apart.filter(({ value }) => value !== 10)).toEqual([
      { at: 40 * 60 * MINUTE, value: 11 },
    ]);
  });
});
