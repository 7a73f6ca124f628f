import type { Drawing } from "../../src/charts/drawing.ts";
import type { ChartDesk } from "../../src/effects/charts/chart-desk.ts";

/** Takes every drawing; each is a file in Slack at once, or none where `refuses`. */
export function fakeChartDesk({
  refuses = false,
}: {
  readonly refuses?: boolean;
} = {}): ChartDesk & {
  readonly shown: readonly Drawing[];
} {
  const shown: Drawing[] = [];
  return {
    shown,
    async show(drawings) {
      shown.push(...drawings);
      return drawings.map(({ of, alt }, index) => ({
        check: of,
        file: refuses ? null : `F0CHART${String(index).padStart(4, "0")}`,
        alt,
        native: null,
      }));
    },
  };
}
