import { chosen, hostsOfWorkers, withHost } from '../../../../lib/dashboards/vocabulary';
import { answer, type Labels, type Sample } from '../instant';

const CHOSEN = (label: string) => chosen('worker', label);
const ALL = { cluster: 'soperator', worker: '.*' };

const series = (name: string, labels: Labels): Sample => ({ labels: { __name__: name, cluster: 'soperator', ...labels }, value: 1 });
const ofSlurm = { job: 'slurm-exporter', endpoint: 'metrics', namespace: 'soperator' };

/** A worker as SLURM's exporter has it, with the host that it told. */
const worker = (node_name: string, told?: string, labels: Labels = {}): Sample =>
  series('slurm_node_info', { ...ofSlurm, node_name, ...(told && { instance_id: told }), ...labels });
/** A pod as kube-state-metrics has it. */
const pod = (name: string, node: string, labels: Labels = {}): Sample =>
  series('kube_pod_info', {
    job: 'kube-state-metrics',
    endpoint: 'http',
    instance: 'kube-state-metrics-0',
    namespace: 'soperator',
    pod: name,
    ...(node && { node }),
    ...labels,
  });

const pairs = (samples: readonly Sample[]) =>
  samples.map(({ labels: { node_name, instance, ...others }, value }) => [node_name, instance, others, value]).sort();
const hosts = (samples: readonly Sample[], variables: Labels = ALL) => pairs(answer(hostsOfWorkers(CHOSEN), samples, variables));

describe('the host of a worker', () => {
  test('is the one that it told SLURM', () => {
    expect(hosts([worker('worker-0', 'gpu-0')])).toEqual([['worker-0', 'gpu-0', {}, 1]]);
  });

  test('is that of its pod where it told none', () => {
    expect(hosts([worker('worker-0'), pod('worker-0', 'gpu-0')])).toEqual([['worker-0', 'gpu-0', {}, 1]]);
    // the exporter writes an empty label, which is none once it is stored
    expect(hosts([worker('worker-0', undefined, { reason: 'x' }), pod('worker-0', 'gpu-0', { created_by_kind: 'StatefulSet' })])).toEqual([
      ['worker-0', 'gpu-0', {}, 1],
    ]);
  });

  test('is one also where both tell, and the told one where they differ', () => {
    expect(hosts([worker('worker-0', 'gpu-0'), pod('worker-0', 'gpu-0')])).toEqual([['worker-0', 'gpu-0', {}, 1]]);
    expect(hosts([worker('worker-0', 'gpu-0'), pod('worker-0', 'gpu-9')])).toEqual([['worker-0', 'gpu-0', {}, 1]]);
  });

  test('is found for each worker on its own where some tell and some do not', () => {
    expect(hosts([worker('worker-0', 'gpu-0'), worker('worker-1'), pod('worker-0', 'gpu-0'), pod('worker-1', 'gpu-1')])).toEqual([
      ['worker-0', 'gpu-0', {}, 1],
      ['worker-1', 'gpu-1', {}, 1],
    ]);
  });

  test('does not change while the state or the reason does', () => {
    const both = [worker('worker-0', 'gpu-0', { state_base: 'IDLE' }), worker('worker-0', 'gpu-0', { state_base: 'DOWN', reason: 'gone' })];
    expect(hosts(both)).toEqual([['worker-0', 'gpu-0', {}, 1]]);
  });

  test('is not that of a pod of the same name in another namespace, or of another cluster', () => {
    const namesakes = [pod('worker-0', 'gpu-8', { namespace: 'other' }), pod('worker-0', 'gpu-9', { cluster: 'other' })];
    expect(hosts([worker('worker-0'), ...namesakes])).toEqual([]);
    expect(hosts([worker('worker-0'), pod('worker-0', 'gpu-0'), ...namesakes])).toEqual([['worker-0', 'gpu-0', {}, 1]]);
  });

  test('is none for a pod without a node, for no pod, and without kube-state-metrics', () => {
    expect(hosts([worker('worker-0'), pod('worker-0', '')])).toEqual([]);
    expect(hosts([worker('worker-0'), worker('worker-1', 'gpu-1')])).toEqual([['worker-1', 'gpu-1', {}, 1]]);
  });

  test('is not looked for among pods of daemon sets, deployments and jobs, of which there are many on each node', () => {
    for (const created_by_kind of ['DaemonSet', 'ReplicaSet', 'Job', 'Node']) {
      expect(hosts([worker('worker-0'), pod('worker-0', 'gpu-0', { created_by_kind })])).toEqual([]);
    }
  });

  test('is told of chosen workers only', () => {
    const two = [worker('worker-0'), worker('worker-1', 'gpu-1'), pod('worker-0', 'gpu-0'), pod('worker-1', 'gpu-1')];
    expect(hosts(two, { ...ALL, worker: 'worker-0' })).toEqual([['worker-0', 'gpu-0', {}, 1]]);
  });

  test('is read over a range where a page asks for all hosts of it', () => {
    const query = hostsOfWorkers(CHOSEN, (selector) => `max_over_time(${selector}[1h])`);
    const moved = [worker('worker-0'), pod('worker-0', 'gpu-0'), pod('worker-0', 'gpu-1')];
    expect(pairs(answer(query, moved, ALL))).toEqual([
      ['worker-0', 'gpu-0', {}, 1],
      ['worker-0', 'gpu-1', {}, 1],
    ]);
  });
});

describe('a table of workers', () => {
  const query = withHost('max by (node_name, reason) (slurm_node_info{cluster="$cluster"})', CHOSEN);
  const rows = (samples: readonly Sample[]) => answer(query, samples, ALL).map(({ labels }) => labels);

  test('has a row for each, with the host where there is one', () => {
    expect(rows([worker('worker-0', 'gpu-0', { reason: 'x' }), worker('worker-1'), worker('worker-2'), pod('worker-1', 'gpu-1')])).toEqual([
      { node_name: 'worker-0', reason: 'x', instance: 'gpu-0' },
      { node_name: 'worker-1', instance: 'gpu-1' },
      { node_name: 'worker-2' },
    ]);
  });

  test('has one host in a row while a worker is seen on two', () => {
    const moving = [worker('worker-0', 'gpu-0'), worker('worker-0', 'gpu-1', { reason: 'x' })];
    expect(rows(moving).map(({ node_name, reason }) => [node_name, reason])).toEqual([
      ['worker-0', undefined],
      ['worker-0', 'x'],
    ]);
    expect(new Set(rows(moving).map(({ instance }) => instance)).size).toBe(1);
  });
});
