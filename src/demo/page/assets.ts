import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const FOLDER = join(import.meta.dirname, "assets");
/** Of the page's own files, by how their names end. */
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};
const FONT_WEIGHTS = [400, 700, 900] as const;

/** Everything that the page loads, by path. Nothing comes from elsewhere. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const { resolve } = createRequire(import.meta.url);
  const own = (await readdir(FOLDER)).map(async (file) => {
    const type = TYPES[extname(file)];
    if (type === undefined) throw new Error(`what is ${file}? Name its type in assets.ts`);
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
