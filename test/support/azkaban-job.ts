/** One callback of a job, as Azkaban sends it. */
export interface JobCallback {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What Azkaban knows of an execution, by the names of its tokens. */
const EXECUTION = {
  server: "azkaban.example.com:8443",
  project: "fraud",
  flow: "train-and-validate",
  executionId: "91823",
  job: "publish-model",
  status: "succeeded",
} as const;

/**
 * The first callback of a kind in the properties of a job: properties are filled in first, then tokens,
 * encoded in the address and as they are in the body, which goes out in ISO-8859-1.
 */
export function callbackOf(
  properties: string,
  kind: "success" | "failure",
  values: Readonly<Record<string, string>>,
): JobCallback {
  const known = new Map(
    properties
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const property = (name: string) =>
    (known.get(`job.notification.${kind}.1.${name}`) ?? "").replace(
      /\$\{([\w.]+)\}/g,
      (text, key: string) => values[key] ?? text,
    );
  const filled = (text: string, encode: (value: string) => string) =>
    text.replace(/\?\{(\w+)\}/g, (token, name: string) => {
      const value = Object.entries(EXECUTION).find(([key]) => key === name)?.[1];
      return value === undefined ? token : encode(value);
    });
  const headers = property("headers")
    .split("\\r\\n")
    .map((header) => [
      header.slice(0, header.indexOf(":")).toLowerCase(),
      header.slice(header.indexOf(":") + 1),
    ]);
  return {
    method: property("method") || "GET",
    url: new URL(filled(property("url"), encodeURIComponent)),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.from(
      filled(property("body"), (value) => value),
      "latin1",
    ),
  };
}
