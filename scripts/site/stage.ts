import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { home, startOf } from './home';
import { frontmatter, heading, page } from './markdown';
import { metricLinks, metricPages } from './metrics';
import { NAVIGATION, type NavigationFolder } from './navigation';
import { Options, type Schema } from './options';
import { dashboardPages, placeLink } from './panels';
import { filePage, filePath, ROOT, repositoryPages, sitePath, staged, Wanted } from './repository';

/** All sources of the site. */
export interface Sources {
  /** Markdown by its path in the site. */
  readonly pages: ReadonlyMap<string, string>;
  /** Files of the repository that are copied as they are, under their paths. */
  readonly pictures: ReadonlySet<string>;
  /** What the generator's configuration reads. */
  readonly settings: Settings;
}

/** What the generator's configuration reads. */
export interface Settings {
  readonly sidebar: readonly Group[];
  /** Where a reader begins. */
  readonly start: string;
}

/** An entry of the side bar, as VitePress has it. */
export interface Group {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly Group[];
}

/**
 * Makes all sources of the site.
 *
 * @throws Error that lists every link that leads nowhere
 */
export function sources(root = ROOT): Sources {
  const repository = repositoryPages(root);
  const known = new Set(repository);
  const wanted = new Wanted();
  const schema = JSON.parse(readFileSync(join(root, 'pipeline.schema.json'), 'utf8')) as Schema;
  const links = metricLinks();
  const options = new Options(schema).pages();
  const metrics = metricPages(placeLink);
  const pictureOf = (name: string) => {
    const picture = `docs/dashboards/pictures/${name}.svg`;
    if (!existsSync(join(root, picture))) return undefined;
    wanted.pictures.add(picture);
    return `/${picture}`;
  };
  const dashboards = dashboardPages((name) => links.get(name), pictureOf);
  const pages = new Map([
    ['index.md', home(root)],
    ...repository.map((file) => [sitePath(file), staged(file, known, wanted, root)] as const),
    ['examples/index.md', examplesPage(repository, root)],
    ...options,
    ...metrics,
    ...dashboards,
  ]);
  for (const file of ['pipeline.yaml', 'pipeline.schema.json']) wanted.files.add(file);
  wanted.pictures.add('docs/pipeline.svg');
  for (const file of wanted.files) pages.set(filePath(file), filePage(file, root));
  if (wanted.problems.length > 0) throw new Error(wanted.problems.join('\n'));
  return { pages, pictures: wanted.pictures, settings: { sidebar: sidebar(pages, known), start: `/${sitePath(startOf(root))}` } };
}

/** The title of a page. */
function titleOf(text: string): string {
  return /^# (.+?)( \{#.*\})?$/m.exec(text)?.[1]?.replaceAll('`', '') ?? '';
}

function examplesPage(repository: readonly string[], root: string): string {
  const examples = repository.filter((file) => file.startsWith('examples/'));
  const lines = examples.map((file) => `- [${titleOf(readFileSync(join(root, file), 'utf8'))}](/${sitePath(file)})`);
  return page(
    frontmatter({ outline: false }),
    heading(1, 'Examples'),
    'Each is a folder of the repository, with its manifests beside it.',
    lines.join('\n'),
  );
}

function sidebar(pages: ReadonlyMap<string, string>, known: ReadonlySet<string>): Group[] {
  const link = (path: string) => `/${path.replace(/\.md$/, '')}`;
  // a folder that holds pages of the repository, too, shows these where the navigation names them
  const named = new Set(NAVIGATION.flatMap(({ items }) => items.flatMap((item) => ('file' in item ? [sitePath(item.file)] : []))));
  const folder = ({ text, made }: NavigationFolder): Group => ({
    text,
    link: `/${made}/`,
    collapsed: true,
    items: [...pages]
      .filter(([path]) => path.startsWith(`${made}/`) && path !== `${made}/index.md` && !named.has(path))
      .map(([path, content]) => ({ text: titleOf(content), link: link(path) })),
  });
  return NAVIGATION.map(({ text, items }) => ({
    text,
    collapsed: false,
    items: items.flatMap((item): Group[] => {
      if ('made' in item) return [folder(item)];
      return known.has(item.file) ? [{ text: item.text, link: link(sitePath(item.file)) }] : [];
    }),
  }));
}

/** Writes the sources into a folder, for the generator. */
export function writeSources({ pages, pictures, settings }: Sources, folder: string, root = ROOT): void {
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [path, text] of pages) write(path, text);
  for (const picture of pictures) {
    mkdirSync(dirname(join(folder, 'public', picture)), { recursive: true });
    cpSync(join(root, picture), join(folder, 'public', picture));
  }
  cpSync(join(__dirname, 'vitepress'), join(folder, '.vitepress'), { recursive: true });
  cpSync(join(__dirname, 'vitepress', 'icon.svg'), join(folder, 'public', 'icon.svg'));
  write('.vitepress/settings.json', JSON.stringify(settings));
}
