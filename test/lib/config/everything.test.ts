import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Mode } from '../../../lib/common/mode';
import { parseCluster } from '../../../lib/config';
import { pipeline } from '../../../lib/config/pipeline';
import { optionsOf } from '../../../lib/config/walk';
import { EVERYTHING } from './everything';
import { optionsIn } from './options-in';
import { plain } from './plain';

const text = readFileSync(join(__dirname, 'everything.yaml'), 'utf8');
/** The lock file that it names. */
const lock = `images:\n  registry.example.com/web:v1:\n    digest: sha256:${'a'.repeat(64)}\n`;
/** What excludes other options: userScrapes are the operator's. */
const standalone = 'cluster: a\nmode: standalone\n';
const given = new Map([...optionsIn(parse(standalone)), ...optionsIn(parse(text))]);

test('makes props of every option', () => {
  expect(plain(parseCluster('everything.yaml', text, { readBeside: () => lock }).props)).toEqual(EVERYTHING);
  expect(parseCluster('c.yaml', standalone).props).toEqual({ cluster: 'a', mode: Mode.STANDALONE });
});

test('is tested with every option, at another value than its default', () => {
  const options = optionsOf(pipeline);
  expect([...given.keys()].sort()).toEqual(options.map(({ path }) => path).sort());
  const atDefault = options.filter(
    ({ path, notes }) => notes.default !== undefined && JSON.stringify(notes.default) === JSON.stringify(given.get(path)),
  );
  expect(atDefault).toEqual([]);
});

test('makes of the smallest file the cluster alone, so that all defaults are those of the props', () => {
  expect(parseCluster('c.yaml', 'cluster: a\n').props).toEqual({ cluster: 'a' });
});
