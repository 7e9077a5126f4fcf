/** Signs that are complete by themselves; texts end where an unescaped quote does. */
const TOKEN =
  /\s*(?:([[\]{},:])|("(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null))/y;

/** What may come next. */
type Wanted = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or ]' | ', or }' | 'the end';

/** Where a text stops being JSON, and what should stand there. */
export interface JsonFault {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly got: string;
  readonly expected: string;
}

const EXPECTED: { readonly [wanted in Wanted]: string } = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  'name or }': 'a name in double quotes or "}"',
  name: 'a name in double quotes',
  ':': '":"',
  ', or ]': '"," or "]"',
  ', or }': '"," or "}"',
  'the end': 'the end of the file',
};

/** The first place at which a text that is no JSON goes wrong. Parsers say it in words of their own, which change with their version. */
export function jsonFault(text: string): JsonFault {
  const open: ('[' | '{')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const [token, sign, word, plain] = TOKEN.exec(text) ?? [];
    const next: Wanted | undefined = token === undefined ? undefined : after(wanted, open, sign, word !== undefined, plain !== undefined);
    if (token === undefined || next === undefined) return faultAt(text, at, wanted);
    wanted = next;
    at += token.length;
  }
}

/** What may follow a token; nothing where the token itself may not stand. Keeps the list of what is open. */
function after(wanted: Wanted, open: ('[' | '{')[], sign: string | undefined, isText: boolean, isPlain: boolean): Wanted | undefined {
  const isValue = wanted === 'value' || wanted === 'value or ]';
  const behind = (): Wanted => {
    const inside = open.at(-1);
    return inside === undefined ? 'the end' : inside === '[' ? ', or ]' : ', or }';
  };
  if (isText && (wanted === 'name' || wanted === 'name or }')) return ':';
  if (isText || isPlain) return isValue ? behind() : undefined;
  switch (sign) {
    case '[':
    case '{':
      if (!isValue) return undefined;
      open.push(sign);
      return sign === '[' ? 'value or ]' : 'name or }';
    case ']':
    case '}':
      if (wanted !== `, or ${sign}` && wanted !== (sign === ']' ? 'value or ]' : 'name or }')) return undefined;
      open.pop();
      return behind();
    case ',':
      if (wanted !== ', or ]' && wanted !== ', or }') return undefined;
      return wanted === ', or ]' ? 'value' : 'name';
    default:
      return wanted === ':' ? 'value' : undefined;
  }
}

function faultAt(text: string, from: number, wanted: Wanted): JsonFault {
  const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
  const lines = text.slice(0, start).split('\n');
  const [got = ''] = /^("[^"\n]{0,30}"?|[\w.+-]{1,30}|[^\n]?)/.exec(text.slice(start)) ?? [];
  return {
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
    got: got === '' ? 'the end of the file' : got.startsWith('"') ? got : `"${got}"`,
    expected: EXPECTED[wanted],
  };
}
