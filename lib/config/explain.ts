import type * as z from 'zod/mini';
import { nearest } from '../common/nearest';
import { formatPath, type PathKey } from './paths';
import { FILE_NAMES, MOVED, pipeline } from './pipeline';
import { type Places, Side } from './places';
import { type ConfigProblem, sentence } from './problems';
import { lookInto, typeAt } from './walk';

type Issue = z.core.$ZodIssue;

/** Turns what the schema has against some data into problems of the file. */
export function explain(issues: readonly Issue[], places: Places): ConfigProblem[] {
  const all = issues.flatMap((issue) => leaves(issue));
  const meant = new Set(
    all.filter(isUnknown).flatMap(({ path, keys }) => keys.map((key) => formatPath([...keysOf(path), meantBy(key, path) ?? '']))),
  );
  const seen = new Set<string>();
  return all.flatMap((issue) => {
    const path = keysOf(issue.path);
    if (isUnknown(issue)) return issue.keys.map((key) => unknownOption(path, key, places));
    const name = formatPath(path);
    // one complaint about a value is enough, and one about a slip in a name covers the option that it stands for
    if (seen.has(name) || (!places.has(path) && meant.has(name))) return [];
    seen.add(name);
    if (issue.code === 'invalid_key') {
      const key = path.at(-1) ?? '';
      return [places.problem(path, said(JSON.stringify(key), issue.issues[0]?.message ?? ''), Side.KEY)];
    }
    return [places.problem(path, said(gotText(issue, path, places), issue.message))];
  });
}

/** A sentence of what was given and of an advice: what is allowed, and what to write instead. */
function said(got: string, advice: string): string {
  return `got ${got}, expected ${advice}`;
}

/** The value as a message shows it: as the schema says, as a word where it may be a secret, else as the file has it. */
function gotText(issue: Issue, path: readonly PathKey[], places: Places): string {
  const stated: unknown = issue.code === 'custom' ? issue.params?.got : undefined;
  if (typeof stated === 'string') return stated;
  const type = typeAt(pipeline, path);
  const shown = places.shown(path);
  if (!type || !lookInto(type).hidden) return shown;
  return shown.startsWith('"') ? 'text' : shown.replace(/^[-+.\d].*$/, 'a number');
}

/** The complaints of the alternative that was most likely meant: the one that gets further than to the type or the form of the value. */
function leaves(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [ofType, ...more] = issue.errors.filter((branch) => branch.some(({ code }) => code !== 'invalid_type'));
  const meant =
    issue.errors.find((branch) => branch.some(({ path }) => path.length > 0)) ??
    issue.errors.find((branch) => branch.some(({ code }) => code === 'custom')) ??
    (more.length === 0 ? ofType : undefined);
  return meant ? meant.flatMap((inner) => leaves({ ...inner, path: [...issue.path, ...inner.path] })) : [issue];
}

function isUnknown(issue: Issue): issue is z.core.$ZodIssueUnrecognizedKeys {
  return issue.code === 'unrecognized_keys';
}

/** Data of a file has no symbols as keys. */
function keysOf(path: readonly PropertyKey[]): PathKey[] {
  return path.map((key) => (typeof key === 'symbol' ? String(key) : key));
}

function allowedAt(path: readonly PropertyKey[]): string[] {
  const type = typeAt(pipeline, keysOf(path));
  return Object.keys((type && lookInto(type).fields) ?? {});
}

function meantBy(key: string, path: readonly PropertyKey[]): string | undefined {
  return nearest(key, allowedAt(path));
}

/** A key that is the name of a secret, and of none of its whereabouts. */
const SECRET = /^(?!.*(file|path|url|name|secrets?)$).*(passw|token|secret|api_?key|bearer)/i;
/** Options above which a list of them helps nobody. */
const FEW = 10;

function unknownOption(path: readonly PathKey[], key: string, places: Places): ConfigProblem {
  const owner = path.length === 0 ? 'the pipeline' : formatPath(path);
  const allowed = allowedAt(path);
  const complain = (got: string, expected: string, instead: string) =>
    places.problem([...path, key], sentence(got, { expected, instead }), Side.KEY);
  if (SECRET.test(key) && /^["\d]/.test(places.shown([...path, key]))) {
    return complain('a secret in the open', 'the name of a Secret', secretAdvice(allowed));
  }
  const moved = MOVED.get(formatPath([...path, key]));
  if (moved) return complain('an unknown option', `an option of ${owner}`, moved);
  const near = (path.length === 0 ? FILE_NAMES.get(key) : undefined) ?? meantBy(key, path) ?? elsewhere(path, key);
  if (near) return complain('an unknown option', `an option of ${owner}`, `did you mean ${near}?`);
  if (key === '<<') return complain('a merge key, which YAML 1.2 does not have', `an option of ${owner}`, 'write the options out');
  return allowed.length <= FEW
    ? complain('an unknown option', `one of ${allowed.join(', ')}`, 'take one of these, or remove it')
    : complain('an unknown option', `an option of ${owner}`, 'take one of those in pipeline.yaml, or remove it');
}

function secretAdvice(allowed: readonly string[]): string {
  if (allowed.includes('credential')) return 'write credential: {tokenSecret: {name: …, key: …}}';
  if (allowed.includes('tokenSecret')) return 'write tokenSecret: {name: …, key: …}';
  if (allowed.includes('adminSecret')) return 'write adminSecret, the name of a Secret with the keys admin-user and admin-password';
  return 'remove it, and put it into a Secret';
}

/** Where an option of this name is: further down, or in the one part that has it. */
function elsewhere(path: readonly PathKey[], key: string): string | undefined {
  const [below] = find(path, key);
  if (below) return formatPath(below);
  const [only, ...more] = find([], key);
  return only && more.length === 0 ? formatPath(only) : undefined;
}

/** Paths, relative to a place of the schema, that end with a key; not through lists, whose items nobody means. */
function find(start: readonly PathKey[], key: string): PathKey[][] {
  const type = typeAt(pipeline, start);
  const fields = Object.entries((type && lookInto(type).fields) ?? {});
  return fields.flatMap(([name]) => (name === key ? [[name]] : find([...start, name], key).map((rest) => [name, ...rest])));
}
