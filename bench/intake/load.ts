import { serveParent } from "../harness/serve-parent.ts";
import { type RequestsOrder, requestsOf } from "./requests.ts";
import { type Sending, sendAll } from "./send-all.ts";

/** Requests to make, sign and send. */
export type LoadOrder = RequestsOrder & Omit<Sending, "requests">;

/** The load in a process of its own. */
await serveParent(async () => ({
  ready: null,
  answer(request) {
    const order = request as LoadOrder;
    return sendAll({ ...order, requests: requestsOf(order) });
  },
}));
