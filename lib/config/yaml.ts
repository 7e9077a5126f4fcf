import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import { quoteValue } from '../common/errors';
import { formatPath, type PathKey } from './paths';
import { Places } from './places';
import { type ConfigProblem, sentence } from './problems';

/** One file of YAML as data, with where everything stands. */
export interface YamlFile {
  /** The data; undefined when the file could not be read as YAML. */
  readonly data: unknown;
  /** Where everything stands. */
  readonly places: Places;
  /** What is wrong with the file as YAML. */
  readonly problems: readonly ConfigProblem[];
}

/** Values that aliases may stand for in one file: a dozen lines of nested aliases can mean billions. */
const MAX_ALIASED = 10_000;
/** Characters of a text in a message. */
const MAX_SHOWN = 60;
const CORE_TAGS = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

/**
 * Reads one YAML file (1.2, core schema) with the place of every value.
 *
 * @param file name of the file, for messages
 */
export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const places = new Places(file, lines);
  // duplicate keys are reported further down, with the option's path
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false, lineCounter: lines });
  const broken = syntaxProblems(document, text, places);
  if (broken.length > 0) return { data: undefined, places, problems: broken };
  const reader = new Reader(document, places);
  places.add([], { key: 0, value: document.contents?.range?.[0] ?? 0, shown: shown(document.contents) });
  const data = reader.read(document.contents, []);
  return { data: reader.overflowed ? undefined : data, places, problems: reader.problems };
}

/** Turns the tree of a document into data, and notes where everything stands. */
class Reader {
  readonly problems: ConfigProblem[] = [];
  private readonly open: Alias[] = [];
  private aliased = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly places: Places,
  ) {}

  /** Whether aliases stand for too much, so that the data is not whole. */
  get overflowed(): boolean {
    return this.aliased > MAX_ALIASED;
  }

  read(node: unknown, path: readonly PathKey[]): unknown {
    if (this.open.length > 0) this.aliased++;
    if (this.overflowed) return undefined;
    if (isAlias(node)) return this.readAlias(node, path);
    const { tag } = isNode(node) ? node : {};
    if (tag !== undefined && !CORE_TAGS.test(tag)) {
      this.complain(offsetOf(node), path, `the tag ${tag.replace('tag:yaml.org,2002:', '!!')}`, 'a plain value', 'remove the tag');
    }
    if (isMap(node)) return this.readMap(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => this.readItem(item, [...path, index]));
    return isScalar(node) ? node.value : null;
  }

  private readItem(item: unknown, path: readonly PathKey[]): unknown {
    const offset = offsetOf(item);
    this.places.add(path, { key: offset, value: offset, shown: shown(item) });
    return this.read(item, path);
  }

  private readMap(pairs: readonly Pair[], path: readonly PathKey[]): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const offset = offsetOf(key);
      if (!isScalar(key)) {
        this.complain(offset, path, 'a key that is no text', 'names of options as keys', 'write the name of an option');
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
      const below = [...path, name];
      if (name === '__proto__') {
        // a key that every object has already, and that schemas pass over
        this.complain(offset, below, 'a reserved name', 'the name of an option', 'remove it');
      } else if (entries.has(name)) {
        const { line } = this.places.of(below);
        this.complain(offset, below, 'a second value', `one value (the first is in line ${line})`, 'remove one of the two');
      } else {
        const start = offsetOf(value, offset);
        // a value that was left out stands nowhere
        this.places.add(below, { key: offset, value: isScalar(value) && value.source === '' ? offset : start, shown: shown(value) });
        entries.set(name, this.read(value, below));
      }
    }
    return Object.fromEntries(entries);
  }

  private readAlias(alias: Alias, path: readonly PathKey[]): unknown {
    const offset = offsetOf(alias);
    const name = alias.source;
    const target = alias.resolve(this.document);
    if (!target) {
      this.complain(offset, path, `*${name}`, 'an anchor further up', `write &${name} before the value that is meant`);
      return undefined;
    }
    if (this.open.some(({ source }) => source === name)) {
      this.complain(offset, path, `*${name} inside of &${name}`, 'a value that ends', 'write the value out');
      return undefined;
    }
    this.open.push(alias);
    const data = this.read(target, path);
    this.open.pop();
    if (this.open.length === 0 && this.overflowed) {
      const expected = `aliases that stand for at most ${MAX_ALIASED} values in a file`;
      this.complain(offset, path, 'aliases of aliases', expected, 'write the values out');
    }
    return data;
  }

  private complain(offset: number, path: readonly PathKey[], got: string, expected: string, instead: string): void {
    this.problems.push({
      file: this.places.file,
      ...this.places.at(offset),
      path: formatPath(path),
      message: sentence(got, { expected, instead }),
    });
  }
}

