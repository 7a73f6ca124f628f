import { createHash } from "node:crypto";
import type { Drawing } from "../../charts/drawing.ts";
import type { ChartForm, DrawnChart } from "../../core/chart.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { startDeadline } from "../deadline.ts";
import type { PictureTrouble } from "./picture-trouble.ts";
import { type PictureTools, uploadDrawings, withoutPictures } from "./upload-drawings.ts";

/** Pictures for answers to people, who wait for them. */
export interface ChartDesk {
  /** Never rejects: what cannot be uploaded in time is answered without its picture. */
  show(drawings: readonly Drawing[]): Promise<readonly DrawnChart[]>;
}

/** Somebody waits. */
const WITHIN: Milliseconds = 15_000;
/** The same question again, soon after, is answered with the same pictures. */
const REMEMBERED = 200;

/**
 * Answers carry pictures, or none: whether Slack takes its own chart blocks in them, it does not say.
 * What is the same is uploaded once.
 */
export function createChartDesk(
  options: PictureTools & {
    readonly form: () => ChartForm;
    readonly trouble: PictureTrouble;
    readonly clock: Clock;
  },
): ChartDesk {
  const { form, trouble, clock } = options;
  const files = new Map<string, string>();

  async function shown(drawing: Drawing, signal: AbortSignal): Promise<readonly DrawnChart[]> {
    const print = createHash("sha256").update(drawing.svg).digest("hex");
    const known = files.get(print);
    if (known !== undefined) {
      return [{ check: drawing.of, file: known, alt: drawing.alt, native: null }];
    }
    const key = `answer-${print.slice(0, 32)}`;
    const drawn = await uploadDrawings(options, [drawing], { key, since: null, signal });
    for (const { file } of drawn) if (file !== null) files.set(print, file);
    const [oldest] = files.keys();
    if (files.size > REMEMBERED && oldest !== undefined) files.delete(oldest);
    return drawn;
  }

  return {
    async show(drawings) {
      const plain = drawings.map((drawing) => ({ ...drawing, native: null }));
      if (form() === "none" || plain.length === 0) return withoutPictures(plain);
      const asked = new AbortController();
      const what = "Slack did not take the picture";
      const limit = startDeadline({ clock, after: WITHIN, signal: asked.signal, what });
      try {
        const charts: DrawnChart[] = [];
        for (const drawing of plain) charts.push(...(await shown(drawing, limit.signal)));
        trouble.clear();
        return charts;
      } catch (error) {
        trouble.raise(error);
        return withoutPictures(plain);
      } finally {
        limit.met();
      }
    },
  };
}
