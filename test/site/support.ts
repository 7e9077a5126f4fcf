import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, posix } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Path below which the tests have the site, as GitHub Pages has it: a link that forgets it leads nowhere. */
export const BASE = '/soperator-metrics/';

/** What a program said. */
export interface Run {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program to its end. Settings of the npm that runs this test, such as its folder, are not the program's. */
export function run(command: string, args: readonly string[], cwd = ROOT, env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_(registry|cache)$)|NODE_OPTIONS$)/.test(name)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...inherited, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject).on('close', (status) => resolve({ status, output }));
  });
}

/** A site that is built already, with the base of the tests. @default - the tests build one */
export const BUILT = process.env.SITE;

/** The folder with the site. */
export const SITE = BUILT ?? join(tmpdir(), `soperator-metrics-site-${process.pid}`);

/** Every HTML page of a site, from its root. */
export function htmlPages(site: string): readonly string[] {
  return readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .sort();
}

/** Anchors and links of a page. */
export interface Links {
  readonly anchors: ReadonlySet<string>;
  /** Addresses of links, pictures, styles and scripts, as they are written. */
  readonly targets: readonly string[];
}

const ENTITIES: { readonly [entity: string]: string } = { amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'" };
const decoded = (text: string) => text.replace(/&(amp|quot|lt|gt|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** Reads the links of a page off its HTML, in which the generator quotes every attribute. */
export function linksOf(html: string): Links {
  const attributes = (names: string) =>
    [...html.matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, 'g'))].map(([, value = '']) => decoded(value));
  return { anchors: new Set(attributes('id|name')), targets: [...new Set(attributes('href|src'))] };
}

/** Links of a site that lead nowhere: `page.html: address: why`. */
export function deadLinks(site: string, base: string): string[] {
  const pages = new Map(htmlPages(site).map((page) => [page, linksOf(readFileSync(join(site, page), 'utf8'))]));
  const wrong = (page: string, target: string): string | undefined => {
    if (/^(https?:|mailto:|data:)/.test(target)) return undefined;
    const [path = '', hash = ''] = target.split('#');
    if (path.startsWith('/') && !path.startsWith(base)) return `is not below ${base}`;
    const file = path === '' ? page : path.startsWith('/') ? path.slice(base.length) : posix.join(posix.dirname(page), path);
    const found = [file, `${file}.html`, posix.join(file, 'index.html')].find((one) => isFile(join(site, decodeURIComponent(one))));
    if (found === undefined) return 'is not there';
    const anchors = pages.get(found)?.anchors;
    const anchor = decodeURIComponent(hash);
    return anchor === '' || anchors === undefined || anchors.has(anchor) ? undefined : `has no anchor ${anchor}`;
  };
  return [...pages].flatMap(([page, { targets }]) =>
    targets.flatMap((target) => {
      const why = wrong(page, target);
      return why === undefined ? [] : [`${page}: ${target}: ${why}`];
    }),
  );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** The file of a site that a plain web server would answer a path with, and its type; nothing where it has none. */
export function fileAt(site: string, base: string, path: string): { readonly path: string; readonly contentType: string } | undefined {
  const file = path.startsWith(base) ? posix.normalize(decodeURIComponent(path.slice(base.length))) : '..';
  if (file.startsWith('..')) return undefined;
  const found = [file, posix.join(file, 'index.html')].map((one) => join(site, one)).find(isFile);
  return found === undefined ? undefined : { path: found, contentType: TYPES[extname(found)] ?? 'application/octet-stream' };
}
