const TAG = /<\/?([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&#x27;": "'",
  "&amp;": "&",
};

/** The names of the elements of some markup, each once. */
export function elementsOf(markup: string): readonly string[] {
  return [...new Set([...markup.matchAll(TAG)].map(([, name = ""]) => name))].toSorted();
}

/** The names of the attributes of some markup, each once. */
export function attributesOf(markup: string): readonly string[] {
  const attributes = [...markup.matchAll(TAG)].flatMap(([, , text = ""]) =>
    [...text.matchAll(/\s([a-z-]+)(?:="[^"]*")?/g)].map(([, name = ""]) => name),
  );
  return [...new Set(attributes)].toSorted();
}

/** What is left of some markup without its elements: text that a browser shows, still escaped. */
export function withoutElements(markup: string): string {
  return markup.replace(TAG, "");
}

/** The text that a browser shows. */
export function visibleText(markup: string): string {
  return withoutElements(markup).replace(
    /&(?:lt|gt|quot|#39|#x27|amp);/g,
    (entity) => ENTITIES[entity] ?? entity,
  );
}
