import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { navigationFiles } from '../../../scripts/site/navigation';
import { ROOT, repositoryPages } from '../../../scripts/site/repository';

/** Pages that have their place and may not be there yet. */
const COMING = [
  'tutorial',
  'migration',
  'ways-in',
  'publishing',
  'gitops',
  'helm',
  'terraform',
  'air-gap',
  'security',
  'troubleshooting',
  'architecture',
  'api/terraform',
  'api/terraform.api',
].map((name) => `docs/${name}.md`);

const named = navigationFiles();

test('every page of the repository is in the navigation, and once', () => {
  const pages = repositoryPages().filter((file) => !file.startsWith('examples/'));
  // add a line to scripts/site/navigation.ts
  expect(pages.filter((file) => !named.includes(file))).toEqual([]);
  expect(named.filter((file, index) => named.indexOf(file) !== index)).toEqual([]);
});

test('the navigation names no page that is not there', () => {
  expect(named.filter((file) => !COMING.includes(file) && !existsSync(join(ROOT, file)))).toEqual([]);
});
