import type { Drawing } from "../../charts/drawing.ts";
import type { DrawnChart } from "../../core/chart.ts";
import type { Instant } from "../../core/json.ts";
import type { PictureUpload } from "../slack/upload-picture.ts";
import type { Rasteriser } from "./rasteriser.ts";

export interface PictureTools {
  readonly rasteriser: Rasteriser;
  readonly upload: PictureUpload;
}

const NAME = 180;

/**
 * Makes pictures of drawings and hands them to Slack, one after the other. `key` is the same for every try.
 * `since`: not null where an earlier try may have uploaded them.
 * @throws SlackCallError
 */
export async function uploadDrawings(
  { rasteriser, upload }: PictureTools,
  drawings: readonly Drawing[],
  circumstances: {
    readonly key: string;
    readonly since: Instant | null;
    readonly signal: AbortSignal;
  },
): Promise<readonly DrawnChart[]> {
  const { key, since, signal } = circumstances;
  const charts: DrawnChart[] = [];
  for (const [index, { of, svg, alt, native }] of drawings.entries()) {
    const png = await rasteriser.png(svg);
    const name = `${`${key}-${index + 1}`.replace(/[^A-Za-z0-9.-]+/g, "-").slice(-NAME)}.png`;
    const file = await upload.upload({ name, title: of, png, since, signal });
    charts.push({ check: of, file, alt, native });
  }
  return charts;
}

/** The same without pictures: what could not be uploaded. */
export function withoutPictures(drawings: readonly Drawing[]): readonly DrawnChart[] {
  return drawings.map(({ of, alt, native }) => ({ check: of, file: null, alt, native }));
}
