import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { load } from 'js-yaml';
import { sha256 } from '../../common/digest';

/** What makes a folder a Helm chart. */
const CHART_FILE = 'Chart.yaml';

/** Whether a folder holds a Helm chart. */
export function isChartFolder(folder: string): boolean {
  return existsSync(join(folder, CHART_FILE));
}

/** The version of the chart in a folder. @returns nothing where its file has none */
export function chartVersion(folder: string): string | undefined {
  const chart: unknown = load(readFileSync(join(folder, CHART_FILE), 'utf8'));
  const version = typeof chart === 'object' && chart !== null && 'version' in chart ? chart.version : undefined;
  return typeof version === 'string' ? version : undefined;
}

/** Folders right below a folder that hold what is asked for. */
export function foldersWith(folder: string, isMeant: (child: string) => boolean): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isMeant(join(folder, entry.name)))
    .map(({ name }) => name)
    .sort();
}

/**
 * Digest of a folder: of every file its path and its bytes, in an order that no file system decides. cdktf's own digest knows no paths, so that
 * it takes a file that moved for the same folder.
 */
export function digestOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: relative(folder, file).split(sep).join('/') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const sums = files.map(({ file, path }) => `${sha256(readFileSync(file))}  ${path}\n`);
  return sha256(sums.join(''));
}
