import type { SignedPost } from "../../test/support/signed-request.ts";
import { CI_DELIVERIES } from "./ci-deliveries.ts";
import type { SourceDelivery } from "./delivery.ts";
import { EVENT_DELIVERIES } from "./event-deliveries.ts";
import { ML_DELIVERIES } from "./ml-deliveries.ts";

/** What every type of source is sent: one for each in `createSourceAdapters`. */
export const DELIVERIES: Readonly<Record<string, SourceDelivery>> = {
  ...CI_DELIVERIES,
  ...ML_DELIVERIES,
  ...EVENT_DELIVERIES,
};

/** Components of each source. */
const COMPONENTS = 40;

/** The source of a type has its name. */
export function componentsOf(type: string): readonly string[] {
  return Array.from({ length: COMPONENTS }, (_, k) => `${type}-${String(k).padStart(2, "0")}`);
}

/** The nth delivery to a source, counted from 1, for its components in turn. @throws when there is no such type */
export function deliveryTo(type: string, n: number, at: number): SignedPost {
  const delivery = DELIVERIES[type];
  const component = componentsOf(type)[(n - 1) % COMPONENTS];
  if (delivery === undefined || component === undefined)
    throw new Error(`no deliveries to ${type}`);
  return delivery.post({ n, component, at });
}
