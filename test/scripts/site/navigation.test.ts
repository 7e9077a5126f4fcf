import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { navigationFiles } from '../../../scripts/site/navigation';
import { ROOT, repositoryPages } from '../../../scripts/site/repository';

const named = navigationFiles();

test('every page of the repository is in the navigation, and once', () => {
  const pages = repositoryPages().filter((file) => !file.startsWith('examples/'));
  // add a line to scripts/site/navigation.ts
  expect(pages.filter((file) => !named.includes(file))).toEqual([]);
  expect(named.filter((file, index) => named.indexOf(file) !== index)).toEqual([]);
});

test('the navigation names no page that is not there', () => {
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
