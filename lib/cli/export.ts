import { join, relative, resolve } from 'node:path';
import { loadClusters } from '../config';
import { exportClusters, renderClusters, SHAPE_SUMMARIES, type ShapeName } from '../outputs';
import { DEFAULT_FROM } from './from';
import { CommandError, type Report, type Terminal } from './report';

/** Options of {@link exportShape}. */
export interface ExportOptions {
  /** The folder that is written. @default - `dist-` and the name of the shape */
  readonly output?: string;
  /** The shape that another one wraps. */
  readonly content?: string;
  /** Settings of the shape, each as `NAME=VALUE`. @default - none */
  readonly set?: readonly string[];
}

/** Renders clusters in another shape than plain manifests, all or none. */
export function exportShape(shape: string, from: string = DEFAULT_FROM, options: ExportOptions, terminal: Terminal): Report {
  const [chosen, content] = [named('shape', shape), options.content === undefined ? undefined : named('--content', options.content)];
  const clusters = loadClusters(from);
  terminal.progress(`rendering ${clusters.length} cluster${clusters.length === 1 ? '' : 's'}`);
  const folder = resolve(options.output ?? `dist-${shape}`);
  const files = exportClusters(folder, chosen, renderClusters(clusters), { content, set: options.set });
  const shown = relative(process.cwd(), folder);
  return {
    json: { shape, folder: shown, files },
    text: (colours) =>
      clusters
        .map(({ cluster }) => {
          const own = files.filter((path) => path.startsWith(`${cluster}/`)).map((path) => path.slice(cluster.length + 1));
          return `${colours.bold(join(shown, cluster))}: ${own.join(', ')}`;
        })
        .join('\n'),
  };
}

function named(option: string, name: string): ShapeName {
  if (isShape(name)) return name;
  throw new CommandError(`${option}: got ${name}, expected one of ${Object.keys(SHAPE_SUMMARIES).join(', ')}`);
}

function isShape(name: string): name is ShapeName {
  return Object.hasOwn(SHAPE_SUMMARIES, name);
}
