import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { loadAll } from 'js-yaml';
import type { JsonObject } from '../checks/tree';
import { digest } from '../common/digest';
import { type LoadedCluster, parseCluster } from '../config';
import { MANIFEST_FILES, renderClusters } from '../outputs';
import { type Side, sideOfCluster, sideOfManifests } from '../outputs/diff';
import type { Place } from './places';
import { CommandError } from './report';

/** A cluster of a place. */
export interface Reading {
  readonly cluster: string;
  /** What the cluster file says. @default - it is manifests */
  readonly text?: string;
  /** Renders it, where that is to be done. @throws ConfigError when it cannot be rendered */
  side(): Side;
}

/**
 * The clusters of a place: a cluster file or a folder of them, rendered manifests of one cluster or a folder with one folder a cluster.
 *
 * @throws ConfigError when a cluster file is wrong
 * @throws CommandError when there is nothing that could be compared
 */
export function readingsOf(place: Place): Reading[] {
  const files = filesOf(place);
  if (files.some(({ text }) => isManifest(text))) return [readingOf(sideOfFiles(place, files))];
  if (files.length > 0) return readingsOfClusters(files);
  const clusters = place.isFolder
    ? place
        .children()
        .filter(({ isFolder }) => isFolder)
        .map((folder) => ({ folder, found: filesOf(folder) }))
        .filter(({ found }) => found.some(({ text }) => isManifest(text)))
    : [];
  if (clusters.length > 0) return clusters.map(({ folder, found }) => readingOf(sideOfFiles(folder, found)));
  throw new CommandError(
    `${place.name}: got no YAML, expected a cluster file, a folder of them, or rendered manifests; name another file or folder`,
  );
}

function readingOf(side: Side): Reading {
  return { cluster: side.cluster, side: () => side };
}

interface File {
  readonly name: string;
  readonly text: string;
  /** Reads a file that this one names, from where this one was read. */
  readonly readBeside: (name: string) => string;
}

function filesOf(place: Place): File[] {
  const files = place.isFolder
    ? place.children().filter(({ name, isFolder }) => !isFolder && /^[^.].*\.ya?ml$/.test(basename(name)))
    : [place];
  return files.map((file) => ({ name: file.name, text: file.read(), readBeside: (name: string) => file.beside(name).read() }));
}

/** An object of Kubernetes says what it is at the begin of a line; a cluster file has no such option. */
function isManifest(text: string): boolean {
  return /^apiVersion:/m.test(text) && /^kind:/m.test(text);
}

function sideOfFiles(place: Place, files: readonly File[]): Side {
  const definitions = new Map(
    files.filter(({ name }) => basename(name) === MANIFEST_FILES.crds).flatMap(({ text }) => [...definitionsIn(text)]),
  );
  const objects = files.filter(({ name }) => basename(name) !== MANIFEST_FILES.crds).flatMap(({ name, text }) => objectsIn(name, text));
  const folder = place.isFolder ? place.name : dirname(place.name);
  return sideOfManifests(place.name, basename(folder), objects, definitions);
}

function objectsIn(name: string, text: string): JsonObject[] {
  try {
    return loadAll(text).filter((one): one is JsonObject => typeof one === 'object' && one !== null && 'kind' in one);
  } catch (error) {
    throw new CommandError(
      `${name}: got no YAML (${error instanceof Error ? error.message.split('\n')[0] : String(error)}), expected manifests; render them anew`,
    );
  }
}

/** Definitions by their names. They are a megabyte of text of which only the version matters, so they are not read further. */
function definitionsIn(text: string): Map<string, string> {
  return new Map(
    text.split(/^---\s*$/m).flatMap((document) => {
      const name = /^ {2}name: (\S+)$/m.exec(document)?.[1];
      return name === undefined || !/^kind: CustomResourceDefinition$/m.test(document) ? [] : [[name, digest(document.trim())] as const];
    }),
  );
}

function readingsOfClusters(files: readonly File[]): Reading[] {
  const clusters = files.map(({ name, text, readBeside }) => ({ text, ...parseCluster(name, text, { readBeside }) }));
  const twice = clusters.find(({ cluster }, index) => clusters.findIndex((other) => other.cluster === cluster) !== index);
  if (twice)
    throw new CommandError(
      `${twice.file}: got the cluster ${twice.cluster} a second time, expected a name of its own for each file; rename one of the two`,
    );
  return clusters.map((loaded) => ({ cluster: loaded.cluster, text: loaded.text, side: () => sideOfLoaded(loaded) }));
}

function sideOfLoaded(cluster: LoadedCluster): Side {
  // warnings belong into the report, where only those that come or go are told
  const said: string[] = [];
  const [rendered] = renderClusters([cluster], (text) => said.push(text));
  if (!rendered) throw new Error(`nothing was rendered of ${cluster.file}`);
  const definitions = rendered.crds === undefined ? new Map<string, string>() : definitionsIn(readFileSync(rendered.crds, 'utf8'));
  return sideOfCluster(rendered, said, definitions);
}
