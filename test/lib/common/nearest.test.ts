import { nearest } from '../../../lib/common/nearest';

const ALLOWED = ['scrapeInterval', 'scrapeTimeout', 'namespace', 'port'];

test.each([
  ['scrapeIntervall', 'scrapeInterval'],
  ['scrape_interval', 'scrapeInterval'],
  ['SCRAPETIMEOUT', 'scrapeTimeout'],
  ['namspace', 'namespace'],
  ['Port', 'port'],
])('takes %s for a slip of %s', (word, meant) => {
  expect(nearest(word, ALLOWED)).toBe(meant);
});

test.each(['retention', 'x', ''])('finds nothing like %j', (word) => {
  expect(nearest(word, ALLOWED)).toBeUndefined();
});

test('finds nothing where nothing is allowed', () => {
  expect(nearest('port', [])).toBeUndefined();
});
