import { type Labels, labelValue, objectLabels, selectorLabels } from '../../../lib/common/labels';
import { Mode } from '../../../lib/common/mode';
import { DcgmExporter } from '../../../lib/dcgm-exporter';
import { KubeStateMetrics } from '../../../lib/kube-state-metrics';
import { NodeExporter } from '../../../lib/node-exporter';
import { SlurmExporter } from '../../../lib/slurm-exporter';
import { VMAgent } from '../../../lib/vm-agent';
import { VMSingle } from '../../../lib/vm-single';
import { type KubeJson, render } from '../../support';

const IDENTITY = { name: 'node-exporter', instance: 'node-exporter-b', component: 'node-exporter', version: 'v1.12.1' };

describe('labels', () => {
  test('select by a subset that an upgrade does not change', () => {
    expect(selectorLabels(IDENTITY)).toEqual(selectorLabels({ ...IDENTITY, version: 'v2.0.0' }));
    expect(objectLabels(IDENTITY)).toMatchObject(selectorLabels(IDENTITY));
  });

  test('say what an object is, what it belongs to and which version runs', () => {
    expect(objectLabels(IDENTITY)).toEqual({
      'app.kubernetes.io/name': 'node-exporter',
      'app.kubernetes.io/instance': 'node-exporter-b',
      'app.kubernetes.io/component': 'node-exporter',
      'app.kubernetes.io/part-of': 'soperator-metrics',
      'app.kubernetes.io/managed-by': 'soperator-metrics',
      'app.kubernetes.io/version': 'v1.12.1',
    });
  });

  test('say nothing of a version that is not known', () => {
    expect(objectLabels({ ...IDENTITY, version: undefined })).not.toHaveProperty(['app.kubernetes.io/version']);
  });
});

test.each([
  ['v1.12.1', 'v1.12.1'],
  [`sha256:${'ab'.repeat(32)}`, `sha256_${'ab'.repeat(28)}`],
  ['-edge-', 'edge'],
  ['5.0.0+build', '5.0.0_build'],
  ['...', ''],
  [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
])('cuts %s down to a label value', (text, value) => {
  expect(labelValue(text)).toBe(value);
});

describe('labels of what is rendered', () => {
  const rendered = render((chart) => {
    new SlurmExporter(chart, 'SlurmExporter');
    new DcgmExporter(chart, 'DcgmExporter');
    new NodeExporter(chart, 'NodeExporter');
    new KubeStateMetrics(chart, 'KubeStateMetrics');
    new VMAgent(chart, 'VMAgent', { cluster: 'prod', mode: Mode.STANDALONE });
    new VMAgent(chart, 'Sharded', { cluster: 'prod', name: 'sharded', mode: Mode.STANDALONE, shards: 2 });
    new VMSingle(chart, 'VMSingle', { mode: Mode.STANDALONE });
  });
  const workloads = [...rendered.all('Deployment'), ...rendered.all('DaemonSet'), ...rendered.all('StatefulSet')];
  const title = ({ kind, metadata }: KubeJson) => `${kind} ${metadata.name}`;
  const wrong = ({ metadata }: KubeJson) =>
    Object.values(metadata.labels ?? {}).some((value) => !/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/.test(value));

  test('are on every object, and are values that Kubernetes takes', () => {
    const bare = rendered.all().filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] !== 'soperator-metrics');
    expect(bare.map(title)).toEqual([]);
    expect(rendered.all().filter(wrong).map(title)).toEqual([]);
  });

  test.each(workloads.map((workload): [string, KubeJson] => [title(workload), workload]))(
    'let %s find its pods, and nothing else find them',
    (_, { spec }) => {
      const { selector, template } = spec as WorkloadSpec;
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      expect(Object.keys(selector.matchLabels)).not.toContain('app.kubernetes.io/version');
      const others = workloads.filter((other) => other.spec !== spec).map((other) => (other.spec as WorkloadSpec).template.metadata.labels);
      const selected = others.filter((labels) => Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value));
      expect(selected).toEqual([]);
    },
  );
});

interface WorkloadSpec {
  readonly selector: { readonly matchLabels: Labels };
  readonly template: { readonly metadata: { readonly labels: Labels } };
}
