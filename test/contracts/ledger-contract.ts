import { describe } from "vitest";
import { describeClaims } from "./ledger/claims.ts";
import { describeCommits } from "./ledger/commits.ts";
import { describeHistory } from "./ledger/history.ts";
import { describeJobOrder } from "./ledger/job-order.ts";
import { describeKeptValues } from "./ledger/kept-values.ts";
import { describeReplicas } from "./ledger/replicas.ts";
import type { LedgerSetUp } from "./ledger/set-up.ts";
import { describeSettlements } from "./ledger/settlements.ts";

/** What every store promises behind the port: the same tests for each of them, by the port alone. */
export function describeLedgerContract(store: string, setUp: LedgerSetUp): void {
  describe(`the ledger in ${store}`, () => {
    describeCommits(setUp);
    describeKeptValues(setUp);
    describeHistory(setUp);
    describeClaims(setUp);
    describeSettlements(setUp);
    describeJobOrder(setUp);
    describeReplicas(setUp);
  });
}
