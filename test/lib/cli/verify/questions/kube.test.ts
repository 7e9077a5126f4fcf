import { agentConfig } from '../../../../../lib/cli/verify/questions/agent-config';
import { answering } from '../../../../../lib/cli/verify/questions/answering';
import { rights } from '../../../../../lib/cli/verify/questions/rights';
import { workloads } from '../../../../../lib/cli/verify/questions/workloads';
import { INVENTORY_LABEL } from '../../../../../lib/common/labels';
import { expectedFor, lines, looks, NO_KUBE, Well } from '../support';

const well = new Well(expectedFor());
const POD = {
  namespace: 'monitoring-system',
  name: 'p',
  node: '',
  ip: '',
  phase: 'Running',
  ready: false,
  trouble: '',
  labels: {},
  ports: [],
};

describe('rights', () => {
  const may = (isAllowed: boolean) => [
    { what: 'list nodes', isAllowed },
    { what: 'get nodes --subresource=metrics', isAllowed: true },
    { what: 'list pods', namespace: 'soperator', isAllowed },
    { what: 'watch pods', namespace: 'soperator', isAllowed },
  ];

  test('is content when all are there, and where nobody asked the API server', () => {
    expect(rights.judge(well.facts({ kube: { ...NO_KUBE, rights: may(true) } }))).toEqual({ findings: [] });
    expect(rights.judge(well.facts())).toEqual({ findings: [] });
  });

  test('names those that are missing, a line each place', () => {
    expect(lines(rights.judge(well.facts({ kube: { ...NO_KUBE, rights: may(false) } })))).toEqual([
      'error metrics-agent lacks 1 right in the whole cluster: list nodes: its ClusterRole or the binding of it was changed or removed; ' +
        'kubectl --context lab auth can-i list nodes --as=system:serviceaccount:monitoring-system:metrics-agent; then apply 30-pipeline.yaml again',
      'error metrics-agent lacks 2 rights in soperator: list pods, watch pods: its Role or the RoleBinding there was changed or removed; ' +
        'kubectl --context lab auth can-i list pods --as=system:serviceaccount:monitoring-system:metrics-agent -n soperator; then apply 30-pipeline.yaml again',
    ]);
  });

  test('says that they could not be asked', () => {
    expect(rights.judge(well.facts({ kube: { ...NO_KUBE, rights: undefined } }))).toMatchObject({
      findings: [],
      notes: [{ because: 'you may not ask for them: that takes the right to impersonate it' }],
    });
  });
});

