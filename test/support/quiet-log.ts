import { createLogger } from "../../src/shared/logger.ts";

/** A logger that says nothing. */
export const quietLog = createLogger({ level: "silent", secrets: () => [] });
