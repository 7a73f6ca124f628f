import { type Answer, type Arguments, isOk, list, record, refused, text } from "./answer.ts";
import type { Gateway, Methods } from "./gateway.ts";

export const VIEW_METHODS: Methods = {
  "views.open": async (args, gateway) => {
    const wrong = misshapen(args, gateway);
    if (wrong !== null) return wrong;
    const trigger = text(args, "trigger_id");
    const answer = await gateway.upstream.call("views.open", args);
    const user = gateway.triggers.get(trigger);
    if (!isOk(answer) || user === undefined) return answer;
    gateway.triggers.delete(trigger);
    gateway.views.show(user, answer.body.view);
    return answer;
  },

  "views.update": async (args, gateway) => {
    const wrong = misshapen(args, gateway);
    if (wrong !== null) return wrong;
    // A view that was closed can no longer be changed; the emulator never closes one.
    const present = gateway.views.find(text(args, "view_id"));
    if (present === null) return refused("not_found");
    const answer = await gateway.upstream.call("views.update", args);
    if (isOk(answer)) gateway.views.show(present.user, answer.body.view);
    return answer;
  },
};

function misshapen(args: Arguments, gateway: Gateway): Answer | null {
  const view: Arguments = record(args.view) ?? {};
  const problems = gateway.checkBlocks("modal", list(view, "blocks") ?? []);
  return problems.length === 0 ? null : refused("invalid_arguments", problems);
}
