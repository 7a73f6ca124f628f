import type { ValueExpression } from "../core/expression.ts";
import type { Json, Milliseconds } from "../core/json.ts";
import type { Policy } from "../core/policy.ts";
import type { Template } from "../shared/template.ts";
import type { TemplateTree } from "../shared/template-tree.ts";
import type { MetricSettings } from "./metric-settings.ts";

/** The parsed configuration: whole, checked, and with every name resolved. */
export interface Configuration {
  /** Of what is written in the files, and of no secret: the same digest, the same configuration. */
  readonly digest: string;
  readonly policy: Policy;
  /** By id. */
  readonly sources: Readonly<Record<string, SourceSettings>>;
  /** By name. */
  readonly deployers: Readonly<Record<string, DeployerSettings>>;
  /** By name. */
  readonly metrics: Readonly<Record<string, MetricSettings>>;
  /** By name. */
  readonly sinks: Readonly<Record<string, SinkSettings>>;
  readonly people: readonly PersonMapping[];
  /** What is allowed and probably not meant, as `file:line:column path: …`. */
  readonly warnings: readonly string[];
  /** Every value that came from the environment: never to be printed. */
  readonly secrets: readonly string[];
}

/** One person under the names of several systems. */
export interface PersonMapping {
  readonly slack: string;
  readonly github: string | null;
  /** In lower case. */
  readonly email: string | null;
}

export interface SourceSettings {
  readonly id: string;
  readonly type: string;
  /** What requests are signed with; every one is valid. */
  readonly secrets: readonly string[];
  /** What requests carry as it is; every one is valid. Of secrets and tokens together there is at least one. */
  readonly tokens: readonly string[];
  /** `owner/name` with `*` for any part; empty for sources that have no such list. */
  readonly repositories: readonly string[];
  /** Where its system is asked for what the events do not say. */
  readonly api: { readonly url: string; readonly token: string | null } | null;
  /** What only this type has. */
  readonly options: Readonly<Record<string, Json>>;
}

/** A system that is told what happens. Of what, the policy says. */
export interface SinkSettings {
  readonly name: string;
  readonly url: string;
  /** For the signature of Standard Webhooks; null: unsigned. */
  readonly secret: string | null;
  /** For `Authorization: Bearer`; null: without. */
  readonly token: string | null;
  /** A URI: what events name as their source. */
  readonly source: string;
}

/** A request of the `http` deployer. */
export interface RequestTemplate {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Its host has no variables; values are to be percent-encoded. */
  readonly url: Template;
  readonly headers: Readonly<Record<string, Template>>;
  /** Sent as JSON, or, where it is one template, as the media type of `headers` says; null: no body. */
  readonly body: TemplateTree | null;
}

/** A request whose answer names the operation. `id` null: it is known by its key. */
export interface StartRequest extends RequestTemplate {
  readonly id: ValueExpression | null;
}

export interface HttpDeployerSettings {
  readonly name: string;
  readonly type: "http";
  readonly start: StartRequest;
  readonly observe: RequestTemplate & {
    readonly every: Milliseconds;
    readonly timeout: Milliseconds;
    readonly succeeded: ValueExpression;
    readonly failed: ValueExpression;
    readonly detail: ValueExpression | null;
  };
  /** Null: what was sent cannot be found again. `id` is null where the answer says there is nothing. */
  readonly lookup: (RequestTemplate & { readonly id: ValueExpression }) | null;
  /** Null: `start` with the version to return to. */
  readonly rollback: StartRequest | null;
  readonly stop: RequestTemplate | null;
  readonly shift: RequestTemplate | null;
}

export interface CommandDeployerSettings {
  readonly name: string;
  readonly type: "command";
  /** Program and arguments; the program is without variables. */
  readonly start: readonly Template[];
  readonly observe: readonly Template[] | null;
  /** Null: `start` with the version to return to. */
  readonly rollback: readonly Template[] | null;
  readonly stop: readonly Template[] | null;
  readonly env: Readonly<Record<string, Template>>;
  /** Null: where Slipway runs. */
  readonly workingFolder: string | null;
  readonly every: Milliseconds;
  readonly timeout: Milliseconds;
}

export interface GithubActionsSettings {
  readonly name: string;
  readonly type: "github-actions";
  /** `owner/name`. */
  readonly repository: string;
  /** File name of the workflow. */
  readonly workflow: string;
  readonly ref: string;
  /** Null: the usual ones. */
  readonly inputs: Readonly<Record<string, Template>> | null;
  readonly deployments: boolean;
  readonly every: Milliseconds;
  readonly timeout: Milliseconds;
}

export type DeployerSettings =
  | HttpDeployerSettings
  | CommandDeployerSettings
  | GithubActionsSettings;
