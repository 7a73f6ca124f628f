const REPLACEMENT = "[redacted]";
/** Shorter values are not replaced: they would tear holes into ordinary words. */
const SHORTEST_SECRET = 6;

/** The shapes of tokens that must never be printed, whoever's they are. */
const TOKEN_SHAPES = [
  /\bxox[a-z]-[A-Za-z0-9-]{6,}/g,
  /\bxapp-[A-Za-z0-9-]{6,}/g,
  /\bgh[a-z]_[A-Za-z0-9_.-]{10,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{10,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{6,}/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi,
];

/**
 * The text without the given secrets, in each form in which they can appear in a log line or an address
 * (as they are, inside JSON, percent-encoded, base64), and without anything that looks like a token.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    for (const form of formsOf(secret)) clean = clean.replaceAll(form, REPLACEMENT);
  }
  for (const shape of TOKEN_SHAPES) clean = clean.replace(shape, REPLACEMENT);
  return clean;
}

const knownForms = new Map<string, readonly string[]>();

/** Kept, since every line of the log is searched for them. Secrets are few. */
function formsOf(secret: string): readonly string[] {
  const known = knownForms.get(secret);
  if (known !== undefined) return known;
  const forms = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ]);
  knownForms.set(secret, [...forms]);
  return [...forms];
}
