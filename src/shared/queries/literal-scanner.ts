/** How a language writes texts and comments. */
export interface LiteralSyntax {
  /** Characters that open a text, and close it again. */
  readonly quotes: string;
  /** Those of them in which a backslash is an ordinary character. */
  readonly raw: string;
  /** What a comment to the end of the line begins with; null: there are none. */
  readonly comment: string | null;
  /** True: this `/` after `before` begins a regular expression, which the next `/` ends. */
  readonly isRegex?: (before: string) => boolean;
}

/** A text that is open. */
export interface OpenLiteral {
  readonly quote: string;
  /** The code in front of it; texts in it are left as their empty quotes. */
  readonly before: string;
  /** What was read of it. */
  readonly text: string;
}

/** Follows texts and comments through a query, so that it is known where a variable stands. */
export class LiteralScanner {
  /** The text that is open; null outside of any. */
  literal: OpenLiteral | null = null;
  /** All code so far; texts in it are left as their empty quotes, comments as nothing. */
  code = "";
  readonly #syntax: LiteralSyntax;
  #comment = false;
  #escaped = false;

  constructor(syntax: LiteralSyntax) {
    this.#syntax = syntax;
  }

  get isInComment(): boolean {
    return this.#comment;
  }

  read(text: string): void {
    for (const character of text) this.#step(character);
  }

  #step(character: string): void {
    if (this.#comment) {
      this.#comment = character !== "\n";
    } else if (this.literal !== null) {
      this.#inside(this.literal, character);
    } else {
      this.#outside(character);
    }
  }

  #outside(character: string): void {
    const { quotes, comment, isRegex } = this.#syntax;
    const opens =
      quotes.includes(character) || (character === "/" && isRegex?.(this.code) === true);
    if (opens) this.literal = { quote: character, before: this.code, text: "" };
    this.code += character;
    if (comment === null || !this.code.endsWith(comment)) return;
    this.code = this.code.slice(0, -comment.length);
    this.#comment = true;
  }

  #inside({ quote, before, text }: OpenLiteral, character: string): void {
    if (!this.#escaped && character === quote) {
      this.code += character;
      this.literal = null;
      return;
    }
    this.#escaped = !this.#escaped && character === "\\" && !this.#syntax.raw.includes(quote);
    this.literal = { quote, before, text: text + character };
  }
}
