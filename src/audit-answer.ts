import { type AuditEntry, drawAudit } from "./cards/audit.ts";
import type { Message } from "./cards/message.ts";
import { verifyStream } from "./ledger/audit.ts";
import { componentStream, type Ledger } from "./ledger/ledger.ts";

const PAGE = 25;

export interface AuditQuestion {
  readonly component: string;
  /** The number at which the page before ended; null: from the newest on. */
  readonly before: number | null;
}

/** `/release audit COMPONENT`: reads all that is recorded of it, so that the chain is looked at as well. */
export function createAuditAnswer(
  ledger: Pick<Ledger, "load" | "read" | "anchors">,
): (question: AuditQuestion) => Promise<Message> {
  return async ({ component, before }) => {
    const stream = componentStream(component);
    const page: AuditEntry[] = [];
    const verdict = await verifyStream(ledger, stream, (recorded) => {
      if (before !== null && recorded.version >= before) return;
      page.push(recorded);
      if (page.length > PAGE) page.shift();
    });
    const oldest = page[0]?.version ?? 1;
    const exported = await exportedOf(ledger, stream);
    return drawAudit({
      component,
      entries: page.toReversed(),
      chain:
        verdict.kind === "whole"
          ? { kind: "whole", events: verdict.events, head: verdict.head, exported }
          : { kind: "broken", sentence: verdict.sentence },
      older: oldest - 1 > exported ? `/release audit ${component} before ${oldest}` : null,
    });
  };
}

async function exportedOf(ledger: Pick<Ledger, "anchors">, stream: string): Promise<number> {
  const anchors = await ledger.anchors();
  return anchors.find((anchor) => anchor.stream === stream)?.version ?? 0;
}
