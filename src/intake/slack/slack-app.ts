import { App, type Receiver, type types, type ViewResponseAction } from "@slack/bolt";
import { errorText } from "../../shared/errors.ts";
import { slackSdkLogger } from "../../shared/slack-sdk-logger.ts";
import type { ListenerContext } from "./listener.ts";
import { GROUP_EVENTS, RELEASE_COMMAND } from "./manifest.ts";
import { onClick } from "./on-click.ts";
import { type AcknowledgeCommand, onCommand } from "./on-command.ts";
import { onSubmit } from "./on-submit.ts";
import { ClickPayload, CommandPayload, SubmitPayload } from "./slack-payload.ts";

const CALL_TIMEOUT = 10_000;

export interface SlackAppOptions {
  readonly receiver: Receiver;
  readonly token: string;
  /** null: Slack's own. */
  readonly apiUrl: string | null;
  /** As `auth.test` says: given here, Bolt asks Slack nothing. */
  readonly identity: { readonly botId: string; readonly botUserId: string };
  readonly context: ListenerContext;
  /** User groups have changed: what is remembered of them no longer holds. */
  readonly onGroupsChanged: () => void;
}

/** Bolt with our listeners; starts nothing. Start and stop it with `app.start()` and `app.stop()`. */
export async function createSlackApp(options: SlackAppOptions): Promise<App> {
  const { context, identity } = options;
  const app = new App({
    receiver: options.receiver,
    token: options.token,
    botId: identity.botId,
    botUserId: identity.botUserId,
    tokenVerificationEnabled: false,
    deferInitialization: true,
    convoStore: false,
    extendedErrorHandler: true,
    // Listeners have no use for Bolt's own client; should one come to use it, it sends nothing twice.
    clientOptions: {
      ...(options.apiUrl === null ? {} : { slackApiUrl: options.apiUrl }),
      retryConfig: { retries: 0 },
      timeout: CALL_TIMEOUT,
    },
    logger: slackSdkLogger(context.log),
  });

  // One listener for each kind of thing, so that nothing is acknowledged twice and nothing is left unanswered.
  app.command(/.*/, async ({ command, ack }) => {
    if (command.command !== RELEASE_COMMAND) {
      return ack(`This app answers to ${RELEASE_COMMAND}.`);
    }
    const acknowledge: AcknowledgeCommand = (reply) =>
      ack({ ...reply, blocks: [...reply.blocks] as types.KnownBlock[] });
    return onCommand(CommandPayload.parse(command), acknowledge, context);
  });
  app.action(/.*/, async ({ body, ack }) => onClick(ClickPayload.parse(body), ack, context));
  app.view(/.*/, async ({ body, ack }) =>
    onSubmit(
      SubmitPayload.parse(body),
      (answer) => (answer === null ? ack() : ack(answer as ViewResponseAction)),
      context,
    ),
  );
  for (const event of GROUP_EVENTS) {
    app.event(event, async () => options.onGroupsChanged());
  }
  app.error(async ({ error, body }: { readonly error: Error; readonly body: object }) => {
    const type = "type" in body ? body.type : "command";
    context.log.error({ error: errorText(error), type }, "slack listener failed");
    // The receiver answers Slack with an error, where it has not answered yet.
    throw error;
  });

  await app.init();
  return app;
}
