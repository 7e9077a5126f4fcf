import { type ComplaintParts, InvalidOptionError, quoteValue } from '../common/errors';
import type { LoadedCluster } from './load';
import { formatPath, type PathKey, parsePath } from './paths';
import { FILE_NAMES, pipeline } from './pipeline';
import { Side } from './places';
import { ConfigError, formatProblem, sentence } from './problems';
import { lookInto, typeAt } from './walk';

/** The heading that cdk8s puts above the results of validation. */
const HEADING = /^Validation failed with the following errors:\n/;

/**
 * Says what is wrong with a cluster whose pipeline could not be built or rendered, with the place in its file where that is known.
 *
 * @param loaded the cluster that failed
 * @param error what was thrown
 * @returns one line or more, for a user to read
 */
export function describeFailure(loaded: LoadedCluster, error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof InvalidOptionError) return describeOption(loaded, error.where, error.parts);
  const text = (error instanceof Error ? error.message : String(error)).replace(HEADING, '');
  // a line that does not begin with the path of a construct goes on with the one above
  const lines = text.split(/\n(?=\s*\[)/).map((line) => line.trim());
  return lines.map((line) => `${loaded.file}: ${line}`).join('\n');
}

function describeOption({ file, cluster, places }: LoadedCluster, where: string, parts: ComplaintParts): string {
  const path = inFile(where, cluster, parts.option, (option) => places.has(option));
  const type = typeAt(pipeline, path);
  // a complaint about something else than an option, such as two targets of one name, keeps its own words
  const known = type ? path : path.slice(0, 1).filter((key) => typeAt(pipeline, [key]));
  const option = type ? formatPath(path) : [formatPath(known), parts.option].filter(Boolean).join(': ');
  const got = type && lookInto(type).hidden ? 'text' : quoteValue(parts.got);
  return formatProblem({ file, ...places.of(known, type ? Side.VALUE : Side.KEY), path: option, message: sentence(got, parts) });
}

/** The path in the file of an option of a construct. */
function inFile(where: string, cluster: string, option: string, has: (path: readonly PathKey[]) => boolean): PathKey[] {
  const [first = '', ...rest] = parsePath(option);
  const own = [FILE_NAMES[first] ?? first, ...rest];
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
