import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ClusterOutput } from '../../lib/outputs';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
/** Those that are apps; the repository of cluster files is run by test/programs. */
const NAMES = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'cluster-repository')
  .map(({ name }) => name);

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

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly remoteWrite?: readonly { readonly url: string }[] };
}

/** The objects of one cluster of an example. */
function objectsOf(example: string, name: string): readonly Manifest[] {
  const { files = [] } = outputsOf(example).find(({ cluster }) => cluster === name) ?? {};
  return files.flatMap(({ content }) => parseAllDocuments(content).map((document) => document.toJS() as Manifest));
}
const titles = (objects: readonly Manifest[]) => objects.map(({ kind, metadata: { name } }) => `${kind}/${name}`);
const ofOperator = ({ apiVersion }: Manifest) => apiVersion.startsWith('operator.victoriametrics.com/');

describe('what the pages of the examples say is true', () => {
  test('of three clusters: each writes to the pool, one has the operator already, one does without', () => {
    for (const { files } of outputsOf('three-clusters')) {
      expect(files.some(({ content }) => content.includes('https://pool.metrics.example.com/api/v1/write'))).toBe(true);
    }
    const [train, infer, lab] = ['train-eu', 'infer-us', 'lab'].map((cluster) => objectsOf('three-clusters', cluster));
    expect(titles(train ?? [])).toEqual(expect.arrayContaining(['Deployment/vm-operator', 'VMAgent/metrics', 'Deployment/slurm-exporter']));
    expect(titles(infer ?? [])).toContain('VMAgent/metrics');
    expect(titles(infer ?? []).filter((title) => ['Deployment/vm-operator', 'Deployment/slurm-exporter'].includes(title))).toEqual([]);
    expect((lab ?? []).filter(ofOperator)).toEqual([]);
    expect(titles(lab ?? [])).toContain('StatefulSet/vmagent-metrics');
  });

  test('of an exporter of one’s own: all of it is stored, and what its dashboard reads of hosts', () => {
    const objects = objectsOf('own-exporter', 'train');
    const scrape = (name: string) => JSON.stringify(objects.find(({ kind, metadata }) => /Scrape$/.test(kind) && metadata.name === name));
    expect(scrape('node-exporter')).toContain('node_procs_blocked');
    expect(scrape('scratch-exporter')).toContain('scratch-exporter');
    expect(scrape('scratch-exporter')).not.toContain('scratch_');
  });

  test('of the Prometheus operator: nothing of its group, no second node exporter, and little in its namespace', () => {
    const objects = objectsOf('beside-prometheus-operator', 'shared');
    expect(objects.filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com/'))).toEqual([]);
    expect(objects.filter(ofOperator).length).toBeGreaterThan(0);
    expect(titles(objects).filter((title) => /^(DaemonSet|Deployment)\/(node-exporter|metrics-grafana)$/.test(title))).toEqual([]);
    expect(titles(objects.filter(({ metadata }) => metadata.namespace === 'monitoring'))).toEqual([
      'Role/metrics-agent-discovery',
      'RoleBinding/metrics-agent-discovery',
      'ConfigMap/metrics-dashboard-kubelet',
      'ConfigMap/metrics-datasource',
    ]);
  });

  test('of Nebius Cloud: there is no store and no Grafana, and one destination', () => {
    const objects = objectsOf('nebius-cloud-only', 'thin');
    expect(titles(objects).filter((title) => /^VMSingle|grafana$/.test(title))).toEqual([]);
    const [agent] = objects.filter(({ kind }) => kind === 'VMAgent');
    expect(agent?.spec?.remoteWrite?.map(({ url }) => new URL(url).host)).toEqual(['write.monitoring.eu-north1.nebius.cloud']);
  });
});
