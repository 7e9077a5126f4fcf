import { App, Chart } from 'cdk8s';
import { Mode } from '../../../lib/common/mode';
import { Cpu, Size } from '../../../lib/common/units';
import { httpProbe, kubeResources, placement, restrictedPod, toleration } from '../../../lib/common/workload';
import { DcgmExporter } from '../../../lib/dcgm-exporter';
import { Grafana } from '../../../lib/grafana';
import { KubeStateMetrics } from '../../../lib/kube-state-metrics';
import { NodeExporter } from '../../../lib/node-exporter';
import { RemoteWrite, RemoteWriteCredential } from '../../../lib/remote-write';
import { SlurmExporter } from '../../../lib/slurm-exporter';
import { SoperatorController } from '../../../lib/soperator-controller';
import { VMAgent } from '../../../lib/vm-agent';
import { VMOperator } from '../../../lib/vm-operator';
import { VMSingle } from '../../../lib/vm-single';
import { type ContainerJson, type PodJson, podOf, render } from '../../support';

const rendered = render((chart) => {
  new SlurmExporter(chart, 'SlurmExporter');
  new DcgmExporter(chart, 'DcgmExporter', { jobMappingDirectory: '/var/run/nebius/slurm' });
  new NodeExporter(chart, 'NodeExporter');
  new KubeStateMetrics(chart, 'KubeStateMetrics');
  new VMOperator(chart, 'VMOperator');
  const logs = { url: 'http://victoria-logs:9428', pluginImage: 'registry.example/logs-plugin:1.0.0' };
  new Grafana(chart, 'Grafana', { victoriaLogs: logs });
  const agent = new VMAgent(chart, 'VMAgent', { cluster: 'prod', mode: Mode.STANDALONE });
  agent.scrape(new SoperatorController(chart, 'SoperatorController'));
  agent.writeTo(new VMSingle(chart, 'VMSingle', { mode: Mode.STANDALONE }));
  agent.writeTo(RemoteWrite.nebiusCloud({ region: 'eu-north1', projectId: 'project-1' }));
  agent.writeTo(
    RemoteWrite.toUrl('https://a.example', { credential: RemoteWriteCredential.tokenSecret({ name: 'writer', key: 'token' }) }),
  );
});
const workloads = [...rendered.all('Deployment'), ...rendered.all('DaemonSet'), ...rendered.all('StatefulSet')];

const containers = (pod: PodJson): readonly ContainerJson[] => [...(pod.initContainers ?? []), ...pod.containers];

/** Volumes that Pod Security `restricted` admits. */
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

/** What Pod Security `restricted` refuses in a pod, and a root file system that can be written. */
function violations(pod: PodJson): string[] {
  const ofPod: SecurityContext = pod.securityContext ?? {};
  const found = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => pod[field] === true);
  for (const { name, ...source } of pod.volumes ?? []) {
    const refused = Object.keys(source).filter((type) => !VOLUMES.includes(type));
    found.push(...refused.map((type) => `volume ${name}: ${type}`));
  }
  for (const container of containers(pod)) {
    const own: SecurityContext = container.securityContext ?? {};
    const refused = {
      privileged: own.privileged === true,
      'privilege escalation': own.allowPrivilegeEscalation !== false,
      'writable root file system': own.readOnlyRootFilesystem !== true,
      'may be root': (own.runAsNonRoot ?? ofPod.runAsNonRoot) !== true,
      'is root': (own.runAsUser ?? ofPod.runAsUser) === 0,
      'keeps capabilities': own.capabilities?.drop?.includes('ALL') !== true,
      'no seccomp profile': !['RuntimeDefault', 'Localhost'].includes((own.seccompProfile ?? ofPod.seccompProfile)?.type ?? ''),
    };
    const added = (own.capabilities?.add ?? []).filter((capability) => capability !== 'NET_BIND_SERVICE');
    const hostPorts = (container.ports ?? []).filter(({ hostPort }) => hostPort !== undefined);
    found.push(
      ...Object.entries(refused).flatMap(([what, is]) => (is ? [`${container.name}: ${what}`] : [])),
      ...added.map((capability) => `${container.name}: adds ${capability}`),
      ...hostPorts.map(() => `${container.name}: host port`),
    );
  }
  return found.sort();
}

