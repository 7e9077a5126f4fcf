import { gzipSync } from 'node:zlib';
import { reject } from '../../../common/errors';
import { MANIFESTS } from './chart-files';
import type { HelmChart } from './charts';

/** What a Secret holds, in bytes. */
const SECRET_BYTES = 1024 * 1024;
/** What a release may take of it: the rest is for what is only known when it is installed, such as its name and what it is told, and for errors. */
export const RELEASE_BYTES = Math.floor(0.9 * SECRET_BYTES);

/**
 * About how many bytes Helm stores of a release: the chart and what it rendered, as JSON, compressed, as text. What compresses depends on the
 * version of Node by a few bytes.
 *
 * @param files all files of the chart
 */
export function releaseBytes(files: ReadonlyMap<string, string>): number {
  const encoded = (isMeant: (path: string) => boolean) =>
    [...files].filter(([path]) => isMeant(path)).map(([name, text]) => ({ name, data: Buffer.from(text).toString('base64') }));
  const isTemplate = (path: string) => path.startsWith('templates/');
  const manifest = [...files].filter(([path]) => path.startsWith(`${MANIFESTS}/`)).map(([, text]) => `---\n${text}`);
  const release = {
    chart: { templates: encoded(isTemplate), files: encoded((path) => !isTemplate(path)) },
    manifest: manifest.join(''),
  };
  // as Go writes them
  const json = JSON.stringify(release).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return Math.ceil(gzipSync(json, { level: 9 }).length / 3) * 4;
}

/**
 * Helm keeps each release in one Secret, and cannot install what does not fit.
 *
 * @throws InvalidOptionError when a chart is too large
 */
export function requireRoom(
  cluster: string,
  charts: readonly { readonly chart: HelmChart; readonly files: ReadonlyMap<string, string> }[],
): void {
  const tooLarge = charts.map(({ chart, files }) => ({ name: chart.folder, bytes: releaseBytes(files) })).filter(isTooLarge);
  if (tooLarge.length === 0) return;
  reject(cluster, {
    option: 'helm',
    got: tooLarge.map(({ name, bytes }) => `${name}: a release of ${kibibytes(bytes)}`).join(', '),
    expected: `at most ${kibibytes(RELEASE_BYTES)} a release, because Helm keeps each in one Secret, and a Secret holds ${kibibytes(SECRET_BYTES)}`,
    instead: 'show fewer dashboards, or export manifests',
  });
}

function isTooLarge({ bytes }: { readonly bytes: number }): boolean {
  return bytes > RELEASE_BYTES;
}

function kibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
