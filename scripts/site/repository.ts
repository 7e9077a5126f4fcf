import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, posix } from 'node:path';
import { block, frontmatter, heading, page } from './markdown';

/** The root of the repository. */
export const ROOT = join(__dirname, '..', '..');

/** Pages whose text is long and stands elsewhere in smaller pieces, so that the search finds those. */
const UNSEARCHED = new Set(['docs/metrics.md', 'docs/api/soperator-metrics.api.md', 'docs/api/terraform.api.md']);

/** Every page of the repository that the site shows, from the root of the repository. */
export function repositoryPages(root = ROOT): readonly string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join('docs', file.replaceAll('\\', '/')))
    .filter((file) => file.endsWith('.md'));
  const examples = readdirSync(join(root, 'examples'))
    .map((name) => `examples/${name}/README.md`)
    .filter((file) => existsSync(join(root, file)));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.sort(), ...examples.sort()];
}

/** Where a page of the repository is in the site; `docs/` is its root. */
export function sitePath(file: string): string {
  const path = file.replace(/^docs\//, '');
  if (path === 'README.md') return 'readme.md';
  if (!path.includes('/')) return path.toLowerCase();
  return path.replace(/(^|\/)README\.md$/, '$1index.md');
}

/** What is to be made besides the pages, because they link to it. */
export class Wanted {
  /** Files and folders of the repository that a page shows. */
  readonly files = new Set<string>();
  readonly pictures = new Set<string>();
  /** What is wrong with links: one line each. */
  readonly problems: string[] = [];
}

/** A page of the repository as the site has it: links lead to pages of the site, everything else as it was. */
export function staged(file: string, pages: ReadonlySet<string>, wanted: Wanted, root = ROOT): string {
  const content = readFileSync(join(root, file), 'utf8');
  const text = eachOutsideOfCode(content, (part) =>
    part.replace(/\]\(([^()\s]+)\)/g, (whole, target: string, at: number) => {
      const isPicture = /!\[[^[\]]*$/.test(part.slice(0, at));
      const made = linkOf(file, target, isPicture, pages, wanted, root);
      return made === undefined ? whole : `](${made})`;
    }),
  );
  const titled = /^# /m.test(text) ? text : `${heading(1, posix.basename(file))}\n\n${text}`;
  return UNSEARCHED.has(file) ? frontmatter({ search: false }) + titled : titled;
}

/** Changes what is no code, neither a block nor a piece of a line. */
function eachOutsideOfCode(content: string, change: (text: string) => string): string {
  let fence: string | undefined;
  return content
    .split('\n')
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence !== undefined) {
        if (mark?.startsWith(fence)) fence = undefined;
        return line;
      }
      if (mark !== undefined) {
        fence = mark;
        return line;
      }
      // the sign stands for a piece of code while links are looked for around it
      const pieces: string[] = [];
      const without = line.replace(/(`+)(?!`).+?(?<!`)\1(?!`)/g, (piece) => `⟦${pieces.push(piece) - 1}⟧`);
      return change(without).replace(/⟦(\d+)⟧/g, (_, index) => pieces[Number(index)] ?? '');
    })
    .join('\n');
}

function linkOf(
  file: string,
  target: string,
  isPicture: boolean,
  pages: ReadonlySet<string>,
  wanted: Wanted,
  root: string,
): string | undefined {
  if (/^([a-z]+:|#)/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const found = posix.join(dirname(file), decodeURIComponent(path)).replace(/\/$/, '');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (found === '' || found.startsWith('..') || !existsSync(join(root, found))) {
    wanted.problems.push(`${file}: got a link to ${target}, expected something in the repository`);
    return undefined;
  }
  if (isPicture) {
    wanted.pictures.add(found);
    return `/${found}`;
  }
  for (const page of [found, `${found}/README.md`]) if (pages.has(page)) return `/${sitePath(page)}${hash}`;
  if (found === 'examples') return '/examples/index.md';
  wanted.files.add(found);
  return `/${filePath(found)}${hash}`;
}

/** Where a file of the repository is shown that is no page. */
export function filePath(file: string): string {
  // a name that begins with a dot is hidden from web servers
  return `files/${file.replace(/(^|\/)\./g, '$1')}.md`;
}

const LANGUAGES: { readonly [extension: string]: string } = {
  '.ts': 'ts',
  '.mjs': 'js',
  '.js': 'js',
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.sh': 'bash',
  '.tf': 'hcl',
  '.md': 'md',
};

/** The page of a file or folder of the repository. */
export function filePage(file: string, root = ROOT): string {
  const path = join(root, file);
  const settings = frontmatter({ search: false, outline: false, aside: false });
  if (statSync(path).isDirectory()) {
    const entries = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(path.length + 1))
      .sort();
    return page(settings, heading(1, `\`${file}\``), 'A folder of the repository:', entries.map((entry) => `- \`${entry}\``).join('\n'));
  }
  const language = LANGUAGES[extname(file)] ?? 'text';
  return page(settings, heading(1, `\`${file}\``), 'A file of the repository, as it is:', block(language, readFileSync(path, 'utf8')));
}
