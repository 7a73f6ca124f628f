import type { Directory, Person } from "../../core/actor.ts";
import type { Command } from "../../core/command.ts";
import type { Instant } from "../../core/json.ts";
import { releaseId } from "../../core/release-id.ts";
import { plainMessage } from "../../shared/plain-message.ts";
import { answerInTime } from "./answer-in-time.ts";
import type { Reply } from "./desk.ts";
import { askDesk, dispatchAs, type ListenerContext, replyTo, tellPrivately } from "./listener.ts";
import { parseReleaseCommand } from "./parse-release-command.ts";
import type { ReleaseAction, ReleaseCommand } from "./release-command.ts";
import type { CommandPayload } from "./slack-payload.ts";

/** Acknowledges with what the person then sees. */
export type AcknowledgeCommand = (
  reply: Reply & { readonly response_type: "ephemeral" },
) => Promise<void>;

/** `/release …`: answered within Slack's three seconds, always. */
export async function onCommand(
  payload: CommandPayload,
  acknowledge: AcknowledgeCommand,
  context: ListenerContext,
): Promise<void> {
  const components = Object.keys(context.desk.policy().components);
  const command = parseReleaseCommand(payload.text, components);
  const say = ({ text, blocks }: Reply) =>
    acknowledge({ response_type: "ephemeral", text, blocks });
  await answerInTime({
    work: carryOut(command, payload, context),
    clock: context.clock,
    inTime: say,
    meanwhile: () => say(plainMessage("Working on it…")),
    late: (reply) =>
      tellPrivately(
        context,
        {
          user: payload.user_id,
          channel: payload.channel_id,
          responseUrl: payload.response_url,
        },
        reply,
      ),
  });
}

async function carryOut(
  command: ReleaseCommand,
  payload: CommandPayload,
  context: ListenerContext,
): Promise<Reply> {
  switch (command.kind) {
    case "misunderstood":
      return plainMessage(command.sentence);
    case "query":
      return askDesk(context, command.query);
    case "action":
      return act(command.action, payload, context);
  }
}

async function act(
  action: ReleaseAction,
  payload: CommandPayload,
  context: ListenerContext,
): Promise<Reply> {
  const result = await dispatchAs(
    context,
    { user: payload.user_id, team: payload.team_id },
    {
      component: action.component,
      commandId: `command:${payload.trigger_id}`,
      command: (person, directory) => commandOf(action, person, directory, context.clock.now()),
    },
  );
  if (result.kind === "duplicate") return plainMessage("This was already recorded.");
  return (
    replyTo(result, context.desk) ?? plainMessage("Recorded. The card shows what happens next.")
  );
}

function commandOf(
  action: ReleaseAction,
  person: Person,
  directory: Directory,
  now: Instant,
): Command {
  const asked = { person, directory };
  switch (action.kind) {
    case "promote": {
      const { component, version, environment } = action;
      const release = releaseId(component, version);
      return { type: "Promote", component, release, environment, ...asked };
    }
    case "rollback": {
      const { component, version, environment } = action;
      const to = version === null ? null : releaseId(component, version);
      const reason = action.reason ?? "asked for with /release";
      return {
        type: "RollBack",
        component,
        environment,
        from: null,
        to,
        trigger: "command",
        reason,
        ...asked,
      };
    }
    case "hold": {
      const { component, reason } = action;
      return { type: "Hold", component, environment: null, reason, ...asked };
    }
    case "unhold": {
      const { component, environment } = action;
      return { type: "Unhold", component, environment, ...asked };
    }
    case "freeze": {
      const { component, reason } = action;
      const until = now + action.duration;
      return component === null
        ? { type: "FreezeEverything", reason, until, ...asked }
        : { type: "Freeze", component, reason, until, ...asked };
    }
    case "unfreeze": {
      const { component } = action;
      return component === null
        ? { type: "UnfreezeEverything", ...asked }
        : { type: "Unfreeze", component, ...asked };
    }
  }
}
