import { Duration } from 'cdk8s';
import { DcgmExporter, type DcgmExporterProps } from '../../lib/dcgm-exporter';
import { DCGM_FIELDS } from '../../lib/metrics/dcgm-fields';
import type { LabelSet } from '../../lib/scrape/relabel-evaluate';
import { evaluateRelabeling } from '../../lib/scrape/relabel-evaluate';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import {
  containerOf,
  exposition,
  familiesOf,
  GIVEN_CONTAINER,
  GIVEN_POD,
  GIVEN_TARGET,
  mergedSeries,
  podOf,
  render,
  SOURCE_PROPS,
  storedSeries,
  targetLabels,
  targetOf,
} from '../support';

const exporter = (props?: DcgmExporterProps) => render((chart) => new DcgmExporter(chart, 'DcgmExporter', props));
const daemonSet = (props?: DcgmExporterProps) => exporter(props).find('DaemonSet', 'nvidia-dcgm-exporter', 'soperator');
const container = (props?: DcgmExporterProps) => containerOf(daemonSet(props), 'exporter');
const target = (props?: DcgmExporterProps) => targetOf(exporter(props).made, props?.name ?? 'nvidia-dcgm-exporter');

function counters(props?: DcgmExporterProps): string {
  const { data } = exporter(props).find('ConfigMap', 'nvidia-dcgm-exporter-counters', 'soperator');
  return (data as { readonly [file: string]: string })['counters.csv'] ?? '';
}

/** What discovery knows of the exporter on a GPU node, and the labels that the operator's rules make of it. */
const DISCOVERED = {
  __meta_kubernetes_pod_name: 'nvidia-dcgm-exporter-khqrw',
  __meta_kubernetes_pod_node_name: 'gpu-0',
  __meta_kubernetes_node_label_nebius_com_nvlink_instance_group: 'nvl-1',
  __meta_kubernetes_node_label_slurm_nebius_ai_nodeset: 'worker',
  __meta_kubernetes_node_label_slurm_nebius_ai_nodeset_name: 'rack-1',
  pod: 'nvidia-dcgm-exporter-khqrw',
  container: 'exporter',
  namespace: 'soperator',
  service: 'nvidia-dcgm-exporter',
  endpoint: 'gpu-metrics',
};