/** A value as a message shows it: text in quotes, other scalars as written, and no contents of maps and lists, which may hold anything. */
function shown(node: unknown): string {
  if (isMap(node)) return node.items.length > 0 ? 'a map' : 'an empty map';
  if (isSeq(node)) return node.items.length > 0 ? 'a list' : 'an empty list';
  if (isAlias(node)) return `*${node.source}`;
  if (!isScalar(node)) return 'nothing';
  if (typeof node.value !== 'string') return node.source || 'nothing';
  return quoteValue(node.value.length > MAX_SHOWN ? `${node.value.slice(0, MAX_SHOWN)}…` : node.value);
}

function offsetOf(node: unknown, otherwise = 0): number {
  return isNode(node) ? (node.range?.[0] ?? otherwise) : otherwise;
}

/** What the parser complains about. One mistake upsets what follows it in the same line, so each line is reported once. */
function syntaxProblems(document: Document.Parsed, text: string, places: Places): ConfigProblem[] {
  const problems = new Map<number, ConfigProblem>();
  const complain = (offset: number, [got, expected, instead]: ReturnType<SyntaxComplaint>) => {
    const place = places.at(offset);
    if (problems.has(place.line)) return;
    problems.set(place.line, { file: places.file, ...place, path: '', message: sentence(got, { expected, instead }) });
  };
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit && version !== '1.2') complain(Math.max(text.indexOf('%YAML'), 0), [`YAML ${version}`, 'YAML 1.2', 'remove the line']);
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    complain(pos[0], SYNTAX[code]?.(text.slice(...pos), message) ?? ['something else', 'YAML', decapitalised(message)]);
  }
  return [...problems.values()];
}

function decapitalised(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

type SyntaxComplaint = (given: string, message: string) => readonly [got: string, expected: string, instead: string];

const SYNTAX: { readonly [code: string]: SyntaxComplaint } = {
  BAD_DIRECTIVE: () => ['a directive', 'options', 'remove the line, or put the value in quotes'],
  BAD_DQ_ESCAPE: (given) => [`${given} in double quotes`, 'an escape that YAML knows', 'use single quotes, in which a backslash is one'],
  BAD_INDENT: (_, message) =>
    message.startsWith('Flow')
      ? ['the end of the list or map', `a closing ${message.slice(-1)}`, 'close the bracket']
      : ['an indentation that fits no line above', 'options of one map in one column', 'indent it like its neighbours'],
  BAD_SCALAR_START: (given) => [`a value that begins with ${given.slice(0, 1)}`, 'text in quotes', "put the value in single quotes: '…'"],
  BLOCK_AS_IMPLICIT_KEY: () => [
    'a key behind another value',
    "one 'key: value' a line",
    "put a value that holds ': ' in quotes, or indent a line like its neighbours",
  ],
  MISSING_CHAR: (_, message) =>
    message.includes('quote')
      ? ['a text that does not end', 'a closing quote', 'put the same quote at both ends']
      : ['a name alone', "'key: value'", 'write a colon and a space after the name'],
  MULTILINE_IMPLICIT_KEY: (given) => [firstLine(given), "'key: value'", 'write a colon and a space after the name'],
  MULTIPLE_DOCS: () => ['a second document', 'one cluster in a file', 'move it to a file of its own, or remove the ---'],
  RESOURCE_EXHAUSTION: () => ['more levels than can be read', 'options', 'take the brackets or dashes away'],
  TAB_AS_INDENT: () => ['a tab', 'spaces at the beginning of a line', 'put two spaces for each level'],
  TAG_RESOLVE_FAILED: (given) => [`the tag ${given}`, 'a plain value', 'remove the tag'],
};

function firstLine(given: string): string {
  return quoteValue(given.split('\n', 1)[0]?.trim());
}
