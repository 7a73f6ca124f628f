import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

/** Makes a picture of a drawing. */
export interface Rasteriser {
  /** PNG, twice as many pixels in each direction as the SVG says, for dense screens. */
  png(svg: string): Promise<Uint8Array>;
}

const SCALE = 2;
const FAMILY = "Lato";
const require = createRequire(import.meta.url);
const FONTS = ["400", "700"].map((weight) =>
  require.resolve(`@fontsource/lato/files/lato-latin-${weight}-normal.woff2`),
);

/** A module is compiled once for the process, whoever asks first. */
let engine: Promise<readonly Uint8Array[]> | null = null;

/**
 * With resvg, compiled to WebAssembly: one file for every platform, and with fonts of its own the same
 * bytes everywhere. Loaded at the first picture, since most processes never draw one.
 */
export function createRasteriser(): Rasteriser {
  return {
    async png(svg) {
      engine ??= load();
      const fontBuffers = [...(await engine)];
      const drawing = new Resvg(svg, {
        fitTo: { mode: "zoom", value: SCALE },
        font: { fontBuffers, defaultFontFamily: FAMILY },
      });
      try {
        const image = drawing.render();
        try {
          return image.asPng();
        } finally {
          image.free();
        }
      } finally {
        drawing.free();
      }
    },
  };
}

async function load(): Promise<readonly Uint8Array[]> {
  const [, ...fonts] = await Promise.all([
    readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm")).then((bytes) => initWasm(bytes)),
    ...FONTS.map((path) => readFile(path)),
  ]);
  return fonts;
}
