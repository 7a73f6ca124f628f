import { drawable } from "./text-width.ts";

/** A piece of SVG. Made here only, so that no text reaches a picture unescaped. */
export interface Svg {
  readonly svg: string;
}

export type Attributes = Readonly<Record<string, string | number>>;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

export function element(name: string, attributes: Attributes, children: readonly Svg[] = []): Svg {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === "number" ? number(value) : escaped(value)}"`,
  );
  const inside = children.map(({ svg }) => svg).join("");
  return { svg: `<${name}${written.join("")}>${inside}</${name}>` };
}

/** One line of text. What the font lacks becomes a question mark. */
export function textElement(text: string, attributes: Attributes): Svg {
  return element("text", attributes, [{ svg: escaped(drawable(text)) }]);
}

/** A line through places of the picture. */
export function pathData(points: readonly (readonly [number, number])[]): string {
  return points
    .map(([x, y], index) => `${index === 0 ? "M" : "L"}${number(x)} ${number(y)}`)
    .join("");
}

/** Two decimals are a fiftieth of a pixel: more only makes the file longer. */
function number(value: number): string {
  return String(Number(value.toFixed(2)));
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
