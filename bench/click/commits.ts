import type { ComponentState } from "../../src/core/component.ts";
import type { ComponentEvent } from "../../src/core/event.ts";
import type { Commit, Ledger } from "../../src/ledger/ledger.ts";

/** A release that waits for people, with what its Approve button says. */
export interface Waiting {
  readonly component: string;
  readonly version: string;
  readonly digest: string;
}

export type ClickQuestion =
  /** Answered with `Waiting[]` when so many releases wait for approval. */
  | { readonly waiting: number }
  /** Answered when the approval of this person for this component is durable. */
  | { readonly approvedBy: string; readonly component: string };

/** What has been committed, as far as the benchmark asks for it. */
export class Commits {
  readonly #waiting: Waiting[] = [];
  #listener: (() => void) | null = null;
  #last: Commit | null = null;

  of(ledger: Ledger): Ledger {
    const seen = (commit: Commit | null) => {
      if (commit !== null) this.#note(commit);
    };
    return new Proxy(ledger, {
      get(target, member) {
        if (member === "commit") {
          return async (commit: Commit) => {
            const position = await target.commit(commit);
            seen(commit);
            return position;
          };
        }
        if (member === "settle") {
          return async (...settled: Parameters<Ledger["settle"]>) => {
            await target.settle(...settled);
            seen(settled[2]);
          };
        }
        const value: unknown = Reflect.get(target, member, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  answer(question: ClickQuestion): Promise<unknown> {
    return "waiting" in question
      ? this.#until(() => (this.#waiting.length >= question.waiting ? this.#waiting : null))
      : this.#until(() => (isApproval(this.#last, question) ? true : null));
  }

  #until<T>(look: () => T | null): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (found === null) return;
        this.#listener = null;
        resolve(found);
      };
      this.#listener = check;
      check();
    });
  }

  #note(commit: Commit): void {
    this.#last = commit;
    for (const { events, state } of commit.writes) {
      for (const event of events as readonly ComponentEvent[]) {
        if (event.type === "ApprovalRequested") {
          this.#waiting.push(waitingOf(state as ComponentState, event.promotion));
        }
      }
    }
    this.#listener?.();
  }
}

function waitingOf({ component, releases }: ComponentState, id: string): Waiting {
  for (const { version, promotions } of Object.values(releases)) {
    const promotion = promotions.find((one) => one.id === id);
    if (promotion !== undefined) return { component, version, digest: promotion.digest };
  }
  throw new Error(`the state of ${component} lacks ${id}`);
}

function isApproval(
  commit: Commit | null,
  { approvedBy, component }: { readonly approvedBy: string; readonly component: string },
): boolean {
  if (commit?.by.kind !== "person" || commit.by.id !== approvedBy) return false;
  return commit.writes.some(({ events, state }) => {
    const isOfComponent = (state as ComponentState).component === component;
    const isGiven = (events as readonly ComponentEvent[]).some(
      ({ type }) => type === "ApprovalGiven",
    );
    return isOfComponent && isGiven;
  });
}
