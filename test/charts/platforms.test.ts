import { Duration } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { type MetricsPipelineProps, Platform } from '../../charts/options';
import { presets } from '../../charts/platforms';
import { AGENT_LABEL } from '../../lib/common/labels';
import { Mode } from '../../lib/common/mode';
import { PodSecurityLevel } from '../../lib/common/namespaces';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import { type KubeJson, type Rendered, render } from '../support';

interface Result {
  readonly pipeline: MetricsPipeline;
  readonly rendered: Rendered;
}

function pipelineOn(platforms: readonly Platform[], props: Partial<MetricsPipelineProps> = {}): Result {
  const built: MetricsPipeline[] = [];
  const rendered = render((chart) => built.push(new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', platforms, ...props })));
  const [pipeline] = built;
  if (!pipeline) throw new Error('no pipeline was built');
  return { pipeline, rendered };
}

const id = ({ kind, metadata: { namespace, name } }: KubeJson): string => `${kind}/${namespace ?? ''}/${name}`;

/** Which parts are deployed here, and which are only scraped. */
function deployed({ pipeline }: Result): { readonly [part: string]: boolean } {
  const { slurmExporter, dcgmExporter, vmOperator, nodeExporter, kubeStateMetrics } = pipeline;
  return Object.fromEntries(
    Object.entries({ slurmExporter, dcgmExporter, vmOperator, nodeExporter, kubeStateMetrics }).map(([name, part]) => [
      name,
      part?.workload !== undefined,
    ]),
  );
}

const ALL = { slurmExporter: true, dcgmExporter: true, vmOperator: true, nodeExporter: true, kubeStateMetrics: true };
const { NONE, SOPERATOR, GPU_OPERATOR } = Platform;

describe('what is deployed', () => {
  test.each<readonly [string, readonly Platform[], object]>([
    ['everything on a bare cluster', [], ALL],
    ['everything where the platform is none', [NONE], ALL],
    ['all but what Soperator brings', [SOPERATOR], { ...ALL, slurmExporter: false, dcgmExporter: false, vmOperator: false }],
    ['all but the GPU exporter of the GPU operator', [GPU_OPERATOR], { ...ALL, dcgmExporter: false }],
    ['all but what both bring', [SOPERATOR, GPU_OPERATOR], { ...ALL, slurmExporter: false, dcgmExporter: false, vmOperator: false }],
  ])('is %s', (_, platforms, expected) => {
    expect(deployed(pipelineOn(platforms))).toEqual(expected);
  });

  test.each([[[SOPERATOR]], [[GPU_OPERATOR]], [[SOPERATOR, GPU_OPERATOR]]])('is scraped all the same on %j', (platforms) => {
    const jobs = ({ pipeline }: Result) => [...new Set(pipeline.collector.scrapedTargets.map(({ job }) => job))].sort();
    expect(jobs(pipelineOn(platforms))).toEqual(jobs(pipelineOn([])));
  });

  test('leaves no rights behind of what is not deployed', () => {
    const names = (platforms: readonly Platform[]) => pipelineOn(platforms).rendered.all().map(id);
    const rights = /^(Cluster)?Role(Binding)?\/.*\/.*(slurm-exporter|vm-operator)(-[a-z]+)?$/;
    expect(names([]).filter((name) => rights.test(name))).not.toEqual([]);
    expect(names([SOPERATOR]).filter((name) => rights.test(name))).toEqual([]);
  });

  test('does not depend on the order of the platforms', () => {
    const names = (...platforms: readonly Platform[]) => pipelineOn(platforms).rendered.all().map(id).sort();
    expect(names(SOPERATOR, GPU_OPERATOR)).toEqual(names(GPU_OPERATOR, SOPERATOR));
    expect(presets([SOPERATOR, GPU_OPERATOR], 'metrics')).toEqual(presets([GPU_OPERATOR, SOPERATOR], 'metrics'));
  });
});

describe('the GPU exporter', () => {
  const target = (platforms: readonly Platform[], props: Partial<MetricsPipelineProps> = {}) =>
    pipelineOn(platforms, props).pipeline.dcgmExporter?.targets.find(({ job }) => job === 'dcgm-exporter');

  test.each<readonly [string, readonly Platform[], string, number]>([
    ["Soperator's is looked for beside the SLURM cluster, as often as it reads", [SOPERATOR], 'soperator', 30],
    ["the GPU operator's is looked for in its own namespace, as often as it reads", [GPU_OPERATOR], 'gpu-operator', 30],
    ["the GPU operator's is the one where both are there", [SOPERATOR, GPU_OPERATOR], 'gpu-operator', 30],
  ])('%s', (_, platforms, namespace, seconds) => {
    const found = target(platforms);
    expect(found).toMatchObject({
      discovery: { role: DiscoveryRole.PODS, namespaces: [namespace], matchLabels: { app: 'nvidia-dcgm-exporter' } },
      endpoints: [{ port: 'metrics' }],
      provenance: Provenance.EXTERNAL,
    });
    expect(found?.scrapeInterval.toSeconds()).toBe(seconds);
  });

  test('may be found by the agent in that namespace', () => {
    const { rendered } = pipelineOn([GPU_OPERATOR]);
    expect(rendered.find('Role', 'metrics-agent-discovery', 'gpu-operator').rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
    ]);
  });

  test('follows the namespace of the SLURM cluster with Soperator', () => {
    expect(target([SOPERATOR], { namespaces: { slurm: 'batch' } })?.discovery.namespaces).toEqual(['batch']);
  });
});

describe("Soperator's own", () => {
  test('SLURM exporter is found by the labels of its pod, those of the cluster among them', () => {
    const { pipeline } = pipelineOn([SOPERATOR], { slurmCluster: 'batch', namespaces: { slurm: 'jobs' } });
    expect(pipeline.slurmExporter?.targets.map(({ discovery }) => discovery)).toEqual([
      {
        role: DiscoveryRole.PODS,
        namespaces: ['jobs'],
        matchLabels: {
          'app.kubernetes.io/name': 'slurm-cluster',
          'app.kubernetes.io/instance': 'batch',
          'app.kubernetes.io/component': 'exporter',
        },
      },
    ]);
  });

  test('operator has the version that its charts install, and the agent the sidecar released with it', () => {
    const { pipeline, rendered } = pipelineOn([SOPERATOR]);
    expect(pipeline.vmOperator?.version).toBe('0.70.1');
    expect(rendered.find('VMAgent', 'metrics').spec).toMatchObject({
      configReloaderImage: 'docker.io/victoriametrics/operator:config-reloader-v0.70.1',
    });
  });

  test('converted scrapes are left alone, and ours are still taken', () => {
    const { rendered } = pipelineOn([SOPERATOR]);
    const selector = { matchLabels: { [AGENT_LABEL]: 'metrics' } };
    expect(rendered.find('VMAgent', 'metrics').spec).toMatchObject({
      serviceScrapeSelector: selector,
      podScrapeSelector: selector,
      nodeScrapeSelector: selector,
      staticScrapeSelector: selector,
      scrapeConfigSelector: selector,
    });
    const scrapes = rendered.all().filter(({ kind }) => /^VM(Service|Pod|Node)Scrape$/.test(kind));
    expect(scrapes.filter(({ metadata: { labels } }) => labels?.[AGENT_LABEL] !== 'metrics')).toEqual([]);
  });

  test('namespaces are not rendered, so that nothing which applies or prunes ours touches them', () => {
    const { rendered, pipeline } = pipelineOn([SOPERATOR]);
    expect(rendered.all('Namespace').map(id)).toEqual(['Namespace//node-exporter-system']);
    expect(pipeline.namespaces.own).toEqual(['node-exporter-system']);
  });

  test('kubelets, node and kube-state-metrics are scraped like anywhere else', () => {
    const names = ({ rendered }: Result) => rendered.all('VMNodeScrape').map(id).sort();
    expect(names(pipelineOn([SOPERATOR]))).toEqual(names(pipelineOn([])));
  });

  // with a namespace of ours for the monitoring, as the documentation of platforms advises beside Soperator's own stack
  test('operator is looked for where it is, whatever our namespace is called', () => {
    const { pipeline } = pipelineOn([SOPERATOR], { namespaces: { monitoring: 'metrics-system' } });
    expect(pipeline.vmOperator?.targets.flatMap(({ discovery }) => discovery.namespaces)).toEqual(['monitoring-system']);
  });

  test('level of admission is not given up for a namespace of ours', () => {
    const { rendered, pipeline } = pipelineOn([SOPERATOR], { namespaces: { monitoring: 'metrics-system' } });
    expect(pipeline.namespaces.own).toContain('metrics-system');
    expect(rendered.find('Namespace', 'metrics-system').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  test('namespace is rendered all the same where the user says at which level', () => {
    const { rendered } = pipelineOn([SOPERATOR], { namespaces: { monitoringPodSecurity: PodSecurityLevel.BASELINE } });
    expect(rendered.find('Namespace', 'monitoring-system').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'baseline',
    });
  });
});

describe('Soperator without the use of its operator', () => {
  const result = pipelineOn([SOPERATOR], { mode: Mode.STANDALONE });

  test('still has it scraped, where it is', () => {
    expect(result.pipeline.vmOperator?.workload).toBeUndefined();
    expect(result.pipeline.collector.scrapedTargets.find(({ job }) => job === 'vm-operator')?.discovery.namespaces).toEqual([
      'monitoring-system',
    ]);
    const { data } = result.rendered.find('ConfigMap', 'vmagent-metrics');
    expect(data).toMatchObject({ 'scrape.yaml': expect.stringContaining('job_name: vm-operator\n') });
  });

  test('has agent and store as workloads, and nothing that the operator would read', () => {
    expect(result.rendered.all().filter(({ apiVersion }) => /victoriametrics/.test(apiVersion))).toEqual([]);
    expect(result.rendered.find('StatefulSet', 'vmagent-metrics', 'monitoring-system')).toBeDefined();
  });

  // its operator reads them by a label that ours carry, which is of no use here, and nothing to complain of
  test('does not fail for what the platform says of scrapes of users', () => {
    expect(() => pipelineOn([SOPERATOR, GPU_OPERATOR], { mode: Mode.STANDALONE })).not.toThrow();
  });

  test('scrapes what it scrapes with the operator', () => {
    const names = ({ pipeline }: Result) => pipeline.collector.scrapedTargets.map(({ name }) => name);
    expect(names(result)).toEqual(names(pipelineOn([SOPERATOR])));
  });
});

describe('an option of the user wins over that of the platform', () => {
  test('so that a part is deployed all the same', () => {
    const result = pipelineOn([SOPERATOR, GPU_OPERATOR], {
      slurmExporter: { deploy: true },
      dcgmExporter: { deploy: true, namespace: 'gpus' },
      vmOperator: { deploy: true, version: '0.74.1' },
    });
    expect(deployed(result)).toEqual(ALL);
    expect(result.rendered.find('DaemonSet', 'nvidia-dcgm-exporter', 'gpus')).toBeDefined();
  });

  test.each<readonly [string, Partial<MetricsPipelineProps>, (result: Result) => unknown, unknown]>([
    ['the version of the operator', { vmOperator: { version: '0.73.2' } }, ({ pipeline }) => pipeline.vmOperator?.version, '0.73.2'],
    [
      'the namespace of the GPU exporter',
      { dcgmExporter: { namespace: 'gpus' } },
      ({ pipeline }) => pipeline.dcgmExporter?.targets.flatMap(({ discovery }) => discovery.namespaces),
      ['gpus'],
    ],
    [
      'the interval of the GPU exporter',
      { dcgmExporter: { scrapeInterval: Duration.seconds(45) } },
      ({ pipeline }) => pipeline.dcgmExporter?.targets.map(({ scrapeInterval }) => scrapeInterval.toSeconds()),
      [45],
    ],
    [
      'which scrapes of users are picked up',
      { vmAgent: { userScrapes: { requireLabel: false } } },
      ({ rendered }) => rendered.find('VMAgent', 'metrics').spec,
      expect.objectContaining({ podScrapeSelector: {}, serviceScrapeSelector: {} }),
    ],
  ])('for %s', (_, props, read, expected) => {
    expect(read(pipelineOn([SOPERATOR, GPU_OPERATOR], props))).toEqual(expected);
  });

  test('unless it is given as undefined, which counts as not given', () => {
    const { pipeline, rendered } = pipelineOn([SOPERATOR, GPU_OPERATOR], {
      vmOperator: { version: undefined, namespace: undefined },
      dcgmExporter: { deploy: undefined, namespace: undefined, scrapeInterval: undefined },
      vmAgent: { userScrapes: { requireLabel: undefined } },
    });
    expect(pipeline.vmOperator?.version).toBe('0.70.1');
    expect(
      pipeline.dcgmExporter?.targets.map(({ discovery, scrapeInterval }) => [discovery.namespaces, scrapeInterval.toSeconds()]),
    ).toEqual([[['gpu-operator'], 30]]);
    expect(rendered.find('VMAgent', 'metrics').spec).toMatchObject({ podScrapeSelector: { matchLabels: { [AGENT_LABEL]: 'metrics' } } });
  });

  test('and one that is left out is still not there', () => {
    const { pipeline } = pipelineOn([SOPERATOR, GPU_OPERATOR], { dcgmExporter: { enabled: false }, vmOperator: { enabled: false } });
    expect(pipeline.dcgmExporter).toBeUndefined();
    expect(pipeline.vmOperator).toBeUndefined();
  });
});

test.each([[[NONE, SOPERATOR]], [[GPU_OPERATOR, NONE]], [[NONE, NONE]]])('fails for none beside others: %j', (platforms) => {
  expect(() => pipelineOn(platforms)).toThrow(
    `[test/Pipeline] platforms: got ${JSON.stringify(platforms)}, expected 'none' alone, or any of 'soperator' and 'gpu-operator'; leave 'none' out`,
  );
});
