export interface Installation {
  readonly version: string;
  /** The artifact, its digest already checked. */
  readonly bytes: string;
}

/** Runs one component in one environment. */
export interface ComponentHost {
  /** The version that serves now, or null. */
  version(): string | null;
  /**
   * Puts a version in service; until it serves, the one before it does.
   * @throws Error when it cannot serve; then the one before it still does
   */
  install(installation: Installation): Promise<void>;
  close(): Promise<void>;
}
