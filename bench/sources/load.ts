import { serveParent } from "../harness/serve-parent.ts";
import { type Sending, sendAll } from "../intake/send-all.ts";
import { type MixOrder, mixOf } from "./requests.ts";

/** Deliveries to make, sign and send. */
export type MixedLoadOrder = MixOrder & Omit<Sending, "requests">;

/** The load in a process of its own. */
await serveParent(async () => ({
  ready: null,
  answer(request) {
    const order = request as MixedLoadOrder;
    return sendAll({ ...order, requests: mixOf(order) });
  },
}));
