import { RelabelRegex, stripAnchors } from '../relabel-regex';

/** Texts that a regex matches. */
export interface Examples {
  readonly texts: readonly string[];
  /** These are all. */
  readonly complete: boolean;
}

const MOST = 8;
const EMPTY: Examples = { texts: [''], complete: true };
/** What is tried for a class of characters. */
const CHARACTERS = [...'x0X-_/:. ,;@é'];
const ESCAPES: { readonly [escaped: string]: string } = { n: '\n', t: '\t', r: '\r', f: '\f' };
/** A class, an escape, what opens a group, a quantifier, or one character. */
const TOKEN =
  /(?<class>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\.|\\[dDsSwW]|\\[pP](?:\{[^}]*\}|.))|\\(?<escaped>.)|(?<open>\((?:\?(?:P?<\w+>|[a-zA-Z-]*[:)]))?)|(?<quantifier>(?:[*+?]|\{\d+(?:,\d*)?\})\??)|(?<other>.)/suy;

const known = new Map<string, Examples>();

/**
 * Some texts that a regex matches, each other branch of it once; none where it is written in a way that is not read here.
 *
 * The regex is one of a relabel rule: RE2, matched against the whole text.
 */
export function examplesOf(pattern: string): Examples {
  const before = known.get(pattern);
  if (before) return before;
  const { texts, complete } = parse(stripAnchors(pattern)) ?? { texts: [], complete: false };
  const regex = RelabelRegex.of(pattern);
  const matching = texts.filter((text) => regex.matches(text));
  const made = { texts: matching, complete: complete && matching.length === texts.length };
  known.set(pattern, made);
  return made;
}

function parse(pattern: string): Examples | undefined {
  const tokens = new RegExp(TOKEN);
  let readable = true;

  const group = (): Examples => {
    const branches: Examples[] = [];
    let branch: Examples[] = [];
    for (let match = tokens.exec(pattern); match !== null; match = tokens.exec(pattern)) {
      const { class: characters, escaped, open, quantifier, other } = match.groups ?? {};
      if (other === ')') break;
      if (other === '|') {
        branches.push(inSequence(branch));
        branch = [];
      } else if (characters !== undefined) branch.push(oneOf(characters));
      else if (escaped !== undefined) {
        // \Q, \x41 and octal numbers
        if (/[QExbBAz0-9C]/.test(escaped)) readable = false;
        branch.push(literal(ESCAPES[escaped] ?? escaped));
      } else if (quantifier !== undefined) branch.push(repeated(branch.pop() ?? EMPTY, quantifier));
      // a flag may make the branch match in other cases, too
      else if (open?.endsWith(')')) branch.push({ texts: [''], complete: false });
      else if (open !== undefined) branch.push(open.includes('i') && !open.includes('<') ? { ...group(), complete: false } : group());
      else branch.push(literal(other ?? ''));
    }
    return either([...branches, inSequence(branch)]);
  };

  const examples = group();
  return readable ? examples : undefined;
}

function literal(text: string): Examples {
  return { texts: [text], complete: true };
}

function oneOf(characters: string): Examples {
  if (characters === '.') return { texts: ['x'], complete: false };
  const regex = RelabelRegex.of(characters);
  const found = CHARACTERS.find((character) => regex.matches(character)) ?? firstOf(characters);
  return { texts: found === undefined ? [] : [found], complete: false };
}

/** The first character that a class names: `[qr]`, `[k-n]`. */
function firstOf(characters: string): string | undefined {
  return /^\[([^\\[^])/.exec(characters)?.[1];
}

function repeated({ texts, complete }: Examples, quantifier: string): Examples {
  if (quantifier.startsWith('?')) return either([EMPTY, { texts, complete }]);
  const [first] = texts;
  if (quantifier.startsWith('*')) return { texts: first === undefined ? [''] : ['', first], complete: false };
  const [, count = '1', comma] = /^\{(\d+)(,)?/.exec(quantifier) ?? [];
  const least = quantifier.startsWith('+') ? 1 : Number(count);
  const times = texts.map((text) => text.repeat(least));
  return { texts: times, complete: complete && !quantifier.startsWith('+') && comma === undefined && texts.length < 2 };
}

function either(branches: readonly Examples[]): Examples {
  const texts = [...new Set(branches.flatMap((branch) => branch.texts))];
  return { texts: texts.slice(0, MOST), complete: texts.length <= MOST && branches.every(({ complete }) => complete) };
}

function inSequence(parts: readonly Examples[]): Examples {
  return parts.reduce((before, part) => {
    const complete = before.complete && part.complete;
    if (before.texts.length * part.texts.length <= MOST) {
      return { texts: before.texts.flatMap((front) => part.texts.map((text) => front + text)), complete };
    }
    // not each with each, but each once
    const length = Math.max(before.texts.length, part.texts.length);
    const texts = Array.from({ length }, (_, index) => pick(before.texts, index) + pick(part.texts, index));
    return { texts, complete: false };
  }, EMPTY);
}

function pick(texts: readonly string[], index: number): string {
  return texts[index % texts.length] ?? '';
}
