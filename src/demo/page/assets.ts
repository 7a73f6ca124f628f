import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const FOLDER = join(import.meta.dirname, "assets");
const OWN: readonly (readonly [file: string, type: string])[] = [
  ["page.css", "text/css; charset=utf-8"],
  ["blocks.css", "text/css; charset=utf-8"],
  ["world.css", "text/css; charset=utf-8"],
  ["page.js", "text/javascript; charset=utf-8"],
  ["sync.js", "text/javascript; charset=utf-8"],
  ["composer.js", "text/javascript; charset=utf-8"],
  ["slipway.svg", "image/svg+xml"],
];
const FONT_WEIGHTS = [400, 700, 900] as const;

/** Everything that the page loads, by path. Nothing comes from elsewhere. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const { resolve } = createRequire(import.meta.url);
  const own = OWN.map(async ([file, type]) => {
    const asset = { type, body: await readFile(join(FOLDER, file)) };
    return [`/assets/${file}`, asset] as const;
  });
  const fonts = FONT_WEIGHTS.map(async (weight) => {
    const file = resolve(`@fontsource/lato/files/lato-latin-${weight}-normal.woff2`);
    return [
      `/assets/lato-${weight}.woff2`,
      { type: "font/woff2", body: await readFile(file) },
    ] as const;
  });
  return new Map(await Promise.all([...own, ...fonts]));
}
