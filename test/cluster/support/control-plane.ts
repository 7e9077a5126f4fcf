import { once } from 'node:events';
import { connect } from 'node:net';
import type { Mode } from '../../../lib';
import { JobAttribution } from '../../../lib/dashboards';
import { KUBERNETES_SYSTEM } from '../../../lib/dashboards/kubernetes-system';
import { APISERVER_KEPT } from '../../../lib/metrics/apiserver-keep-list';
import { type Cluster, report } from './cluster';
import { eventually } from './eventually';
import { Forward } from './forward';
import { Manifests } from './manifests';
import { applied, step } from './modes';
import { type KubeObject, titles, type Workload } from './objects';
import { lookAtVolumes, requirePipeline } from './pipeline';
import { query } from './store';
import { type ActiveTarget, activeTargets, troubles } from './targets';

/** Namespace of a second CoreDNS: that of a cluster may have no plugin for metrics, and is not ours to change. */
const NAMES = 'name-servers';
const JOBS = ['apiserver', 'coredns'];
const DNS_PORT = 1053;

/** Answers everything that ends in `test` itself, and asks its second half for the rest. */
const COREFILE = `
.:${DNS_PORT} {
  errors
  ready
  prometheus :9153
  template IN A test {
    answer "{{ .Name }} 60 IN A 192.0.2.1"
  }
  forward . 127.0.0.1:1054
  cache 30
  reload
}
.:1054 {
  template IN A {
    answer "{{ .Name }} 60 IN A 192.0.2.2"
  }
}
`;

function nameServer(image: string): object[] {
  const metadata = { name: 'coredns', namespace: NAMES, labels: { 'k8s-app': 'kube-dns' } };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMES } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: COREFILE } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: metadata.labels },
        template: {
          metadata: { labels: metadata.labels },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name: 'coredns',
                image,
                imagePullPolicy: 'IfNotPresent',
                args: ['-conf', '/etc/coredns/Corefile'],
                ports: [
                  { name: 'dns-tcp', containerPort: DNS_PORT },
                  { name: 'metrics', containerPort: 9153 },
                ],
                readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
                volumeMounts: [{ name: 'configuration', mountPath: '/etc/coredns' }],
              },
            ],
            volumes: [{ name: 'configuration', configMap: { name: metadata.name } }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: metadata.labels,
        ports: [
          { name: 'dns-tcp', port: DNS_PORT },
          { name: 'metrics', port: 9153 },
        ],
      },
    },
  ];
}

/** A question for an address, as DNS over TCP has it: with its length in front. */
function question(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const header = Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const body = Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([length, body]);
}

/** Asks the second CoreDNS for some names, each over a connection of its own. */
async function ask(cluster: Cluster, names: readonly string[]): Promise<void> {
  const forward = await Forward.open(cluster, ['-n', NAMES, 'svc/coredns', `:${DNS_PORT}`]);
  const [host = '', port = ''] = forward.address.split(':');
  try {
    for (const name of names) {
      const socket = connect(Number(port), host);
      await once(socket, 'connect');
      socket.write(question(name));
      await once(socket, 'data');
      socket.destroy();
    }
  } finally {
    await forward.close();
  }
}

interface EndpointSlice extends KubeObject {
  readonly endpoints: readonly { readonly addresses: readonly string[] }[];
  readonly ports: readonly { readonly name?: string; readonly port: number }[];
}

/** Addresses behind the Service of the API server. */
async function apiServers(cluster: Cluster): Promise<string[]> {
  const slices = await cluster.list<EndpointSlice>('endpointslices', '-n', 'default', '-l', 'kubernetes.io/service-name=kubernetes');
  return slices
    .flatMap(({ endpoints, ports }) =>
      endpoints.flatMap(({ addresses }) => addresses.flatMap((address) => ports.map(({ port }) => `${address}:${port}`))),
    )
    .sort();
}

/** Panels that are empty while nothing has happened, or where there is nothing of what they show. */
const MAY_BE_EMPTY = [
  'APIs out of reach',
  'Deprecated versions asked for',
  'Refusals of webhooks',
  'Time of webhooks',
  // the second CoreDNS knows no Services
  'Time until names are right',
];

interface Panel {
  readonly title: string;
  readonly expressions: readonly string[];
}

/** The panels that ask for the optional sources, as Grafana would ask on a page of five minutes. */
function panels(): Panel[] {
  const { panels: all } = KUBERNETES_SYSTEM.build({ jobAttribution: JobAttribution.JOIN, apiServer: true, coreDns: true });
  return all
    .flatMap((panel) => ('panels' in panel ? panel.panels : [panel]))
    .map(({ title = '', targets = [] }) => ({
      title,
      expressions: targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '2m').replaceAll('$cluster', 'soperator')),
    }))
    .filter(({ expressions }) => expressions.some((expr) => JOBS.some((job) => expr.includes(`job="${job}"`))));
}

