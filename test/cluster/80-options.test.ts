import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { useCluster } from './support/cluster';
import { synth } from './support/manifests';
import { type KubeObject, titleOf, type Workload } from './support/objects';
import { requirePipeline } from './support/pipeline';

const cluster = useCluster();

/** One cluster file for each set of options that can go together. */
const OPTIONS = join(__dirname, 'support', 'options');
const SETS = readdirSync(OPTIONS).map((file) => basename(file, '.yaml'));

/** What the sets expect to be in the cluster: namespaces of others, and the runtime class of NVIDIA's runtime. */
const FIXTURES: readonly object[] = [
  ...['team-a', 'gpu-operator', 'metrics-b', 'slurm-b', 'soperator-b', 'node-exporter-b'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  })),
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' },
];

let rendered = '';
/** The files of a set but the definitions, which are the same for all. */
const files = (set: string) =>
  readdirSync(join(rendered, set))
    .filter((file) => !file.startsWith('00-'))
    .map((file) => join(rendered, set, file));
const objects = (set: string): KubeObject[] =>
  files(set).flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((document): KubeObject => document.toJS()));

beforeAll(async () => {
  await requirePipeline(cluster);
  rendered = await synth(cluster, OPTIONS);
  await cluster.create(FIXTURES);
});

describe('the API server', () => {
  // over the pipeline that runs: a field that cannot change would be refused, too
  test.each(SETS)('accepts every object of the options %s, field by field', async (set) => {
    const refused: string[] = [];
    for (const file of files(set)) {
      const run = await cluster.run('kubectl', ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', file]);
      if (run.code !== 0 || run.stderr !== '') refused.push(`${basename(file)}: ${run.stderr}`);
    }
    expect(refused).toEqual([]);
  });

  test.each(['everything', 'ingress'])('admits the pods of the options %s to their namespaces', async (set) => {
    const workloads = objects(set).filter((object): object is Workload => ['Deployment', 'DaemonSet'].includes(object.kind));
    const refused: string[] = [];
    for (const workload of workloads) {
      const { metadata, spec } = workload.spec.template;
      const name = `admitted-${workload.metadata.name}`;
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace: workload.metadata.namespace }, spec };
      const run = await cluster.run('kubectl', ['create', '--dry-run=server', '-f', '-'], { input: JSON.stringify(pod) });
      if (run.code !== 0 || run.stderr !== '') refused.push(`${titleOf(workload)}: ${run.stderr}`);
    }
    expect(workloads.map(titleOf)).toContain('Deployment monitoring-system/metrics-grafana');
    expect(refused).toEqual([]);
  });
});
