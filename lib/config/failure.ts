import { type ComplaintParts, InvalidOptionError, quoteValue } from '../common/errors';
import type { LoadedCluster } from './load';
import { formatPath, type PathKey, parsePath } from './paths';
import { FILE_NAMES, pipeline } from './pipeline';
import { Side } from './places';
import { ConfigError, type ConfigProblem, formatProblem, sentence } from './problems';
import { lookInto, typeAt } from './walk';

/** The heading that cdk8s puts above the results of validation. */
const HEADING = /^Validation failed with the following errors:\n/;
/** A result of validation about one option: `[eu/VMSingle] storageSize: got 30Gi, …`, or about the buffer of a destination. */
const RESULT = /^\[([^\]]+)\] (?:buffer of ([\w-]+)|([\w.$[\]"-]+)): (got .*)$/s;
/** Amounts as a program writes them, for which a file has a shorter form. */
const AMOUNT = /\b(?:Size|Duration)\.(\w+)\((\d+)\)/g;
const UNITS: ReadonlyMap<string, string> = new Map([
  ['kibibytes', 'Ki'],
  ['mebibytes', 'Mi'],
  ['gibibytes', 'Gi'],
  ['millis', 'ms'],
  ['seconds', 's'],
  ['minutes', 'm'],
  ['hours', 'h'],
  ['days', 'd'],
]);

/**
 * Says what is wrong with a cluster whose pipeline could not be built or rendered, with the place in its file where that is known.
 *
 * @param loaded the cluster that failed
 * @param error what was thrown
 */
export function problemsOfFailure(loaded: LoadedCluster, error: unknown): ConfigProblem[] {
  if (error instanceof ConfigError) return [...error.problems];
  if (error instanceof InvalidOptionError) return [problemOfOption(loaded, error.where, error.parts)];
  const text = (error instanceof Error ? error.message : String(error)).replace(HEADING, '');
  // a line that does not begin with the path of a construct goes on with the one above
  const lines = text.split(/\n(?=\s*\[)/).map((line) => line.trim());
  return lines.map((line) => problemOfResult(loaded, line));
}

/** The same as text: one line or more, for a user to read. */
export function describeFailure(loaded: LoadedCluster, error: unknown): string {
  return problemsOfFailure(loaded, error).map(formatProblem).join('\n');
}

/** One result of validation, at the line of the option that it is about where the file knows that option. */
function problemOfResult(loaded: LoadedCluster, result: string): ConfigProblem {
  const { file, cluster, places } = loaded;
  const [whole, where = '', destination, option = '', message = ''] = RESULT.exec(result) ?? [];
  const path = destination === undefined ? inFile(where, cluster, option, (own) => places.has(own)) : bufferOf(loaded, destination);
  return whole === undefined || !typeAt(pipeline, path)
    ? { file, line: 0, column: 0, path: '', message: result }
    : places.problem(path, inWordsOfFile(message));
}

/** The path in the file of what is kept for a destination: its own budget, or the agent's where it has none. */
function bufferOf({ props, places }: LoadedCluster, name: string): PathKey[] {
  const index = (props.destinations ?? []).findIndex(({ destination }) => destination.name === name);
  const cloud = props.publicEndpointEnabled && name === (props.nebiusCloud?.name ?? 'nebius-cloud');
  const own = [...(index >= 0 ? ['remoteWrite', index] : [cloud ? 'nebiusCloud' : 'vmSingle']), 'buffer'];
  return places.has(own) ? own : ['vmAgent', 'buffer'];
}

function inWordsOfFile(text: string): string {
  return text.replace(AMOUNT, (amount, unit: string, count: string) => {
    const short = UNITS.get(unit);
    return short === undefined ? amount : `${count}${short}`;
  });
}

function problemOfOption({ file, cluster, places }: LoadedCluster, where: string, parts: ComplaintParts): ConfigProblem {
  const path = inFile(where, cluster, parts.option, (option) => places.has(option));
  const type = typeAt(pipeline, path);
  // a complaint about something else than an option, such as two targets of one name, keeps its own words
  const known = type ? path : path.slice(0, 1).filter((key) => typeAt(pipeline, [key]));
  const option = type ? formatPath(path) : [formatPath(known), parts.option].filter(Boolean).join(': ');
  const got = type && lookInto(type).hidden ? 'text' : quoteValue(parts.got);
  const message = sentence(got, { expected: parts.expected, instead: inWordsOfFile(parts.instead) });
  return { file, ...places.of(known, type ? Side.VALUE : Side.KEY), path: option, message };
}

/** The path in the file of an option of a construct. */
function inFile(where: string, cluster: string, option: string, has: (path: readonly PathKey[]) => boolean): PathKey[] {
  const [first = '', ...rest] = parsePath(option);
  const own = [FILE_NAMES.get(String(first)) ?? first, ...rest];
  const section = sectionOf(where, cluster);
  if (section === undefined) return own;
  const below = [section, ...own];
  // what a part is not given itself, it has from the pipeline under the same name
  return !has(below) && has(own) ? own : below;
}

/** The part of the file that a construct comes from: ids are the names of parts, in other case. */
function sectionOf(where: string, cluster: string): string | undefined {
  const [, factory, method] = /^([A-Z]\w*)\.(\w+)$/.exec(where) ?? [];
  // the chart has the cluster's name, which may be that of a part
  const below = `${where}/`.startsWith(`${cluster}/`) ? where.slice(cluster.length + 1) : where;
  const segments = factory && method ? [method, factory] : below.split('/');
  const sections = Object.keys(lookInto(pipeline).fields ?? {});
  return segments.flatMap((segment) => sections.filter((name) => name.toLowerCase() === segment.toLowerCase()))[0];
}
