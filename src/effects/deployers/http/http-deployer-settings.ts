import type { ValueExpression } from "../../../core/expression.ts";
import type { Milliseconds } from "../../../core/json.ts";
import type { Template } from "../../template.ts";

/** JSON whose texts are templates. */
export type TemplateTree =
  | Template
  | null
  | boolean
  | number
  | readonly TemplateTree[]
  | { readonly [key: string]: TemplateTree };

/** One request, as configured. Templates read the variables of the operation. */
export interface HttpRequestSettings {
  readonly method: string;
  readonly url: Template;
  readonly headers: Readonly<Record<string, Template>>;
  /**
   * null: no body. A tree is sent as JSON; one template is sent as it stands, escaped for the media type
   * that `headers` name.
   */
  readonly body: TemplateTree | null;
}

/** A request that begins something. `id` reads what the system calls it; null: it knows it by our key. */
export interface HttpStartSettings extends HttpRequestSettings {
  readonly id: ValueExpression | null;
}

/** Expressions read `status`, `headers` and `body`; templates can read `id` besides. */
export interface HttpObserveSettings extends HttpRequestSettings {
  readonly every: Milliseconds;
  readonly timeout: Milliseconds;
  readonly succeeded: ValueExpression;
  readonly failed: ValueExpression;
  readonly detail: ValueExpression | null;
}

export interface HttpDeployerSettings {
  readonly name: string;
  readonly start: HttpStartSettings;
  readonly observe: HttpObserveSettings;
  /** null: start again with the version to return to. */
  readonly rollback: HttpStartSettings | null;
  /**
   * Finds by `{{key}}` what an earlier try may have begun. Answers 404, or an `id` that is null or empty,
   * when there is nothing.
   */
  readonly lookup: (HttpRequestSettings & { readonly id: ValueExpression }) | null;
  readonly stop: HttpRequestSettings | null;
}