/** Tests that switch the API server and CoreDNS on in a running pipeline of a mode, and off again. */
export function describeControlPlane(cluster: Cluster, mode: Mode): void {
  const optional = async (): Promise<ActiveTarget[]> => (await activeTargets(cluster)).filter(({ job }) => JOBS.includes(job));
  const roles = async () =>
    titles(await cluster.list('roles,rolebindings', '--all-namespaces', '-l', 'app.kubernetes.io/part-of=soperator-metrics')).filter(
      (title) => [' default/', ` ${NAMES}/`, ' kube-system/'].some((namespace) => title.includes(namespace)),
    );

  describe(`the API server and CoreDNS in mode ${mode}`, () => {
    beforeAll(async () => {
      await requirePipeline(cluster);
      const running = await cluster.list<Workload>('deployments', '-n', 'kube-system', '-l', 'k8s-app=kube-dns');
      const named = running.length > 0 ? running : [await cluster.get<Workload>('deployment', '-n', 'kube-system', 'coredns')];
      await cluster.create(nameServer(named[0]?.spec.template.spec.containers[0]?.image ?? ''));
      await cluster.kubectl('rollout', 'status', '--timeout=90s', '-n', NAMES, 'deployment/coredns');
    });

    test('are nobody’s targets unless they are switched on', async () => {
      expect(await optional()).toEqual([]);
      expect(await roles()).toEqual([]);
    });

    test('are scraped once they are, with a verified certificate and no more rights than that takes', async () => {
      const options = { apiServer: { enabled: true }, coreDns: { enabled: true, namespace: NAMES } };
      await applied(cluster, Manifests.of(cluster, { mode, ...options }), mode);
      await lookAtVolumes(cluster);
      const expected = (await apiServers(cluster)).map((instance) => ({ job: 'apiserver', labels: { instance } }));
      await eventually('both are targets, and up', 150, async () => {
        const active = await optional();
        expect(active.filter(({ job }) => job === 'apiserver').map(({ job, labels }) => ({ job, labels }))).toEqual(expected);
        expect(active.filter(({ job }) => job === 'coredns').map(({ labels }) => labels)).toEqual([
          { instance: expect.stringMatching(/^coredns-/), namespace: NAMES },
        ]);
        expect(troubles(active)).toEqual([]);
      });
      expect(await roles()).toEqual(
        ['Role', 'RoleBinding'].flatMap((kind) => ['default', NAMES].map((namespace) => `${kind} ${namespace}/metrics-agent-discovery`)),
      );
    });

    test('bring of the API server what is kept and nothing else', async () => {
      const kept = APISERVER_KEPT.flatMap(({ names }) => names);
      const stored = await eventually('its series are in the store', 90, async () => {
        const samples = await query(cluster, 'count by (__name__) ({__name__!~"up|scrape_.+", job="apiserver"})');
        expect(samples.map(({ labels }) => labels.__name__)).toContain('apiserver_request_total');
        return samples;
      });
      expect(stored.map(({ labels: { __name__: name = '' } }) => name).filter((name) => !kept.includes(name))).toEqual([]);
      const [scraped] = await query(cluster, 'max(scrape_samples_scraped{job="apiserver"})');
      const count = stored.reduce((sum, { value }) => sum + value, 0);
      report(`${count} series of the API server in the store, of ${scraped?.value} that it exposes`);
      expect(count).toBeLessThan((scraped?.value ?? 0) / 4);
    });

    test('answer what their panels ask', async () => {
      // questions before and after two scrapes, so that there is a rate
      const began = Date.now();
      await eventually('every panel that has something to show does', 150, async () => {
        const fresh = `${Date.now() - began}.other`;
        await ask(cluster, ['a.test', 'a.test', fresh]);
        const empty: string[] = [];
        for (const { title, expressions } of panels()) {
          const series = await Promise.all(expressions.map((expr) => query(cluster, expr)));
          if (series.every((samples) => samples.length === 0)) empty.push(title);
        }
        expect(empty.filter((title) => !MAY_BE_EMPTY.includes(title))).toEqual([]);
      });
    }, 240_000);

    test('are gone when they are switched off and pruned', async () => {
      const manifests = Manifests.of(cluster, { mode });
      await applied(cluster, manifests, mode);
      await step(cluster, manifests, mode, 'prune');
      await lookAtVolumes(cluster);
      await eventually('nobody scrapes them any more', 150, async () => expect(await optional()).toEqual([]));
      expect(await roles()).toEqual([]);
    });
  });
}
