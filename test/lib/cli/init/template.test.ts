import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Entry, fillIn } from '../../../../lib/cli/init/template';
import { pipeline } from '../../../../lib/config/pipeline';
import { lookInto, optionsOf } from '../../../../lib/config/walk';

const TEMPLATE = readFileSync(join(__dirname, '..', '..', '..', '..', 'pipeline.yaml'), 'utf8');
const filled = (...entries: readonly (readonly [string, Entry])[]) => fillIn(TEMPLATE, new Map(entries));
const set = (value: unknown, ...comments: readonly string[]): Entry => ({ value, comments });

/** Options of the schema that stand on a line of their own: not in a list, nor in the value of another. */
const paths = optionsOf(pipeline).map(({ path }) => path);
const isAbove = (path: string) => paths.some((other) => other.startsWith(`${path}.`));
const single = optionsOf(pipeline).filter(({ path }) => !/^[A-Z]|\[/.test(path) && !isAbove(path));
/** Written out over several lines in the template, or in one of the options that are. */
const BLOCKS = ['remoteWrite', 'slurmExporter.relabelConfigs'];

test('with nothing decided there is nothing in force', () => {
  expect(parse(filled())).toBeNull();
});

test('without the # that went in front of defaults it is the template again', () => {
  const text = filled();
  const lines = text.split('\n');
  const back = TEMPLATE.split('\n').map((line, index) => (lines[index] === `#${line}` ? line : lines[index]));
  expect(back.join('\n')).toBe(TEMPLATE);
});

test('every option of the schema can be decided, and is the only one in force then', () => {
  const nested = (path: string, value: unknown): unknown =>
    path
      .split('.')
      .reverse()
      .reduce<unknown>((below, key) => ({ [key]: below }), value);
  const tried = single.filter(({ path }) => !BLOCKS.includes(path) && !isInValue(path));
  const wrong = tried.flatMap(({ path }) => {
    const value = ['x', { a: 'b # c' }];
    const found = parse(filled([path, set(value, 'seen: something')]));
    return JSON.stringify(found) === JSON.stringify(nested(path, value)) ? [] : [`${path}: ${JSON.stringify(found)}`];
  });
  expect(wrong).toEqual([]);
  expect(tried.length).toBeGreaterThan(200);
});

/** Whether an option is part of what the template writes as one value: `resources: { … }`. */
function isInValue(path: string): boolean {
  const parent = path.split('.').slice(0, -1);
  const { id } = parent.reduce<ReturnType<typeof lookInto>>((type, key) => lookInto(type.fields?.[key] ?? pipeline), lookInto(pipeline));
  return id !== undefined && id !== 'Scale';
}

test('a value keeps the words behind it, and has its reason above it', () => {
  expect(filled(['scale.nodes', set(3, 'seen: 3 nodes')])).toContain(
    '\nscale:\n  # seen: 3 nodes\n  nodes: 3 # those of the system among them: 1 to 10000\n#  gpusPerNode: 8 # 0 where',
  );
});

test('an option can have a remark and follow its default', () => {
  const text = filled(['grafana.enabled', { comments: ['open: is a second Grafana wanted?'] }]);
  expect(text).toContain('\n#grafana:\n  # open: is a second Grafana wanted?\n#  enabled: true\n');
  expect(parse(text)).toBeNull();
});

test('a long comment goes on in lines that are no options', () => {
  const text = filled(['mode', set('operator', `seen: ${'many words '.repeat(30)}`.trim())]);
  const comment = text.split('\n').filter((line) => line.includes('many words'));
  expect(comment.length).toBeGreaterThan(1);
  for (const line of comment) {
    expect(line.length).toBeLessThanOrEqual(140);
    expect(line).toMatch(/^# (seen:| {2}many| {2}words)/);
  }
});

test('an option that the template does not have is an error', () => {
  expect(() => filled(['scale.racks', set(1)])).toThrow('the template has no option scale.racks');
});
