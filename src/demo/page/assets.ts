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
const require = createRequire(import.meta.url);
const FONTS: Readonly<Record<string, string>> = {
  "lato-400.woff2": require.resolve("@fontsource/lato/files/lato-latin-400-normal.woff2"),
  "lato-700.woff2": require.resolve("@fontsource/lato/files/lato-latin-700-normal.woff2"),
  "lato-900.woff2": require.resolve("@fontsource/lato/files/lato-latin-900-normal.woff2"),
};

/** Everything that the page loads, by path. Nothing comes from elsewhere. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const own = (await readdir(FOLDER)).map(async (file) => {
    const type = TYPES[extname(file)];
    if (type === undefined) throw new Error(`what is ${file}? Name its type in assets.ts`);
    const asset = { type, body: await readFile(join(FOLDER, file)) };
    return [`/assets/${file}`, asset] as const;
  });
  const fonts = Object.entries(FONTS).map(async ([name, file]) => {
    return [`/assets/${name}`, { type: "font/woff2", body: await readFile(file) }] as const;
  });
  return new Map(await Promise.all([...own, ...fonts]));
}
