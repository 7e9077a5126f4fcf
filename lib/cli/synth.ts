import { join, relative, resolve } from 'node:path';
import { loadClusters } from '../config';
import { type ClusterOutput, MANIFEST_FILES, renderClusters, writeFolder } from '../outputs';
import { DEFAULT_FROM } from './from';
import type { Report, Terminal } from './report';

/** Options of {@link synth}. */
export interface SynthOptions {
  /** The folder that is written. */
  readonly output: string;
}

/** Renders clusters and writes them, all or none. */
export function synth(from: string = DEFAULT_FROM, { output }: SynthOptions, terminal: Terminal): Report {
  const clusters = loadClusters(from);
  terminal.progress(`rendering ${clusters.length} cluster${clusters.length === 1 ? '' : 's'}`);
  const rendered = renderClusters(clusters);
  const folder = resolve(output);
  writeFolder(folder, rendered);
  const written = rendered.map((one) => ({
    cluster: one.cluster,
    folder: join(relative(process.cwd(), folder), one.cluster),
    files: filesOf(one),
  }));
  return {
    json: { clusters: written },
    text: (colours) => written.map((one) => `${colours.bold(one.folder)}: ${one.files.join(', ')}`).join('\n'),
  };
}

/** Names of the files of a cluster, in the order in which they are applied. */
function filesOf({ files, crds }: ClusterOutput): string[] {
  return [...(crds === undefined ? [] : [MANIFEST_FILES.crds]), ...files.map(({ name }) => name)];
}
