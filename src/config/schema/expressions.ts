import { z } from "zod";
import type { Json } from "../../core/json.ts";
import { type ParsedTemplate, parseTemplate } from "../../shared/template.ts";
import { parseTemplateTree, type TemplateTree } from "../../shared/template-tree.ts";
import { parseUrlTemplate } from "../../shared/url-template.ts";
import { type Compiled, compileAnswer, compileGate, compilePassCondition } from "../expression.ts";

type Context = z.core.$RefinementCtx<string>;

function reject(context: Context, message: string, offset: number): never {
  context.addIssue({ code: "custom", message, params: { offset } });
  return z.NEVER;
}

function compiled<E>(compile: (source: string) => Compiled<E>) {
  return z.string().transform((source, context): E => {
    const result = compile(source);
    if (result.kind === "compiled") return result.expression;
    return reject(context, result.problem.message, result.problem.offset);
  });
}

function parsedWith<T>(parse: (source: string) => ParsedTemplate<T>) {
  return z.string().transform((source, context): T => {
    const result = parse(source);
    if (result.kind === "template") return result.template;
    return reject(context, result.message, result.offset);
  });
}

export const gateExpression = compiled(compileGate);
export const passExpression = compiled(compilePassCondition);
/** Over an answer; must be true or false. */
export const answerCondition = compiled((source) => compileAnswer(source, "bool"));
export const answerExpression = compiled((source) => compileAnswer(source, "any"));

export function template(variables: readonly string[]) {
  return parsedWith((source) => parseTemplate(source, variables));
}

export function urlTemplate(variables: readonly string[]) {
  return parsedWith((source) => parseUrlTemplate(source, variables));
}

/** YAML data is JSON: nothing else comes out of `yaml-tree.ts`. */
export const json = z.custom<Json>(() => true);

export function templateTree(variables: readonly string[]) {
  return json.transform((value, context): TemplateTree => {
    const parsed = parseTemplateTree(value, variables);
    if (parsed.kind === "tree") return parsed.tree;
    for (const { path, message, offset } of parsed.problems) {
      context.addIssue({ code: "custom", message, path: [...path], params: { offset } });
    }
    return z.NEVER;
  });
}
