import type { SyntaxNode } from "@lezer/common";
import { QueryError } from "./query-error.ts";

/** The text that a syntax tree is about. */
export interface Source {
  readonly query: string;
}

export function textOf({ query }: Source, node: SyntaxNode): string {
  return query.slice(node.from, node.to);
}

export function childNodes(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== "LineComment") children.push(child);
  }
  return children;
}

export function onlyChild(source: Source, node: SyntaxNode): SyntaxNode {
  const [child, ...others] = childNodes(node);
  if (child === undefined || others.length > 0) {
    throw parseError(source, node.from, "expected one expression");
  }
  return child;
}

/** With line and column, counted from 1, as Prometheus words it. */
export function parseError({ query }: Source, at: number, message: string): QueryError {
  const before = query.slice(0, at).split("\n");
  const place = `${before.length}:${(before.at(-1) ?? "").length + 1}`;
  return new QueryError("bad_data", `${place}: parse error: ${message}`);
}
