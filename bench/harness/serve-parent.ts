/** What a child process does for its parent. */
export interface Service {
  /** Sent to the parent at once. */
  readonly ready: unknown;
  answer?(request: unknown): Promise<unknown>;
  stop?(): Promise<void>;
}

/** The child's side of `startChild`. What goes wrong ends the process, with its cause on standard error. */
export async function serveParent<Settings>(
  start: (settings: Settings) => Promise<Service>,
): Promise<void> {
  const service = await start(JSON.parse(process.argv[2] ?? "null") as Settings);
  const carryOut = async (message: { readonly stop?: true; readonly request?: unknown }) => {
    if (message.stop === true) {
      await service.stop?.();
      process.exit(0);
    }
    process.send?.(await service.answer?.(message.request));
  };
  process.on("message", (message: object) => void carryOut(message));
  // The parent has died: nobody is left to measure for.
  process.on("disconnect", () => process.exit(1));
  process.send?.(service.ready);
}
