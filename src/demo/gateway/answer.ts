/** The arguments of a Web API call, with everything that Slack takes as JSON decoded. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What goes back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: Arguments;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: Arguments = {}): Answer {
  return { status: 200, body: { ok: true, ...body } };
}

export function refused(error: string, messages: readonly string[] = []): Answer {
  const metadata = messages.length === 0 ? {} : { response_metadata: { messages } };
  return { status: 200, body: { ok: false, error, ...metadata } };
}

export function isOk(answer: Answer): boolean {
  return answer.body.ok === true;
}

export function text(args: Arguments, name: string): string {
  const value = args[name];
  return typeof value === "string" ? value : "";
}

export function flag(args: Arguments, name: string): boolean {
  return args[name] === true || args[name] === "true" || args[name] === "1";
}

export function list(args: Arguments, name: string): readonly unknown[] | null {
  const value = args[name];
  return Array.isArray(value) ? value : null;
}

export function record(value: unknown): Arguments | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Arguments)
    : null;
}

/** One page of a list, as Slack pages it: an opaque cursor to what comes next, "" at the end. */
export function page<T>(
  all: readonly T[],
  args: Arguments,
): { readonly items: readonly T[]; readonly next: string } {
  const limit = Math.min(Number(args.limit ?? 100) || 100, 1000);
  const start = Number(text(args, "cursor").replace("page:", "")) || 0;
  const next = start + limit < all.length ? `page:${start + limit}` : "";
  return { items: all.slice(start, start + limit), next };
}
