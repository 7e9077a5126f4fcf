import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Options } from '../../../scripts/site/options';
import { ROOT } from '../../../scripts/site/repository';

const small = new Options({
  properties: {
    cluster: { type: 'string', description: 'Name <of> it.', pattern: '^[a|b]$', examples: ['x'] },
    mode: { description: 'How.', enum: ['one', 'two'], default: 'one' },
    store: {
      type: 'object',
      description: 'The store.',
      properties: {
        size: { description: 'How large. Left out: worked out.', allOf: [{ $ref: '#/definitions/Size' }], examples: ['5Gi'] },
        shards: { type: 'integer', description: 'How many.', minimum: 1, maximum: 64, default: 1 },
      },
    },
    writes: { type: 'array', description: 'Where to.', items: { $ref: '#/definitions/Write' } },
  },
  required: ['cluster'],
  definitions: {
    Size: { type: 'string', minLength: 2 },
    Write: { type: 'object', required: ['url'], properties: { url: { type: 'string', description: 'URL.', examples: ['https://a/b'] } } },
  },
});

describe('pages of options', () => {
  test('a part has a page, what stands alone shares one, and the first page lists all', () => {
    expect([...small.pages().keys()]).toEqual(['options/index.md', 'options/general.md', 'options/store.md', 'options/writes.md']);
    const index = small.pages().get('options/index.md');
    expect(index).toContain('| [`mode`](/options/general.md#mode) | How. | `one` |');
    expect(index).toContain('| [`store`](/options/store.md#store) | The store. | 2 options |');
  });

  test('an option has its type, range, default, what it does and an example where it stands in a file', () => {
    const page = small.pages().get('options/store.md');
    expect(page).toContain('## `store.shards` {#store-shards}\n\nHow many.\n\n- type: integer\n- default: `1`\n- range: 1 to 64\n');
    expect(page).toContain(
      'How large. Left out: worked out.\n\n- type: string\n- characters: 2 or more\n\n```yaml\nstore:\n  size: "5Gi"\n```',
    );
    expect(small.pages().get('options/general.md')).toContain(
      'Name &#60;of&#62; it.\n\n- type: string like `^[a|b]$`\n- must be there\n\n```yaml\ncluster: x\n```',
    );
  });

  test('options of the entries of a list are described, too', () => {
    expect(small.pages().get('options/writes.md')).toContain('```yaml\nwrites:\n  - url: https://a/b\n```');
  });

  test('a reference to nothing fails', () => {
    const broken = new Options({ properties: { a: { $ref: '#/definitions/No' } } });
    expect(() => broken.pages()).toThrow('pipeline.schema.json: got a reference to #/definitions/No, expected one of its definitions');
  });
});

describe('the options of the pipeline', () => {
  const options = new Options(JSON.parse(readFileSync(join(ROOT, 'pipeline.schema.json'), 'utf8')));
  const pages = [...options.pages().values()];

  test('each has a section of its own, with what it does', () => {
    const text = pages.join('\n');
    const missing = options.all().filter(({ path, schema }) => !text.includes(`\`${path}\` {#`) || !schema.description);
    expect(missing.map(({ path }) => path)).toEqual([]);
    const anchors = options.all().map(({ path }) => options.link(path));
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });

  test('every example is YAML', () => {
    const examples = pages.flatMap((page) => [...page.matchAll(/```yaml\n([\s\S]*?)\n```/g)].map(([, text = '']) => text));
    expect(examples.length).toBeGreaterThan(100);
    for (const example of examples) expect(typeof parse(example)).toBe('object');
  });
});
