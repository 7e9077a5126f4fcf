import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterOutput } from '../../lib/outputs';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const NAMES = readdirSync(EXAMPLES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

function outputsOf(example: string): readonly ClusterOutput[] {
  const warnings = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const { outputs } = require(join(EXAMPLES, example, 'app.ts')) as { outputs: readonly ClusterOutput[] };
    return outputs;
  } finally {
    warnings.mockRestore();
  }
}

/** Files of a folder with their texts, by path. */
function filesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

test('there are examples, and npm run examples writes each', () => {
  const script = readFileSync(join(EXAMPLES, '..', 'scripts', 'examples.ts'), 'utf8');
  const written = [...script.matchAll(/'\.\.\/examples\/([\w-]+)\/main'/g)].map(([, name]) => name);
  expect(written.sort()).toEqual([...NAMES].sort());
  expect(NAMES.length).toBeGreaterThan(0);
});

describe.each(NAMES)('%s', (name) => {
  test('has manifests that are current; after a change, run npm run examples', () => {
    const rendered = outputsOf(name).flatMap(({ cluster, files }) => files.map((file) => [`${cluster}/${file.name}`, file.content]));
    const kept = filesIn(join(EXAMPLES, name, 'manifests'));
    expect(Object.keys(kept)).toEqual(rendered.map(([path]) => path).sort());
    // a difference is shown by git; here it would be thousands of lines
    expect(rendered.filter(([path = '', content]) => kept[path] !== content).map(([path]) => path)).toEqual([]);
  });

  test('says what it is for, and imports the library as any other app does', () => {
    expect(existsSync(join(EXAMPLES, name, 'README.md'))).toBe(true);
    const sources = readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith('.ts'));
    const imports = sources.flatMap((file) =>
      [...readFileSync(join(EXAMPLES, name, file), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from = '']) => from),
    );
    expect(imports.filter((from) => !/^(\.\/[\w-]+|soperator-metrics|cdk8s|cdk8s-plus-28|constructs|node:path)$/.test(from))).toEqual([]);
  });
});
