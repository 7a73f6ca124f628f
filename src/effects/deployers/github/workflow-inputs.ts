import type { OperationInput } from "../../../core/job.ts";
import type { Json } from "../../../core/json.ts";
import type { Template, TemplateVariables } from "../../template.ts";

/** Members of an environment's `with` that say what to run instead of being passed to it. */
const RESERVED = new Set(["workflow", "ref", "environment"]);

/** The inputs of a workflow run. GitHub takes texts only. */
export function workflowInputs(
  input: OperationInput,
  templates: Readonly<Record<string, Template>> | null,
  variables: TemplateVariables,
): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = templates === null ? usual(input) : {};
  for (const [name, template] of Object.entries(templates ?? {})) {
    inputs[name] = template.render(variables, (text) => text);
  }
  for (const [name, value] of Object.entries(input.params)) {
    if (!RESERVED.has(name)) inputs[name] = textOf(value);
  }
  return inputs;
}

/** A text parameter of the environment, or null. */
export function textParameter({ params }: OperationInput, name: string): string | null {
  const value = params[name];
  return typeof value === "string" && value !== "" ? value : null;
}

function usual(input: OperationInput): Record<string, string> {
  const { component, version, environment, digest, key } = input;
  return { component, version, environment, digest: digest ?? "", key };
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
