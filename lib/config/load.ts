import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { MetricsPipelineProps } from '../../charts/options';
import { explain } from './explain';
import { type Digests, LOCK_COMMAND, readLock } from './lock';
import { parsePath } from './paths';
import { FIRST_LINE, pipeline } from './pipeline';
import type { Place, Places } from './places';
import { ConfigError, type ConfigProblem, fileProblem, inFileOrder, sentence } from './problems';
import { readYaml } from './yaml';

/** One cluster of a file. */
export interface LoadedCluster {
  /** The file, as it was given. */
  readonly file: string;
  /** Name of the cluster. */
  readonly cluster: string;
  /** The options of its pipeline. */
  readonly props: MetricsPipelineProps;
  /** Where each option stands in the file. @internal */
  readonly places: Places;
}

/** What became of one file. */
interface Reading {
  readonly places: Places;
  readonly problems: readonly ConfigProblem[];
  /** The name that the file gives, also where something else is wrong with it. */
  readonly cluster?: string;
  readonly loaded?: LoadedCluster;
}

/** How cluster files are read. */
export interface LoadOptions {
  /** Reads a file that a cluster file names, by the name there: a path from the folder of the cluster file. @default - from the disk */
  readonly readBeside?: (name: string) => string;
  /** Leaves lock files unread, so that images have no digests: they may be what is to be written. @default false */
  readonly withoutLock?: boolean;
}

/**
 * Reads clusters from one file, or from all YAML files of a folder in the order of their names.
 *
 * @param path a file, or a folder; what lies in folders below it is not read
 * @throws ConfigError with everything that is wrong in all files together
 */
export function loadClusters(path: string, options: LoadOptions = {}): LoadedCluster[] {
  const readings = filesOf(path).map((file): Reading | ConfigProblem => {
    try {
      return readFile(file, readFileSync(file, 'utf8'), options);
    } catch (error) {
      return unreadable(file, error);
    }
  });
  const problems = readings.flatMap((reading) => ('problems' in reading ? inFileOrder(reading.problems) : [reading]));
  const read = readings.filter((reading): reading is Reading => 'problems' in reading);
  const twice = sameClusters(read);
  if (problems.length + twice.length > 0) throw new ConfigError([...problems, ...twice]);
  return read.flatMap(({ loaded }) => loaded ?? []);
}

/**
 * Reads one cluster from the text of a file.
 *
 * @param file name of the file, for messages
 * @throws ConfigError with everything that is wrong in it
 */
export function parseCluster(file: string, text: string, options: LoadOptions = {}): LoadedCluster {
  const { loaded, problems } = readFile(file, text, options);
  if (!loaded) throw new ConfigError(inFileOrder(problems));
  return loaded;
}

/** The place of an option in the file of a cluster; of what should hold it where it is not there. */
export function locate(loaded: LoadedCluster, option: string): Place {
  return loaded.places.of(parsePath(option));
}

function readFile(file: string, text: string, options: LoadOptions): Reading {
  const { data, places, problems: unread } = readYaml(file, text);
  if (data === undefined) return { places, problems: unread };
  if (data === null) {
    const message = sentence('an empty file', {
      expected: 'the options of one cluster',
      instead: `write ${FIRST_LINE}`,
    });
    return { places, problems: [{ file, line: 1, column: 1, path: '', message }] };
  }
  const { data: found, error } = pipeline.safeParse(data, { jitless: true });
  const explained = error ? explain(error.issues, places) : [];
  // what could not be read is no value, so what the schema says about it means nothing
  const wrong = [...unread, ...explained.filter(({ path }) => !unread.some((other) => isWithin(path, other.path)))];
  const cluster = typeof data === 'object' && 'cluster' in data && typeof data.cluster === 'string' ? data.cluster : undefined;
  if (wrong.length > 0 || !found) return { places, problems: wrong, cluster };
  const { digests, problems } = digestsOf(file, found.lock, places, options);
  const props = digests ? { ...found.props, images: { ...found.props.images, digests } } : found.props;
  return { places, problems, cluster, loaded: problems.length === 0 ? { file, cluster: props.cluster, props, places } : undefined };
}

interface DigestsOfFile {
  readonly digests?: Digests;
  readonly problems: readonly ConfigProblem[];
}

/** What the lock file says that a cluster file names. */
function digestsOf(file: string, lock: string | undefined, places: Places, options: LoadOptions): DigestsOfFile {
  if (lock === undefined || options.withoutLock) return { problems: [] };
  const path = besides(file, lock);
  try {
    return readLock(path, options.readBeside ? options.readBeside(lock) : readFileSync(path, 'utf8'));
  } catch {
    const message = sentence(places.shown(['images', 'lock']), {
      expected: `a file that can be read, and ${path} cannot`,
      instead: LOCK_COMMAND,
    });
    return { problems: [places.problem(['images', 'lock'], message)] };
  }
}

/** The path of a file that another one names. */
function besides(file: string, named: string): string {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return named.startsWith('/') ? named : `${folder}${named.replace(/^(\.\/)+/, '')}`;
}

function isWithin(path: string, outer: string): boolean {
  return outer !== '' && (path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`));
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch (error) {
    throw new ConfigError([unreadable(path, error)]);
  }
  const names = readdirSync(path, { withFileTypes: true })
    // a link to a file counts as one; mounted configuration is made of them
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.ya?ml$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  if (names.length === 0) {
    throw new ConfigError([fileProblem(path, 'a folder without *.yaml', 'a file for each cluster', 'name the folder that holds them')]);
  }
  return names.map((name) => `${path.replace(/\/+$/, '')}/${name}`);
}

function unreadable(file: string, error: unknown): ConfigProblem {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? fileProblem(file, 'no such file or folder', 'a cluster file or a folder of them', 'write its path, from the current folder')
    : fileProblem(file, `an error (${String(code)})`, 'a file that can be read', 'look at its permissions');
}

/** Clusters of one name would be rendered into one folder, and their series be one. */
function sameClusters(readings: readonly Reading[]): ConfigProblem[] {
  const first = new Map<string, Places>();
  return readings.flatMap(({ cluster, places }) => {
    if (cluster === undefined) return [];
    const other = first.get(cluster);
    if (!other) {
      first.set(cluster, places);
      return [];
    }
    const { line, column } = other.of(['cluster']);
    const expected = `a name of its own, and ${other.file}:${line}:${column} has this one`;
    return [places.problem(['cluster'], sentence(JSON.stringify(cluster), { expected, instead: 'rename one of the two' }))];
  });
}
