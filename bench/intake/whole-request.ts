/** A POST over HTTP/1.1, as bytes. */
export function wholeRequest(
  path: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    `content-length: ${body.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
}