describe('the workload', () => {
  test('runs on every node that is marked for it, whatever GPU taint the node has', () => {
    expect(podOf(daemonSet())).toMatchObject({
      nodeSelector: { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' },
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
      priorityClassName: 'system-node-critical',
    });
  });

  test('is replaced on a tenth of the nodes at a time, so that a thousand of them do not take days', () => {
    expect(daemonSet().spec).toMatchObject({ updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } });
  });

  test('serves its metrics on 9400, by itself and through its Service', () => {
    expect(container().ports).toEqual([expect.objectContaining({ name: 'gpu-metrics', containerPort: 9400 })]);
    expect(container().env).toEqual(expect.arrayContaining([{ name: 'DCGM_EXPORTER_LISTEN', value: ':9400' }]));
    expect(exporter().find('Service', 'nvidia-dcgm-exporter', 'soperator').spec).toMatchObject({
      ports: [{ name: 'gpu-metrics', port: 9400, targetPort: 'gpu-metrics' }],
    });
    expect(exporter().made).toMatchObject({ port: 9400, job: 'dcgm-exporter' });
  });

  test.each([
    [undefined, '15000'],
    [Duration.seconds(30), '30000'],
    [Duration.minutes(1), '60000'],
  ])('reads the GPUs as often as it is scraped: every %s', (scrapeInterval, milliseconds) => {
    expect(container({ scrapeInterval }).env).toEqual(expect.arrayContaining([{ name: 'DCGM_EXPORTER_INTERVAL', value: milliseconds }]));
    expect(target({ scrapeInterval }).collectionInterval?.toMilliseconds()).toBe(Number(milliseconds));
  });

  test('names its host as the node is named', () => {
    expect(container().env).toEqual(
      expect.arrayContaining([{ name: 'NODE_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }]),
    );
  });

  test('asks the kubelet which pod uses which GPU, and may write nothing on the node', () => {
    expect(container().env).toEqual(expect.arrayContaining([{ name: 'DCGM_EXPORTER_KUBERNETES', value: 'true' }]));
    expect(container().volumeMounts).toEqual(
      expect.arrayContaining([{ name: 'pod-resources', mountPath: '/var/lib/kubelet/pod-resources', readOnly: true }]),
    );
  });

  test('gets no token of the cluster, for which it has no use', () => {
    expect(podOf(daemonSet()).automountServiceAccountToken).toBe(false);
    expect(exporter().all('ServiceAccount')).toEqual([]);
  });

  test('is given five minutes for its first reading, which the profiler makes slow', () => {
    const page = { path: '/health', port: 'gpu-metrics' };
    expect(container()).toMatchObject({
      startupProbe: { httpGet: page, periodSeconds: 5, failureThreshold: 60 },
      livenessProbe: { httpGet: page },
      readinessProbe: { httpGet: page },
    });
  });

  test('leaves jobs alone unless it is told where SLURM writes them', () => {
    expect(JSON.stringify(daemonSet())).not.toContain('job-mapping');
    expect(JSON.stringify(container().env)).not.toContain('DCGM_HPC_JOB_MAPPING_DIR');
  });

  test('follows the files that SLURM writes into the directory of jobs', () => {
    const props = { jobMappingDirectory: '/var/run/nebius/slurm' };
    expect(container(props)).toMatchObject({
      env: expect.arrayContaining([{ name: 'DCGM_HPC_JOB_MAPPING_DIR', value: '/var/run/nebius/slurm' }]),
      volumeMounts: expect.arrayContaining([
        { name: 'job-mapping', mountPath: '/var/run/nebius/slurm', readOnly: true, mountPropagation: 'HostToContainer' },
      ]),
    });
    expect(podOf(daemonSet(props)).volumes).toEqual(
      expect.arrayContaining([{ name: 'job-mapping', hostPath: { path: '/var/run/nebius/slurm', type: 'DirectoryOrCreate' } }]),
    );
  });
});

describe('the counters', () => {
  const lines = (csv: string) => csv.trimEnd().split('\n');
  const names = (csv: string) => lines(csv).map((line) => line.split(',')[0]);

  test('are a list that the exporter can parse: three fields a line, a type that it knows', () => {
    const everything = counters({ counters: [...DCGM_FIELDS.keys()] });
    for (const csv of [counters(), everything]) {
      expect(csv).toMatch(/\n$/);
      const wrong = lines(csv).filter((line) => !/^DCGM_F[A-Z0-9_]+, (gauge|counter|label), [^,"#]+$/.test(line));
      expect(wrong).toEqual([]);
      expect(new Set(names(csv)).size).toBe(lines(csv).length);
    }
  });

  test('are where the exporter looks for them', () => {
    expect(container()).toMatchObject({
      env: expect.arrayContaining([{ name: 'DCGM_EXPORTER_COLLECTORS', value: '/etc/dcgm-exporter/counters.csv' }]),
      volumeMounts: expect.arrayContaining([{ name: 'counters', mountPath: '/etc/dcgm-exporter', readOnly: true }]),
    });
    expect(podOf(daemonSet()).volumes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'counters', configMap: expect.objectContaining({ name: 'nvidia-dcgm-exporter-counters' }) }),
      ]),
    );
  });

  test('answer what dashboards ask: temperature, power, utilisation, memory, errors, links', () => {
    expect(names(counters())).toEqual(
      expect.arrayContaining([
        'DCGM_FI_DEV_GPU_TEMP',
        'DCGM_FI_DEV_MEMORY_TEMP',
        'DCGM_FI_DEV_POWER_USAGE',
        'DCGM_FI_DEV_GPU_UTIL',
        'DCGM_FI_DEV_MEM_COPY_UTIL',
        'DCGM_FI_DEV_SM_CLOCK',
        'DCGM_FI_DEV_MEM_CLOCK',
        'DCGM_FI_DEV_FB_USED',
        'DCGM_FI_DEV_FB_FREE',
        'DCGM_FI_DEV_XID_ERRORS',
        'DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL',
        'DCGM_FI_PROF_SM_ACTIVE',
        'DCGM_FI_PROF_SM_OCCUPANCY',
        'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE',
        'DCGM_FI_PROF_PCIE_TX_BYTES',
        'DCGM_FI_PROF_PCIE_RX_BYTES',
      ]),
    );
  });

  test('call a rate a gauge, so that nobody takes the rate of a rate', () => {
    const rates = lines(counters()).filter((line) => line.includes('bytes per second'));
    expect(rates).not.toEqual([]);
    expect(rates.filter((line) => !line.includes(', gauge, '))).toEqual([]);
  });

  test('are those that are asked for, and the exporter shows which', () => {
    const asked = ['DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_ECC_DBE_VOL_TOTAL'];
    expect(names(counters({ counters: asked }))).toEqual(asked);
    expect(exporter({ counters: asked }).made.counters.map(({ name }) => name)).toEqual(asked);
  });
});

describe('the scrape', () => {
  const stored = (series: readonly LabelSet[], props?: DcgmExporterProps) =>
    storedSeries(target(props), series, targetLabels(target(props), DISCOVERED) ?? {});

  test('finds the Service that is rendered, by the name of its port, every 15 s', () => {
    const rendered = exporter();
    const { discovery, endpoints, scrapeInterval, provenance } = targetOf(rendered.made, 'nvidia-dcgm-exporter');
    expect(discovery).toMatchObject({ role: DiscoveryRole.SERVICES, namespaces: ['soperator'] });
    expect(rendered.find('Service', 'nvidia-dcgm-exporter').metadata.labels).toMatchObject(discovery.matchLabels);
    expect(rendered.find('DaemonSet', 'nvidia-dcgm-exporter').spec).toMatchObject({
      template: { metadata: { labels: discovery.matchLabels } },
    });
    expect(endpoints).toMatchObject([{ port: 'gpu-metrics' }]);
    expect(scrapeInterval).toEqual(Duration.seconds(15));
    expect(provenance).toBe(Provenance.RENDERED);
  });

  test('names node, NVLink group and node set of a GPU, and nothing of the exporter but its namespace', () => {
    expect(targetLabels(target(), DISCOVERED)).toEqual({
      job: 'dcgm-exporter',
      instance: 'gpu-0',
      namespace: 'soperator',
      nvlink_instance_group: 'nvl-1',
      slurm_nodeset: 'worker',
      slurm_nodeset_name: 'rack-1',
    });
  });

  test('reads the NVLink group from the node label that the platform uses', () => {
    const labels = targetLabels(target({ nvlinkGroupNodeLabel: 'topology.nebius.com/nvl-instance-group-id' }), {
      ...DISCOVERED,
      __meta_kubernetes_node_label_topology_nebius_com_nvl_instance_group_id: 'nvl-7',
    });
    expect(labels).toMatchObject({ nvlink_instance_group: 'nvl-7' });
  });

  test('shows the worker that uses a GPU as exported_pod, and no pod at all', () => {
    const used = exposition('dcgm-exporter-some').filter(({ pod }) => pod !== undefined);
    expect(used).not.toEqual([]);
    for (const [before, after] of stored(used)) {
      expect(after).toMatchObject({
        exported_pod: 'worker-0',
        exported_namespace: 'soperator',
        exported_container: 'worker',
        gpu: before.gpu,
      });
      expect(after).not.toHaveProperty('pod');
      expect(after).not.toHaveProperty('container');
    }
  });

  test('shows neither for a GPU that no pod uses, whether the exporter leaves its labels out or empty', () => {
    const unused = exposition('dcgm-exporter-some').filter(({ pod }) => pod === undefined);
    expect(unused).not.toEqual([]);
    const empty = unused.map((series) => ({ ...series, pod: '', namespace: '', container: '' }));
    for (const after of [...stored(unused).values(), ...stored(empty).values()]) {
      expect(after).toMatchObject({ namespace: 'soperator', instance: 'gpu-0', err_code: '79' });
      expect(Object.keys(after ?? {}).filter((name) => /^(exported_)?(pod|container)$/.test(name))).toEqual([]);
    }
  });

  test('keeps every series apart from all others, and drops none', () => {
    const all = stored(exposition('dcgm-exporter-some'));
    expect([...all.values()]).not.toContain(undefined);
    expect(mergedSeries(all)).toEqual([]);
  });

  test('spells the host as Hostname, whichever way the exporter spells it', () => {
    const old = exposition('dcgm-exporter-some');
    const renamed = old.map(({ Hostname, ...series }) => ({ ...series, hostname: Hostname ?? '' }));
    expect([...stored(renamed).values()]).toEqual([...stored(old).values()]);
    expect([...stored(old).values()]).toEqual(old.map(() => expect.objectContaining({ Hostname: 'gpu-0' })));
  });

  test('keeps the job that the exporter read from SLURM', () => {
    expect([...stored(exposition('dcgm-exporter-some')).values()]).toEqual(
      expect.arrayContaining([expect.objectContaining({ hpc_job: '1' })]),
    );
  });
});

describe('with deploy: false', () => {
  test("renders nothing and scrapes the pods of Soperator's or NVIDIA's chart by the name of their port", () => {
    const rendered = exporter({ deploy: false });
    expect(rendered.all()).toEqual([]);
    expect(rendered.made).toMatchObject({ workload: undefined, service: undefined });
    expect(targetOf(rendered.made, 'nvidia-dcgm-exporter')).toMatchObject({
      discovery: { role: DiscoveryRole.PODS, namespaces: ['soperator'], matchLabels: { app: 'nvidia-dcgm-exporter' } },
      endpoints: [{ port: 'metrics' }],
      provenance: Provenance.EXTERNAL,
    });
  });

  test('gives the same labels as its own exporter does', () => {
    // a scrape of pods knows no Service
    const { service, ...pod } = DISCOVERED;
    expect(targetLabels(target({ deploy: false }), pod)).toEqual(targetLabels(target(), DISCOVERED));
  });

  test('looks in all the namespaces that it is given', () => {
    const { discovery } = target({ deploy: false, namespaces: ['soperator', 'gpu-operator'] });
    expect(discovery.namespaces).toEqual(['soperator', 'gpu-operator']);
  });

  test('does not claim to know how often the exporter reads the GPUs', () => {
    expect(target({ deploy: false }).collectionInterval).toBeUndefined();
  });
});

describe('with every option set', () => {
  const props: Required<DcgmExporterProps> = {
    ...SOURCE_PROPS,
    namespaces: ['here', 'there'],
    counters: ['DCGM_FI_DEV_GPU_TEMP'],
    jobMappingDirectory: '/var/lib/jobs',
    nvlinkGroupNodeLabel: 'example.com/nvlink',
    runtimeClassName: 'nvidia',
  };

  test('scrapes as it is told what somebody else deployed', () => {
    const given = targetOf(exporter(props).made, 'given');
    expect(given).toMatchObject({
      ...GIVEN_TARGET,
      discovery: { namespaces: ['here', 'there'], matchLabels: { team: 'operations' } },
      endpoints: [{ port: 'given-port' }],
    });
    expect(targetLabels(given, { ...DISCOVERED, __meta_kubernetes_node_label_example_com_nvlink: 'nvl-9' })).toMatchObject({
      pool: 'operations',
      nvlink_instance_group: 'nvl-9',
    });
  });

  test('runs the rules of the user last', () => {
    const [series] = storedSeries(targetOf(exporter(props).made, 'given'), exposition('dcgm-exporter-some'), {}).values();
    expect(series).toMatchObject({ pod: 'of-the-user', exported_pod: 'worker-0' });
  });

  test('deploys what it is told', () => {
    const { selector, portNames, namespaces, ...own } = props;
    const rendered = exporter({ ...own, deploy: true });
    const given = rendered.find('DaemonSet', 'given', 'elsewhere');
    expect(podOf(given)).toMatchObject({ ...GIVEN_POD, runtimeClassName: 'nvidia' });
    expect(containerOf(given, 'exporter')).toMatchObject({
      ...GIVEN_CONTAINER,
      env: expect.arrayContaining([
        { name: 'DCGM_EXPORTER_INTERVAL', value: '60000' },
        { name: 'DCGM_HPC_JOB_MAPPING_DIR', value: '/var/lib/jobs' },
      ]),
    });
    expect(rendered.find('ConfigMap', 'given-counters', 'elsewhere').data).toEqual({
      'counters.csv': 'DCGM_FI_DEV_GPU_TEMP, gauge, Temperature of the GPU (degrees Celsius)\n',
    });
    expect(rendered.find('Service', 'given', 'elsewhere').spec).toMatchObject({
      ports: [{ name: 'gpu-metrics', port: 9400, targetPort: 'gpu-metrics' }],
    });
  });
});

describe('fails', () => {
  test('when a counter is misspelled, with the nearest one', () => {
    expect(() => exporter({ counters: ['DCGM_FI_DEV_GPU_TEMP', 'DCGM_FI_DEV_GPU_UTILS'] })).toThrow(
      Error(
        '[test/DcgmExporter] counters[1]: got "DCGM_FI_DEV_GPU_UTILS", expected the name of a DCGM field that the exporter knows; use \'DCGM_FI_DEV_GPU_UTIL\'',
      ),
    );
  });

  test('when a counter is like no other', () => {
    expect(() => exporter({ counters: ['temperature'] })).toThrow(
      Error(
        '[test/DcgmExporter] counters[0]: got "temperature", expected the name of a DCGM field that the exporter knows; take a name from lib/metrics/dcgm-fields.ts',
      ),
    );
  });

  test('when the directory of jobs is no absolute path', () => {
    expect(() => exporter({ jobMappingDirectory: 'var/run/slurm' })).toThrow(
      Error(
        "[test/DcgmExporter] jobMappingDirectory: got \"var/run/slurm\", expected an absolute path on the node; write the directory that SLURM's prolog fills, such as '/var/run/nebius/slurm'",
      ),
    );
  });
});

test('asks for SYS_ADMIN only while a field of the profiler is read', () => {
  expect(container()).toMatchObject({ securityContext: { capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } } });
  const plain = container({ counters: ['DCGM_FI_DEV_GPU_TEMP'] });
  expect(plain).toMatchObject({ securityContext: { capabilities: { drop: ['ALL'] } } });
  expect(plain).not.toHaveProperty('securityContext.capabilities.add');
});

