/** The rest of a name, a number or duration, and a text in quotes, from where they begin. */
const NAME = /[\w:]+/y;
const NUMBER = /(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?:(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)?|\.\d+)(?![\w.:])/y;
const STRING = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'/y;
const PAIRS: ReadonlySet<string> = new Set(['=~', '!~', '!=', '==', '<=', '>=']);
const [SPACE, QUOTE, APOSTROPHE, POINT, UNDERSCORE] = [32, 34, 39, 46, 95];

/** Says that a text is not as plain as is read here. */
export const NOT_PLAIN = Symbol('not plain');

/** Goes through the tokens of a text; the one that comes next is known. */
export class Tokens {
  /** The token that comes next: one of these, and where it stands. */
  protected name: string | undefined;
  /** The name in lower case; keywords may be written in either. */
  protected word: string | undefined;
  protected number: string | undefined;
  protected string: string | undefined;
  protected sign: string | undefined;
  protected start = 0;
  protected end = 0;
  /** Where the token before it ended. */
  protected before = 0;

  constructor(protected readonly code: string) {
    this.next();
  }

  protected next(): void {
    const { code } = this;
    let at = this.end;
    this.before = at;
    while (code.charCodeAt(at) <= SPACE) at++;
    this.start = at;
    const first = code.charCodeAt(at);
    const isName = (first >= 97 && first <= 122) || (first >= 65 && first <= 90) || first === UNDERSCORE;
    this.name = isName ? this.matched(NAME) : undefined;
    this.word = this.name?.toLowerCase();
    this.number = (first >= 48 && first <= 57) || first === POINT ? this.matched(NUMBER) : undefined;
    this.string = first === QUOTE || first === APOSTROPHE ? this.matched(STRING) : undefined;
    if (this.name ?? this.number ?? this.string) {
      this.sign = undefined;
      return;
    }
    const two = code.slice(at, at + 2);
    this.sign = PAIRS.has(two) ? two : code.charAt(at);
    this.end = at + this.sign.length;
  }

  private matched(regex: RegExp): string {
    regex.lastIndex = this.start;
    if (!regex.test(this.code)) throw NOT_PLAIN;
    this.end = regex.lastIndex;
    return this.code.slice(this.start, this.end);
  }

  protected take(sign: string): void {
    if (this.sign !== sign) throw NOT_PLAIN;
    this.next();
  }

  protected is(sign: string): boolean {
    return this.sign === sign;
  }

  protected isWord(word: string): boolean {
    return this.word === word;
  }
}