describe('every workload', () => {
  test('is as restricted as it can be', () => {
    const found = workloads.map((workload) => [workload.metadata.name, violations(podOf(workload))]);
    expect(Object.fromEntries(found)).toEqual({
      'slurm-exporter': [],
      'metrics-kube-state-metrics': [],
      'vm-operator': [],
      'metrics-grafana': [],
      'vmsingle-metrics-victoria-metrics-k8s-stack': [],
      // the file of the node that Nebius Cloud renews; a token in a Secret needs none
      'vmagent-metrics': ['volume token-nebius-cloud: hostPath'],
      // the kubelet's socket belongs to root, the profiler's counters to SYS_ADMIN, with which escalation cannot be refused
      'nvidia-dcgm-exporter': [
        'exporter: adds SYS_ADMIN',
        'exporter: is root',
        'exporter: may be root',
        'exporter: privilege escalation',
        'exporter: writable root file system',
        'volume job-mapping: hostPath',
        'volume pod-resources: hostPath',
      ],
      // devices, addresses and file systems of the node itself
      'node-exporter': ['exporter: host port', 'hostNetwork', 'volume proc: hostPath', 'volume root: hostPath', 'volume sys: hostPath'],
    });
  });

  const pods = workloads.map((workload): [string, PodJson] => [workload.metadata.name, podOf(workload)]);
  const each = pods.flatMap(([name, pod]) =>
    containers(pod).map((container): [string, ContainerJson] => [`${name}/${container.name}`, container]),
  );

  test('says whether it gets a token, and takes no environment from other Services', () => {
    const silent = pods.filter(([, pod]) => typeof pod.automountServiceAccountToken !== 'boolean' || pod.enableServiceLinks !== false);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test('gets a token only with an account of its own', () => {
    const tokens = pods.filter(([, pod]) => pod.automountServiceAccountToken === true && pod.serviceAccountName === undefined);
    expect(tokens.map(([name]) => name)).toEqual([]);
  });

  test('says what it needs and where its memory ends, and is never throttled', () => {
    const wrong = each.filter(([, { resources }]) => {
      const { requests, limits } = resources as { readonly [kind: string]: { readonly [amount: string]: string } | undefined };
      return !requests?.cpu || !requests.memory || !limits?.memory || limits.cpu !== undefined;
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  test('pulls a fixed image once', () => {
    const wrong = each.filter(([, { image, imagePullPolicy }]) => imagePullPolicy !== 'IfNotPresent' || /:latest$|^[^:]*$/.test(image));
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  test('names the ports that its probes ask', () => {
    const wrong = each.filter(([, container]) => {
      const probes = [container.livenessProbe, container.readinessProbe, container.startupProbe] as readonly (Probe | undefined)[];
      const ports = container.ports?.map(({ name }) => name) ?? [];
      return probes.some((probe) => probe !== undefined && !ports.includes(probe.httpGet.port));
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  test('writes out the API version of every field it reads, so that a second applier finds nothing to claim', () => {
    const references = [...JSON.stringify(workloads).matchAll(/"fieldRef":\{[^}]*\}/g)].map(([text]) => text);
    expect(references).not.toEqual([]);
    expect(references.filter((text) => !text.includes('"apiVersion":"v1"'))).toEqual([]);
  });
});

interface Probe {
  readonly httpGet: { readonly port: string };
}

describe('placement', () => {
  const app = new Chart(new App(), 'test');
  const defaults = {
    nodeSelector: { pool: 'system' },
    tolerations: [{ key: 'default' }],
    priorityClassName: 'default',
  };

  test("is the component's own unless the user says otherwise, field by field", () => {
    expect(placement(app, {}, defaults)).toEqual({ ...defaults, tolerations: [{ key: 'default', operator: 'Exists' }] });
    expect(placement(app, { nodeSelector: { pool: 'gpu' } }, defaults)).toMatchObject({
      nodeSelector: { pool: 'gpu' },
      tolerations: [{ key: 'default', operator: 'Exists' }],
      priorityClassName: 'default',
    });
  });

  test('is anywhere when the user empties it', () => {
    expect(placement(app, { nodeSelector: {}, tolerations: [] }, defaults)).toEqual({ priorityClassName: 'default' });
  });

  test('says nothing of what nobody asked for', () => {
    expect(placement(app, {}, {})).toEqual({});
  });

  test('takes pull secrets by name', () => {
    expect(placement(app, { imagePullSecrets: ['one', 'two'] }, {})).toEqual({ imagePullSecrets: [{ name: 'one' }, { name: 'two' }] });
  });
});

test.each([
  [{ key: 'dedicated' }, 'Exists'],
  [{ key: 'dedicated', value: 'gpu' }, 'Equal'],
  [{ key: 'dedicated', value: '' }, 'Equal'],
  [{ effect: 'NoSchedule' }, 'Exists'],
  [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, 'Exists'],
])('a toleration of %j has the operator %s', (given, operator) => {
  expect(toleration(given)).toEqual({ ...given, operator });
});

test('resources that are not given are not set', () => {
  expect(kubeResources({})).toEqual({ requests: undefined, limits: undefined });
  const { requests, limits } = kubeResources({ cpuRequest: Cpu.millis(250), memoryLimit: Size.gibibytes(1) });
  expect(Object.keys(requests ?? {})).toEqual(['cpu']);
  expect(requests?.cpu?.value).toBe('250m');
  expect(limits?.memory?.value).toBe('1Gi');
});

test('a pod with a volume owns what is on it', () => {
  expect(restrictedPod(472, true)).toMatchObject({ runAsUser: 472, fsGroup: 472, fsGroupChangePolicy: 'OnRootMismatch' });
  expect(restrictedPod(472)).not.toHaveProperty('fsGroup');
});

test('a probe asks a port by its name, as often as it is told', () => {
  const { httpGet, ...timing } = httpProbe('/health', 'http', { periodSeconds: 7 });
  expect(httpGet?.path).toBe('/health');
  expect(httpGet?.port.value).toBe('http');
  expect(timing).toEqual({ periodSeconds: 7 });
});

test.each([{ value: 'gpu' }, { key: 'gpu', operator: 'exists' }, { key: 'gpu', operator: 'Equal' }, { key: 'gpu', effect: 'noschedule' }])(
  'fails for the toleration %j, which the API server would refuse',
  (given) => {
    expect(() => toleration(given)).toThrow(
      Error(
        `[tolerations] toleration: got ${JSON.stringify(given)}, expected an operator of Exists, Equal, an effect of NoSchedule, PreferNoSchedule, NoExecute, and a key where there is a value; write { key: 'nvidia.com/gpu' } to bear any value of a taint`,
      ),
    );
  },
);