test.each<readonly [DcgmExporterProps, string]>([
  [{ counters: [] }, 'counters: got [], expected at least one field, and each once; leave counters out for the default list'],
  [
    { counters: ['DCGM_FI_DEV_GPU_TEMP', 'DCGM_FI_DEV_GPU_TEMP'] },
    'counters[1]: got "DCGM_FI_DEV_GPU_TEMP", expected at least one field, and each once; leave counters out for the default list',
  ],
  [
    { jobMappingDirectory: '/' },
    "jobMappingDirectory: got \"/\", expected an absolute path on the node; write the directory that SLURM's prolog fills, such as '/var/run/nebius/slurm'",
  ],
  [
    { jobMappingDirectory: '/..' },
    "jobMappingDirectory: got \"/..\", expected an absolute path on the node; write the directory that SLURM's prolog fills, such as '/var/run/nebius/slurm'",
  ],
  [{ deploy: false, namespaces: [] }, 'namespaces: got [], expected at least one namespace; leave it out for namespace alone'],
  [
    { namespaces: ['gpu-operator'] },
    'namespaces: got ["gpu-operator"], expected to be left out while the exporter is deployed; use namespace, or set deploy to false',
  ],
  [{ name: '0dcgm' }, `name: got "0dcgm", expected a name that begins with a letter, as those of Services do; write 'x0dcgm'`],
])('fails for %j', (props, message) => {
  expect(() => exporter(props)).toThrow(Error(`[test/DcgmExporter] ${message}`));
});

