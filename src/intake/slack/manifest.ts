import type { webApi } from "@slack/bolt";

export type Manifest = Exclude<webApi.AppsManifestCreateArguments["manifest"], string>;

/** The one command the app answers to. */
export const RELEASE_COMMAND = "/release";

/** The events the app listens to: who is in which user group. */
export const GROUP_EVENTS = ["subteam_members_changed", "subteam_updated"] as const;

/** Scopes of the bot, each with what it is for: `test/manifest.test.ts` holds them to the calls that are made. */
const SCOPES = [
  "channels:history",
  "channels:join",
  "channels:read",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
  "groups:read",
  "usergroups:read",
  "users:read",
  "users:read.email",
] as const;

export type ManifestMode =
  | { readonly kind: "socket" }
  /** `url`: where Slack posts, e.g. `https://slipway.example/slack/events`. */
  | { readonly kind: "http"; readonly url: string };

/** The Slack app: exactly what the code uses, for either way of receiving. */
export function manifestFor(mode: ManifestMode): Manifest {
  const socket = mode.kind === "socket";
  const commandUrl = socket ? {} : { url: mode.url };
  const requestUrl = socket ? {} : { request_url: mode.url };
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name: "Slipway",
      description: "Approve, deploy, watch and roll back releases of models and services",
      background_color: "#1d3557",
    },
    features: {
      // Direct messages to owners arrive in the app's messages tab; there is nothing to write there.
      app_home: {
        home_tab_enabled: false,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: true,
      },
      bot_user: { display_name: "slipway", always_online: true },
      slash_commands: [
        {
          command: RELEASE_COMMAND,
          description: "See, promote, hold and roll back releases",
          usage_hint:
            "[COMPONENT [history | promote VERSION to ENV | rollback | hold REASON]] | help",
          should_escape: true,
          ...commandUrl,
        },
      ],
    },
    oauth_config: { scopes: { bot: [...SCOPES] } },
    settings: {
      event_subscriptions: { bot_events: [...GROUP_EVENTS], ...requestUrl },
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: socket,
      token_rotation_enabled: false,
    },
  };
}