describe('workloads', () => {
  const rendered = well.expected.tree.ofKind('Deployment', 'DaemonSet', 'StatefulSet');
  const inventory = rendered[0]?.labels[INVENTORY_LABEL];
  const running = rendered.map(({ kind, namespace, name }) => ({ kind, namespace, name, desired: 2, ready: 2, inventory, podLabels: {} }));
  const resources = well.expected.tree
    .ofKind('VMAgent', 'VMSingle')
    .map(({ kind, namespace, name }) => ({ kind, namespace, name, status: 'operational', reason: '' }));
  const kube = { ...NO_KUBE, workloads: running, resources };
  const judged = (changed: Partial<typeof kube>) => lines(workloads.judge(well.facts({ kube: { ...kube, ...changed } })));

  test('is content when what was rendered runs', () => {
    expect(rendered.length).toBeGreaterThan(3);
    expect(resources).toHaveLength(2);
    expect(judged({})).toEqual([]);
  });

  test('names what is not there, and tells when nothing is', () => {
    expect(judged({ workloads: running.filter(({ name }) => name !== 'slurm-exporter') })).toEqual([
      expect.stringMatching(
        /^error 1 rendered workload not in the cluster: Deployment soperator\/slurm-exporter: it was not applied, or somebody deleted it/,
      ),
    ]);
    expect(judged({ workloads: [], resources: [] })).toEqual([
      expect.stringContaining('this cluster file was never applied to this context'),
    ]);
  });

  test('names what is not ready, with what its pod says', () => {
    const broken = running.map((one) => (one.name === 'slurm-exporter' ? { ...one, ready: 0 } : one));
    const pods = [{ ...POD, namespace: 'soperator', name: 'slurm-exporter-x', trouble: 'CreateContainerConfigError' }];
    expect(judged({ workloads: broken, pods })).toEqual([
      'error Deployment soperator/slurm-exporter: 0 of 2 pods ready: pod slurm-exporter-x is CreateContainerConfigError; ' +
        'kubectl --context lab describe -n soperator deployment/slurm-exporter',
    ]);
    expect(judged({ workloads: broken })).toEqual([expect.stringContaining('its pods are not made')]);
  });

  test('passes on what the operator says of its resources', () => {
    expect(
      judged({
        resources: resources.map((one) => (one.kind === 'VMAgent' ? { ...one, status: 'failed', reason: 'no such Secret' } : one)),
      }),
    ).toEqual([expect.stringMatching(/^error VMAgent monitoring-system\/metrics is failed: no such Secret; /)]);
  });

  test('warns of another rendering, and of what one left over', () => {
    expect(judged({ workloads: running.map((one) => ({ ...one, inventory: 'other' })) })).toEqual([
      expect.stringMatching(/^warning \d+ workloads of another rendering: /),
    ]);
    const former = { kind: 'Deployment', namespace: 'soperator', name: 'gone', desired: 1, ready: 1, inventory: 'other', podLabels: {} };
    expect(judged({ workloads: [...running, former] })).toEqual([
      expect.stringMatching(/^warning 1 workload left over of a former rendering: Deployment soperator\/gone/),
    ]);
  });

  test('leaves workloads of others alone', () => {
    const theirs = {
      kind: 'Deployment',
      namespace: 'soperator',
      name: 'theirs',
      desired: 3,
      ready: 0,
      inventory: undefined,
      podLabels: {},
    };
    expect(judged({ workloads: [...running, theirs] })).toEqual([]);
  });
});

describe('answering', () => {
  test('is content when everybody answers', () => {
    expect(lines(answering.judge(well.facts({ kube: NO_KUBE })))).toEqual([]);
  });

  test('names who does not, with the pod that is to blame', () => {
    const pod = { ...POD, name: 'vmagent-metrics-1', trouble: 'OOMKilled' };
    const silent = [
      { what: 'agent', name: 'vmagent-metrics-1', error: 'connection refused' },
      { what: 'store', name: 'vmsingle', error: 'no endpoints available' },
      { what: 'kubernetes', name: 'API server', error: 'Unauthorized' },
    ] as const;
    expect(lines(answering.judge(well.facts({ silent, kube: { ...NO_KUBE, pods: [pod] } })))).toEqual([
      expect.stringContaining('error agent vmagent-metrics-1 does not answer: connection refused: the pod is OOMKilled'),
      expect.stringMatching(
        /^error store vmsingle does not answer: no endpoints available: .*; kubectl .* get pods -n monitoring-system -l app.kubernetes.io\/name=vmsingle$/,
      ),
      expect.stringMatching(/^error the API server does not answer: Unauthorized: .*; kubectl --context lab cluster-info$/),
    ]);
  });

  test('misses agents that have no pod', () => {
    const facts = well.facts({ kube: NO_KUBE, expected: { ...well.expected, shards: 3 } });
    expect(lines(answering.judge(facts))).toEqual([expect.stringMatching(/^error 1 of 3 agents there: /)]);
  });
});

describe('agent-config', () => {
  test('is content when the last reload succeeded', () => {
    expect(lines(agentConfig.judge(well.withAgent({ looks: looks('vm_promscrape_config_last_reload_successful 1') })))).toEqual([]);
  });

  test.each([
    ['vm_promscrape_config_last_reload_successful', 'scrape configuration'],
    ['vmagent_relabel_config_last_reload_successful', 'relabel rules of a destination'],
  ])('tells by %s that the %s could not be read', (metric, what) => {
    expect(lines(agentConfig.judge(well.withAgent({ looks: looks(`${metric} 0`) })))).toEqual([
      expect.stringContaining(`error vmagent-metrics-0: the last reload of its ${what} failed (${metric} is 0)`),
    ]);
  });
});
