import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../common/digest';
import { reject } from '../common/errors';
import type { RenderedCluster } from './clusters';
import { replaceFolder } from './folder';
import { SHAPES, type Shape, type ShapeName } from './shapes';
import { resolveSettings, settingsOf } from './shapes/resolve-settings';

/** Lists every file of an exported folder, as `sha256sum --check` reads it. */
export const CHECKSUMS = 'SHA256SUMS';

/** What is said of a shape. */
export interface ExportSettings {
  /** Settings of the shape, each as `NAME=VALUE`. @default - none */
  readonly set?: readonly string[];
  /** The shape that another one is made of, where it wraps one. @default - what that one wraps by itself */
  readonly content?: ShapeName;
}

/**
 * Writes clusters in a shape, a folder each, with the checksums of all files; all of it or nothing.
 *
 * @param folder the output folder; it is replaced as a whole
 * @returns the paths below the folder, in their order
 * @throws InvalidOptionError when the folder holds something that was not exported, a setting cannot be, or the shape wraps no other
 */
export function exportClusters(
  folder: string,
  shape: ShapeName,
  clusters: readonly RenderedCluster[],
  { set = [], content }: ExportSettings = {},
): string[] {
  refuseForeign(folder);
  const { settings = {}, files: filesOf } = content === undefined ? SHAPES[shape] : wrapped(shape, content);
  const values = resolveSettings(shape, settings, set);
  const files = clusters
    .flatMap((one) =>
      [...filesOf(one, settingsOf(values, one.cluster))].map(([path, content]) => [`${one.cluster}/${path}`, content] as const),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const sums = files.map(([path, content]) => `${sha256(content)}  ${path}\n`);
  replaceFolder(folder, (fresh) => {
    for (const [path, content] of [...files, [CHECKSUMS, sums.join('')] as const]) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true });
      writeFileSync(join(fresh, path), content);
    }
  });
  return files.map(([path]) => path);
}

/** A shape around another one. */
function wrapped(shape: ShapeName, content: ShapeName): Shape {
  const { of } = SHAPES[shape];
  if (of && !SHAPES[content].of) return of(SHAPES[content]);
  const names = Object.entries(SHAPES);
  const wrapping = names.filter(([, one]) => one.of).map(([name]) => name);
  const plain = names.filter(([, one]) => !one.of).map(([name]) => name);
  return reject('export', {
    option: 'content',
    got: content,
    expected: of ? `one of ${plain.join(', ')}, which wrap no other` : `none, because only ${wrapping.join(', ')} is made of another shape`,
    instead: of ? 'choose one of these' : `leave --content out, or export ${wrapping.join(' or ')}`,
  });
}

/** A slip in the output's path must not cost anybody a folder: what is replaced is what the checksums list, and nothing else. */
function refuseForeign(folder: string): void {
  if (!existsSync(folder)) return;
  const sums = join(folder, CHECKSUMS);
  const text = existsSync(sums) ? readFileSync(sums, 'utf8') : '';
  const known = new Set([CHECKSUMS, ...text.split('\n').map((line) => line.slice(line.indexOf('  ') + 2))]);
  const foreign = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .find((path) => !known.has(path));
  if (foreign === undefined) return;
  reject('output', {
    option: folder,
    got: foreign,
    expected: `an empty folder or one that was exported: every file is listed in ${CHECKSUMS}, because it is replaced as a whole`,
    instead: 'choose another folder with --output, or move that file away',
  });
}
