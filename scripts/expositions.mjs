// node scripts/expositions.mjs DIRECTORY NAME... [--rename OLD=NEW]...: cuts scrape output down for the tests of the metric catalogs.
//
// Each DIRECTORY/NAME.prom, the whole answer of a running program, becomes test/fixtures/expositions/NAME.prom: every family with its
// help and type, but few of its series. Kept is one series for each set of labels that have a value, and one for each value of a label that
// has few of them, unless the label says whose series it is. Of the buckets of a histogram the last one stays. Times are left out.
//
// `--rename` replaces a text wherever it stands, such as a path of the machine.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TARGET = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test', 'fixtures', 'expositions');
/** Labels with more values than this have any. */
const FEW = 60;
/** Labels that tell one thing from another of its kind: their values are never a closed list. */
const IDENTITIES = new Set(
  `UUID boot_id build_date container cpu device gpu host id image interface job_id machine_id mountpoint name namespace node node_name operation_type
   pci_bus_id persistentvolumeclaim pod pod_uid system_uuid uid`.split(/\s+/),
);

const [directory, ...rest] = process.argv.slice(2);
const renames = rest.flatMap((word, index) => (word === '--rename' ? [rest[index + 1].split('=')] : []));
const names = rest.filter((word, index) => word !== '--rename' && rest[index - 1] !== '--rename');
if (directory === undefined || names.length === 0) {
  console.error('usage: node scripts/expositions.mjs DIRECTORY NAME... [--rename OLD=NEW]...');
  process.exit(2);
}

/** The name, labels and value of a sample. A label without a value is none. */
function sample(line) {
  const [, name, inner = '', value] = /^([^{ ]+)(?:\{(.*)\})? (\S+)(?: \d+)?$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
  return { name, labels: new Map(labels.filter(([, text]) => text !== '')), text: inner === '' ? name : `${name}{${inner}}`, value };
}

/** The samples of one family that stay. */
function few(samples) {
  const values = new Map();
  for (const { labels } of samples) for (const [label, value] of labels) values.set(label, (values.get(label) ?? new Set()).add(value));
  const listed = (label) => !IDENTITIES.has(label) && values.get(label).size <= FEW;
  const seen = new Set();
  return samples.filter(({ name, labels }) => {
    if (labels.has('le') && labels.get('le') !== '+Inf') return false;
    const marks = [[...labels.keys()].sort().join(), ...[...labels].filter(([label]) => listed(label)).map((pair) => pair.join('='))];
    const fresh = marks.filter((mark) => !seen.has(`${name} ${mark}`));
    for (const mark of fresh) seen.add(`${name} ${mark}`);
    return fresh.length > 0;
  });
}

for (const name of names) {
  let text = readFileSync(join(directory, `${name}.prom`), 'utf8');
  for (const [from, to] of renames) text = text.replaceAll(from, to);
  const kept = [];
  let samples = [];
  const flush = () => {
    kept.push(...few(samples).map(({ text, value }) => `${text} ${value}`));
    samples = [];
  };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('#')) {
      flush();
      kept.push(line);
    } else samples.push(sample(line));
  }
  flush();
  writeFileSync(join(TARGET, `${name}.prom`), `${kept.join('\n')}\n`);
}
