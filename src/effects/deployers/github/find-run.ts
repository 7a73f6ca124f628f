import type { WorkflowRun } from "./workflow-runs.ts";

/** The shape of every operation's key: `deploy:svc-feed@2.4.0:production:1`. */
const ANY_KEY = /\b(?:deploy|verify|rollback):\S+:\d+\b/;

export type FoundRun =
  | { readonly kind: "ours"; readonly run: WorkflowRun }
  /** There are runs whose titles do not say whose they are. */
  | { readonly kind: "ambiguous" }
  /** Every run that there is belongs to another operation. */
  | { readonly kind: "none" };

/**
 * The run of an operation among those that the workflow has had since. A run is known by the key in its
 * title (`run-name: deploy ${{ inputs.key }}`); time and actor alone would be a guess.
 */
export function findRun(
  { runs, complete }: { readonly runs: readonly WorkflowRun[]; readonly complete: boolean },
  key: string,
): FoundRun {
  const run = runs.find(({ display_title }) => namesKey(display_title, key));
  if (run !== undefined) return { kind: "ours", run };
  const allNamed = runs.every(({ display_title }) => ANY_KEY.test(display_title));
  return allNamed && complete ? { kind: "none" } : { kind: "ambiguous" };
}

/** `…:1` is not in `…:10`. */
function namesKey(title: string, key: string): boolean {
  for (let at = title.indexOf(key); at !== -1; at = title.indexOf(key, at + 1)) {
    const before = title.charAt(at - 1);
    const after = title.charAt(at + key.length);
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}
