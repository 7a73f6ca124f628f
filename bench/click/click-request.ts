import { createHmac } from "node:crypto";
import { BUTTONS, printButtonValue } from "../../src/cards/ids.ts";
import { SIGNING_SECRET } from "../world/environment.ts";
import { TEAM } from "../world/people.ts";
import type { Waiting } from "./commits.ts";

/** A click on Approve as Slack posts it: a `block_actions` payload in a form, signed. */
export function clickRequest(waiting: Waiting, user: string, n: number): RequestInit {
  const { component, version, digest } = waiting;
  const value = printButtonValue({ component, version, environment: "production", digest });
  const seconds = Math.floor(Date.now() / 1000);
  const payload = {
    type: "block_actions",
    api_app_id: "A0SLIPWAY",
    team: { id: TEAM, domain: "acme" },
    user: { id: user, username: user.toLowerCase(), team_id: TEAM },
    trigger_id: `${n}.1.bench`,
    channel: { id: "C0RELEASES", name: "releases" },
    actions: [
      {
        type: "button",
        block_id: "decision",
        action_id: BUTTONS.approve,
        action_ts: `${seconds}.${String(n).padStart(6, "0")}`,
        value,
        text: { type: "plain_text", text: "Approve" },
      },
    ],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const mac = createHmac("sha256", SIGNING_SECRET).update(`v0:${seconds}:${body}`);
  return {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": String(seconds),
      "x-slack-signature": `v0=${mac.digest("hex")}`,
    },
    body,
  };
}