test('keeps the worker of a GPU when a rule of the user gives the target a pod of its own', () => {
  const own = target({ relabelConfigs: [RelabelRule.copyLabel('a rule of the user', '__meta_kubernetes_pod_name', 'pod')] });
  const scraped = { __name__: 'DCGM_FI_DEV_GPU_TEMP', gpu: '0', pod: 'nvidia-dcgm-exporter-abcde', exported_pod: 'worker-0' };
  expect(evaluateRelabeling(own.metricRelabelConfigs, scraped)).toEqual({
    __name__: 'DCGM_FI_DEV_GPU_TEMP',
    gpu: '0',
    exported_pod: 'worker-0',
  });
});

describe('the families that it says it exposes', () => {
  const families = (props?: DcgmExporterProps) => familiesOf(target(props));
  const labels = (props: DcgmExporterProps = {}, name = 'DCGM_FI_DEV_GPU_UTIL') => Object.keys(families(props).get(name)?.labels ?? {});

  test('are the fields that it reads, each without the condition that it is read', () => {
    const counters = ['DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_PROF_SM_ACTIVE'];
    expect([...families({ counters }).keys()]).toEqual(counters);
    expect(families().get('DCGM_FI_DEV_GPU_UTIL')?.when).toBeUndefined();
    expect(families().get('DCGM_FI_PROF_SM_ACTIVE')?.when).toEqual({ hardware: 'data-centre GPU, for the profiler' });
    expect(families().has('DCGM_FI_DEV_FAN_SPEED')).toBe(false);
  });

  test('carry the job of SLURM only where a directory says it, or somebody else deployed the exporter', () => {
    expect(labels()).not.toContain('hpc_job');
    expect(labels({ jobMappingDirectory: '/var/run/slurm' })).toContain('hpc_job');
    expect(labels({ deploy: false })).toContain('hpc_job');
    expect(labels({ deploy: false, counters: ['DCGM_FI_DEV_GPU_UTIL'] })).toContain('hpc_job');
  });

  test('carry the fields that become labels, where these are read', () => {
    expect(labels()).not.toContain('DCGM_FI_DEV_SERIAL');
    expect(labels({ counters: ['DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_SERIAL'] })).toContain('DCGM_FI_DEV_SERIAL');
  });

  test('are all that there are where somebody else has a list of his own, and may be more', () => {
    const given = target({ deploy: false });
    expect(familiesOf(given).get('DCGM_FI_DEV_FAN_SPEED')?.when?.option).toBe('counter DCGM_FI_DEV_FAN_SPEED');
    expect(given.endpoints[0]?.catalog?.others?.test('DCGM_FI_DEV_SOMETHING')).toBe(true);
    expect([...families({ deploy: false, counters: ['DCGM_FI_DEV_GPU_UTIL'] }).keys()]).toEqual(['DCGM_FI_DEV_GPU_UTIL']);
  });
});
