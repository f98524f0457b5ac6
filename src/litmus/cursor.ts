/** A position in a list of tokens, with what every hand-written parser needs. */
import type { KcheckError } from '../errors.ts';
import { litmusError, type LitmusErrorCode } from './errors.ts';
import type { Token } from './lexer.ts';
import type { Source } from './source.ts';

export class Cursor {
  readonly source: Source;
  readonly #tokens: readonly Token[];
  #at = 0;

  /** The last token is the `end`. */
  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source;
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('a token list without its end');
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Whether the next token is this word or mark. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind !== 'end' && token.text === text;
  }

  /** Takes the next token if it is this one. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): Token {
    if (!this.is(text)) throw this.error(`expected '${text}' but found '${this.peek().text}'`);
    return this.next();
  }

  word(what: string): Token {
    const token = this.peek();
    if (token.kind !== 'word') throw this.error(`expected ${what} but found '${token.text}'`);
    return this.next();
  }

  /** An integer with an optional sign. */
  integer(): number {
    const negative = this.accept('-');
    const token = this.peek();
    if (token.kind !== 'number') throw this.error(`expected a number but found '${token.text}'`);
    this.next();
    return negative ? -Number(token.text) : Number(token.text);
  }

  atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** An error at the next token, or at the token given. */
  error(
    message: string,
    token: Token = this.peek(),
    code: LitmusErrorCode = 'KC0302',
  ): KcheckError {
    return litmusError(code, message, this.source, token.offset);
  }

  /** The tokens up to the first that `stops` accepts, as a cursor of their own. */
  until(stops: (token: Token) => boolean): Cursor {
    const start = this.#at;
    while (!this.atEnd() && !stops(this.peek())) this.#at++;
    const end: Token = { kind: 'end', text: 'the end of the cell', offset: this.peek().offset };
    return new Cursor(this.source, [...this.#tokens.slice(start, this.#at), end]);
  }
}
