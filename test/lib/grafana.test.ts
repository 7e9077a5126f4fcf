import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { parse } from 'yaml';
import type { Dashboard } from '../../lib/common/dashboard';
import { IMAGES } from '../../lib/common/images';
import { Grafana, type GrafanaProps, GrafanaRole, type VictoriaLogsDatasource } from '../../lib/grafana';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { DiscoveryRole, InstanceLabel, Provenance, TargetLabel } from '../../lib/scrape/scrape-target';
import { containerOf, familiesOf, type KubeJson, podOf, type Rendered, render, targetOf } from '../support';

const NAME = 'metrics-grafana';
const NAMESPACE = 'monitoring-system';
const STORE = { queryUrl: 'http://store.monitoring-system.svc:8429' };
const LOGS: Required<VictoriaLogsDatasource> = {
  url: 'http://logs.logs-system.svc:9428',
  pluginImage: 'registry.example/plugins:v1.0.0',
  pluginPath: '/opt/logs-plugin',
};

interface Result {
  readonly grafana: Grafana;
  readonly rendered: Rendered;
  readonly deployment: KubeJson;
}

function grafanaWith(props: GrafanaProps = {}, stores: readonly { readonly queryUrl: string }[] = [STORE]): Result {
  const built: Grafana[] = [];
  const rendered = render((chart) => {
    const grafana = new Grafana(chart, 'Grafana', props);
    for (const store of stores) grafana.read(store);
    built.push(grafana);
  });
  const [grafana] = built;
  if (!grafana) throw new Error('no Grafana was built');
  return { grafana, rendered, deployment: rendered.find('Deployment', grafana.workload.name) };
}

/** Plain environment variables of Grafana itself. */
function settings(props: GrafanaProps = {}): { readonly [name: string]: string } {
  const { env = [] } = containerOf(grafanaWith(props).deployment, 'grafana');
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

interface Datasource {
  readonly name: string;
  readonly [field: string]: unknown;
}

function provisioned({ rendered, grafana }: Result, file: string): unknown {
  const { data } = rendered.find('ConfigMap', `${grafana.workload.name}-provisioning`);
  return parse((data as { readonly [file: string]: string })[file] ?? '');
}

function datasources(result: Result): readonly Datasource[] {
  return (provisioned(result, 'datasources.yaml') as { readonly datasources: readonly Datasource[] }).datasources;
}

const datasource = (name: string, props: GrafanaProps = {}): Datasource | undefined =>
  datasources(grafanaWith(props)).find((candidate) => candidate.name === name);

describe('who may do what', () => {
  test('everybody is an Editor without logging in', () => {
    expect(settings()).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_ANONYMOUS_ORG_NAME: 'Main Org.',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Editor',
    });
  });

  test.each([GrafanaRole.VIEWER, GrafanaRole.EDITOR, GrafanaRole.ADMIN])('everybody is %s when told so', (anonymousRole) => {
    expect(settings({ anonymousRole })).toMatchObject({ GF_AUTH_ANONYMOUS_ORG_ROLE: anonymousRole });
  });

  test('there is no account that a default password opens, and no login', () => {
    expect(settings()).toMatchObject({
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
      GF_AUTH_DISABLE_LOGIN_FORM: 'true',
      GF_AUTH_BASIC_ENABLED: 'false',
    });
    const { env = [] } = containerOf(grafanaWith().deployment, 'grafana');
    expect(env.filter(({ name }) => /^GF_SECURITY_ADMIN/.test(name))).toEqual([]);
  });

  test('an administrator comes from a Secret and may log in', () => {
    const { env = [] } = containerOf(grafanaWith({ adminSecret: 'grafana-admin' }).deployment, 'grafana');
    const fromSecret = (key: string) => ({ valueFrom: { secretKeyRef: { name: 'grafana-admin', key } } });
    expect(env).toContainEqual({ name: 'GF_SECURITY_ADMIN_USER', ...fromSecret('admin-user') });
    expect(env).toContainEqual({ name: 'GF_SECURITY_ADMIN_PASSWORD', ...fromSecret('admin-password') });
    const plain = settings({ adminSecret: 'grafana-admin' });
    for (const name of ['GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION', 'GF_AUTH_DISABLE_LOGIN_FORM', 'GF_AUTH_BASIC_ENABLED']) {
      expect(plain).not.toHaveProperty(name);
    }
  });

  test.each<readonly [GrafanaProps, GrafanaRole, string]>([
    [{ ingressHost: 'grafana.example.com' }, GrafanaRole.EDITOR, 'ingressHost grafana.example.com'],
    [{ serviceType: 'NodePort' }, GrafanaRole.EDITOR, 'serviceType NodePort'],
    [{ serviceType: 'LoadBalancer', anonymousRole: GrafanaRole.ADMIN }, GrafanaRole.ADMIN, 'serviceType LoadBalancer'],
    [{ ingressHost: 'g.example', adminSecret: 'admin', anonymousRole: GrafanaRole.EDITOR }, GrafanaRole.EDITOR, 'ingressHost g.example'],
  ])('fails when everybody outside could edit: %j', (props, role, exposing) => {
    expect(() => grafanaWith(props)).toThrow(
      `[test/Grafana] anonymousRole: got "${role}", expected 'Viewer' while ${exposing} shows Grafana to the outside, where everybody would be ${role}; set anonymousRole to Viewer, or reach Grafana by kubectl port-forward`,
    );
  });

  test.each(['NodePort', 'LoadBalancer'])('shows itself to the outside as %s where everybody is a Viewer', (serviceType) => {
    const { rendered } = grafanaWith({ serviceType, anonymousRole: GrafanaRole.VIEWER });
    expect(rendered.find('Service', NAME, NAMESPACE).spec).toMatchObject({ type: serviceType });
  });

  test('fails for a type of Service that there is not', () => {
    expect(() => grafanaWith({ serviceType: 'ExternalName' })).toThrow(
      `[test/Grafana] serviceType: got "ExternalName", expected one of ClusterIP, NodePort, LoadBalancer; leave it out for 'ClusterIP'`,
    );
  });
});

describe('data sources', () => {
  test('the store is the default, under the uid that dashboards expect, by a plugin that Grafana has', () => {
    expect(datasources(grafanaWith())).toEqual([
      {
        name: 'VictoriaMetrics',
        uid: 'VictoriaMetrics',
        type: 'prometheus',
        url: STORE.queryUrl,
        isDefault: true,
        access: 'proxy',
        editable: false,
        jsonData: { httpMethod: 'POST', timeInterval: '30s' },
      },
    ]);
  });

  test('a second store stands beside the first, which stays the default', () => {
    const sources = datasources(grafanaWith({}, [STORE, { queryUrl: 'http://other:8429' }]));
    expect(sources.find(({ isDefault }) => isDefault)).toMatchObject({ url: STORE.queryUrl });
    expect(sources.find(({ url }) => url === 'http://other:8429')).toMatchObject({ name: 'VictoriaMetrics 2', uid: 'VictoriaMetrics2' });
  });

  test('Loki comes with Grafana', () => {
    expect(datasource('Loki', { lokiUrl: 'http://loki.logs-system.svc:3100' })).toEqual({
      name: 'Loki',
      uid: 'Loki',
      type: 'loki',
      url: 'http://loki.logs-system.svc:3100',
      access: 'proxy',
      editable: false,
    });
  });

  test('VictoriaLogs brings its plugin in an image, copied before Grafana starts', () => {
    expect(datasource('VictoriaLogs', { victoriaLogs: LOGS })).toMatchObject({
      uid: 'VictoriaLogs',
      type: 'victoriametrics-logs-datasource',
      url: LOGS.url,
    });
    const { deployment } = grafanaWith({ victoriaLogs: LOGS });
    const copies = podOf(deployment).initContainers?.find(({ name }) => name === 'logs-plugin');
    const plugins = settings().GF_PATHS_PLUGINS;
    expect(copies).toMatchObject({
      image: LOGS.pluginImage,
      command: ['cp', '-r', '/opt/logs-plugin', plugins],
      volumeMounts: [{ name: 'plugins', mountPath: plugins }],
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
    expect(containerOf(deployment, 'grafana').volumeMounts).toContainEqual({ name: 'plugins', mountPath: plugins, readOnly: true });
  });

  test('the plugin of VictoriaLogs lies where its releases have it', () => {
    const { url, pluginImage } = LOGS;
    const { deployment } = grafanaWith({ victoriaLogs: { url, pluginImage } });
    expect(podOf(deployment).initContainers?.find(({ name }) => name === 'logs-plugin')).toMatchObject({
      command: expect.arrayContaining(['/plugins/victoriametrics-logs-datasource']),
    });
  });

  test('without logs there are neither their data sources nor a plugin', () => {
    const result = grafanaWith();
    expect(datasources(result).map(({ type }) => type)).toEqual(['prometheus']);
    expect(podOf(result.deployment)).not.toHaveProperty('initContainers');
  });

  test('graphs take no step below the one that is given', () => {
    expect(datasource('VictoriaMetrics', { minStep: Duration.seconds(15) })?.jsonData).toMatchObject({ timeInterval: '15s' });
  });

  test('are read at the start, so the pod is replaced when one changes and not otherwise', () => {
    const stamp = (props: GrafanaProps, stores = [STORE]) => {
      const { deployment } = grafanaWith(props, stores);
      const { template } = deployment.spec as { readonly template: { readonly metadata: { readonly annotations: object } } };
      return template.metadata.annotations;
    };
    expect(stamp({ lokiUrl: 'http://loki:3100' })).not.toEqual(stamp({}));
    expect(stamp({}, [{ queryUrl: 'http://other:8429' }])).not.toEqual(stamp({}));
    expect(stamp({ dashboardNamespaces: ['team-a'] })).toEqual(stamp({}));
  });

  const notAsUrl = (option: string, got: string) =>
    `[test/Grafana] ${option}: got "${got}", expected an http or https URL without user and password; write it in full: 'http://logs.logs-system.svc:9428'`;

  test.each([
    ['lokiUrl', { lokiUrl: 'loki:3100' }, 'loki:3100'],
    ['victoriaLogs.url', { victoriaLogs: { ...LOGS, url: 'ftp://logs' } }, 'ftp://logs'],
  ])('fail for a %s of another protocol', (option, props, got) => {
    expect(() => grafanaWith(props)).toThrow(notAsUrl(option, got));
  });

  // such a text may be a secret in the wrong place
  test.each([
    ['lokiUrl', { lokiUrl: '' }],
    ['lokiUrl', { lokiUrl: 'hunter2' }],
    ['lokiUrl', { lokiUrl: 'http://me:hunter2@loki:3100' }],
    ['victoriaLogs.url', { victoriaLogs: { ...LOGS, url: 'https://:hunter2@logs:9428' } }],
  ])('fail for a %s that is no URL or holds a password, without repeating it: %j', (option, props) => {
    expect(() => grafanaWith(props)).toThrow(new Error(notAsUrl(option, '…')));
  });

  test('fail for a user in a URL', () => {
    expect(() => grafanaWith({ lokiUrl: 'http://me@loki:3100' })).toThrow(
      /^\[test\/Grafana\] lokiUrl: got ".+", expected an http or https URL without user and password; write it in full: 'http:\/\/logs\.logs-system\.svc:9428'$/,
    );
  });

  // a token may stand alone before the @, as in the URL of a remote write
  test('fail for a user in a URL, without repeating it', () => {
    expect(() => grafanaWith({ lokiUrl: 'http://s3cr3t@loki:3100' })).not.toThrow(/s3cr3t/);
  });

  // every panel would be empty, and nothing says why
  test('fail at synth when there is none', () => {
    expect(grafanaWith({}, []).grafana.node.validate()).toEqual([
      'read: got nothing, expected a store, for without one every panel is empty; use grafana.read(store), or leave Grafana out',
    ]);
    expect(grafanaWith().grafana.node.validate()).toEqual([]);
  });
});

describe('dashboards', () => {
  test('are looked for in ConfigMaps by label, in the namespaces that are told', () => {
    const { env } = containerOf(
      grafanaWith({ dashboardNamespaces: ['monitoring-system', 'soperator', 'soperator'] }).deployment,
      'dashboards',
    );
    expect(env).toEqual(
      expect.arrayContaining([
        { name: 'LABEL', value: 'grafana_dashboard' },
        { name: 'LABEL_VALUE', value: '1' },
        { name: 'RESOURCE', value: 'configmap' },
        { name: 'NAMESPACE', value: 'monitoring-system,soperator' },
        { name: 'UNIQUE_FILENAMES', value: 'true' },
      ]),
    );
  });

  test('go from the sidecar to Grafana by a directory that Grafana looks at again every half minute', () => {
    const result = grafanaWith();
    const provider = (provisioned(result, 'dashboards.yaml') as { readonly providers: readonly unknown[] }).providers;
    const [{ options: { path } = { path: '' } } = {}] = provider as readonly { readonly options: { readonly path: string } }[];
    expect(provider).toEqual([expect.objectContaining({ type: 'file', updateIntervalSeconds: 30, disableDeletion: false })]);
    const sidecar = containerOf(result.deployment, 'dashboards');
    expect(sidecar.env).toContainEqual({ name: 'FOLDER', value: path });
    expect(sidecar.volumeMounts).toContainEqual({ name: 'dashboards', mountPath: path });
    expect(containerOf(result.deployment, 'grafana').volumeMounts).toContainEqual({ name: 'dashboards', mountPath: path, readOnly: true });
  });

  test('cost the right to read ConfigMaps in each of those namespaces, and no other right', () => {
    const { rendered } = grafanaWith({ namespace: 'views', dashboardNamespaces: ['team-a', 'team-b'] });
    const roles = rendered.all('Role').map(({ metadata: { namespace }, rules }) => ({ namespace, rules }));
    const readConfigMaps = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }];
    expect(roles).toEqual(
      expect.arrayContaining([
        { namespace: 'team-a', rules: readConfigMaps },
        { namespace: 'team-b', rules: readConfigMaps },
      ]),
    );
    expect(roles.filter(({ namespace }) => namespace !== 'team-a' && namespace !== 'team-b')).toEqual([]);
    for (const namespace of ['team-a', 'team-b']) {
      expect(rendered.find('RoleBinding', `${NAME}-dashboards`, namespace)).toMatchObject({
        roleRef: { kind: 'Role', name: `${NAME}-dashboards` },
        subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: 'views' }],
      });
    }
    expect([...rendered.all('ClusterRole'), ...rendered.all('ClusterRoleBinding')]).toEqual([]);
  });

  test("are looked for in Grafana's own namespace unless told otherwise", () => {
    const { grafana, rendered } = grafanaWith({ namespace: 'views' });
    expect(grafana.dashboardNamespaces).toEqual(['views']);
    expect(rendered.all('Role').map(({ metadata: { namespace } }) => namespace)).toEqual(['views']);
  });

  test('fail for a namespace that is none', () => {
    expect(() => grafanaWith({ dashboardNamespaces: ['team a'] })).toThrow(
      `[test/Grafana] dashboardNamespaces: got "team a", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });
});

describe('dashboards that are shown', () => {
  const HEALTH: Dashboard = { uid: 'health', name: 'cluster-health', title: 'Health', json: '{"title":"Health"}' };
  const USAGE: Dashboard = { uid: 'usage', name: 'usage', title: 'Usage', json: '{"title":"Usage"}' };

  function shown(props: GrafanaProps, ...dashboards: readonly Dashboard[]): KubeJson[] {
    const rendered = render((chart) => {
      const grafana = new Grafana(chart, 'Grafana', props);
      grafana.read(STORE);
      grafana.show(...dashboards);
    });
    return rendered.all('ConfigMap').filter(({ metadata: { name } }) => name !== `${NAME}-provisioning`);
  }

  test('are a ConfigMap each, with the label that the sidecar looks for and the folder that it takes', () => {
    const found = shown({}, HEALTH, USAGE);
    expect(found.map(({ metadata: { namespace, name }, data }) => ({ namespace, name, data }))).toEqual([
      { namespace: NAMESPACE, name: 'metrics-dashboard-cluster-health', data: { 'cluster-health.json': HEALTH.json } },
      { namespace: NAMESPACE, name: 'metrics-dashboard-usage', data: { 'usage.json': USAGE.json } },
    ]);
    const env = containerOf(grafanaWith().deployment, 'dashboards').env ?? [];
    const setting = (wanted: string) => env.find(({ name }) => name === wanted)?.value ?? '';
    for (const { metadata } of found) {
      expect(metadata).toMatchObject({
        labels: { [setting('LABEL')]: setting('LABEL_VALUE') },
        annotations: { [setting('FOLDER_ANNOTATION')]: 'Soperator' },
      });
    }
  });

  test.each([
    ["Grafana's own namespace", { namespace: 'views' }, 'views'],
    ["Grafana's own namespace among others", { namespace: 'views', dashboardNamespaces: ['team-a', 'views'] }, 'views'],
    ['the first namespace that is searched, where its own is not', { namespace: 'views', dashboardNamespaces: ['team-a', 'b'] }, 'team-a'],
  ])('are in %s', (_, props, namespace) => {
    expect(shown(props, HEALTH).map(({ metadata }) => metadata.namespace)).toEqual([namespace]);
  });

  test('fail for a name that no object can have', () => {
    expect(() => shown({}, { ...HEALTH, name: 'Cluster health' })).toThrow(
      `[test/Grafana] show: got "Cluster health", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });
});

describe('the token of the account', () => {
  test('is in the sidecar alone, out of reach for whoever edits dashboards', () => {
    const { deployment, rendered } = grafanaWith({ victoriaLogs: LOGS });
    const pod = podOf(deployment);
    expect(pod).toMatchObject({ serviceAccountName: NAME, automountServiceAccountToken: false });
    expect(rendered.find('ServiceAccount', NAME, NAMESPACE).automountServiceAccountToken).toBe(false);
    const holds = ({ volumeMounts }: { readonly [field: string]: unknown }) =>
      (volumeMounts as readonly { readonly name: string }[]).some(({ name }) => name === 'account');
    const holders = [...pod.containers, ...(pod.initContainers ?? [])].filter(holds).map(({ name }) => name);
    expect(holders).toEqual(['dashboards']);
    expect(containerOf(deployment, 'dashboards').volumeMounts).toContainEqual({
      name: 'account',
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      readOnly: true,
    });
  });

  test('comes with the authority and the namespace, as the mount of Kubernetes has them', () => {
    const volume = podOf(grafanaWith().deployment).volumes?.find(({ name }) => name === 'account');
    expect(volume?.projected).toMatchObject({
      sources: expect.arrayContaining([
        { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ]),
    });
  });
});

test('fetches nothing when it starts, and tells nobody about itself', () => {
  const env = settings({ victoriaLogs: LOGS, lokiUrl: 'http://loki:3100', adminSecret: 'admin' });
  expect(env).toMatchObject({
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_PLUGINS_PLUGIN_ADMIN_ENABLED: 'false',
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
  });
  expect(Object.keys(env).filter((name) => /^GF_(INSTALL_PLUGINS|PLUGINS_PREINSTALL(_SYNC)?)$/.test(name))).toEqual([]);
  expect(Object.entries(env).filter(([, value]) => /https?:/.test(value))).toEqual([]);
});

describe('storage', () => {
  const data = (props: GrafanaProps = {}) => podOf(grafanaWith(props).deployment).volumes?.find(({ name }) => name === 'data');

  test('ends with the pod unless told otherwise', () => {
    expect(data()).toEqual({ name: 'data', emptyDir: {} });
    expect(grafanaWith().rendered.all('PersistentVolumeClaim')).toEqual([]);
  });

  test('is a claim of the size that is given', () => {
    const props = { storageSize: Size.gibibytes(5), storageClassName: 'fast' };
    expect(data(props)).toEqual({ name: 'data', persistentVolumeClaim: { claimName: NAME } });
    expect(grafanaWith(props).rendered.find('PersistentVolumeClaim', NAME, NAMESPACE).spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '5Gi' } },
    });
  });

  test('is left to the default class of the cluster', () => {
    expect(grafanaWith({ storageSize: Size.gibibytes(1) }).rendered.find('PersistentVolumeClaim', NAME).spec).not.toHaveProperty(
      'storageClassName',
    );
  });

  test('is held by one pod at a time', () => {
    expect(grafanaWith().deployment.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });
});

test.each([
  ['storageClassName', 'fast', 'storageSize'],
  ['ingressClassName', 'nginx', 'ingressHost'],
  ['ingressTlsSecret', 'cert', 'ingressHost'],
])('fails for %s, which says nothing alone', (option, got, needed) => {
  expect(() => grafanaWith({ [option]: got })).toThrow(
    `[test/Grafana] ${option}: got "${got}", expected ${needed} beside it; give ${needed}, or leave ${option} out`,
  );
});

describe('the workload', () => {
  test('answers on port 80, by the name that its container port has', () => {
    const { rendered, deployment } = grafanaWith();
    const { spec } = rendered.find('Service', NAME, NAMESPACE);
    expect(spec).toMatchObject({ type: 'ClusterIP', ports: [{ name: 'http', port: 80, targetPort: 'http' }] });
    expect(containerOf(deployment, 'grafana').ports).toEqual([{ name: 'http', containerPort: 3000 }]);
    expect(deployment.spec).toMatchObject({ template: { metadata: { labels: (spec as { readonly selector: object }).selector } } });
  });

  test('is admitted under Pod Security restricted', () => {
    const { deployment } = grafanaWith();
    expect(podOf(deployment).securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 472,
      runAsGroup: 472,
      fsGroup: 472,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const name of ['grafana', 'dashboards']) {
      expect(containerOf(deployment, name).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('is probed for health and runs on the nodes of the system at pinned versions', () => {
    const { deployment } = grafanaWith();
    expect(containerOf(deployment, 'grafana')).toMatchObject({
      image: IMAGES.grafana,
      readinessProbe: { httpGet: { path: '/api/health', port: 'http' } },
      livenessProbe: { httpGet: { path: '/api/health', port: 'http' } },
    });
    expect(containerOf(deployment, 'dashboards').image).toBe(IMAGES.grafanaSidecar);
    expect(podOf(deployment).nodeSelector).toEqual({ 'slurm.nebius.ai/nodeset': 'system' });
  });

  test('is scraped behind its Service', () => {
    const { grafana, rendered } = grafanaWith({ namespace: 'views' });
    expect(grafana.targets).toEqual([
      expect.objectContaining({
        name: 'grafana',
        job: 'grafana',
        discovery: expect.objectContaining({ role: DiscoveryRole.SERVICES, namespaces: ['views'] }),
        endpoints: [expect.objectContaining({ port: 'http' })],
        provenance: Provenance.RENDERED,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        replicas: 1,
      }),
    ]);
    expect(rendered.find('Service', NAME, 'views').metadata.labels).toMatchObject(
      grafana.targets[0]?.discovery.matchLabels ?? { missing: '' },
    );
  });

  test('says what it exposes, which is more than anybody knows', () => {
    const target = targetOf(grafanaWith().grafana, 'grafana');
    expect(familiesOf(target).has('grafana_stat_totals_dashboard')).toBe(true);
    expect(target.endpoints[0]?.catalog?.others?.test('grafana_something_else_total')).toBe(true);
  });

  test.each([
    ['image', { image: 'grafana:latest' }, 'grafana:latest'],
    ['sidecarImage', { sidecarImage: 'k8s-sidecar' }, 'k8s-sidecar'],
    ['victoriaLogs.pluginImage', { victoriaLogs: { ...LOGS, pluginImage: 'plugins:latest' } }, 'plugins:latest'],
  ])('fails for an %s without a fixed version', (option, props, got) => {
    expect(() => grafanaWith(props)).toThrow(
      `[test/Grafana] ${option}: got "${got}", expected an image reference with a fixed tag or digest; write registry, name and version: 'docker.io/victoriametrics/vmagent:v1.150.0'`,
    );
  });

  test.each(['name', 'namespace'])('fails for a %s that is none', (option) => {
    expect(() => grafanaWith({ [option]: 'My Grafana' })).toThrow(
      `[test/Grafana] ${option}: got "My Grafana", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });
});

test('every option takes effect', () => {
  const props: Required<GrafanaProps> = {
    name: 'view',
    namespace: 'views',
    image: 'registry.example/grafana:1.2.3',
    sidecarImage: 'registry.example/sidecar:4.5.6',
    resources: {
      cpuRequest: Cpu.units(2),
      cpuLimit: Cpu.units(3),
      memoryRequest: Size.gibibytes(4),
      memoryLimit: Size.gibibytes(5),
    },
    imagePullSecrets: ['registry'],
    nodeSelector: { role: 'views' },
    tolerations: [{ key: 'dedicated', value: 'views', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    anonymousRole: GrafanaRole.VIEWER,
    adminSecret: 'grafana-admin',
    serviceType: 'NodePort',
    ingressHost: 'grafana.example.com',
    ingressClassName: 'nginx',
    ingressTlsSecret: 'grafana-tls',
    dashboardNamespaces: ['team-a'],
    lokiUrl: 'http://loki:3100',
    victoriaLogs: LOGS,
    storageSize: Size.gibibytes(5),
    storageClassName: 'fast',
    minStep: Duration.minutes(1),
    scrapeInterval: Duration.seconds(60),
    scrapeTimeout: Duration.seconds(20),
    relabelConfigs: [RelabelRule.setLabel('told apart in tests', 'rack', 'one')],
    metricRelabelConfigs: [RelabelRule.dropMetrics('nobody reads them', 'go_.+')],
    sampleLimit: 1000,
    seriesLimit: 2000,
    maxScrapeSize: Size.mebibytes(64),
  };
  const result = grafanaWith(props);
  const { rendered, deployment, grafana } = result;

  expect(deployment.metadata).toMatchObject({ name: 'view', namespace: 'views' });
  expect(podOf(deployment)).toMatchObject({
    serviceAccountName: 'view',
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { role: 'views' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'views', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    initContainers: [{ image: LOGS.pluginImage }],
  });
  expect(containerOf(deployment, 'grafana')).toMatchObject({
    image: 'registry.example/grafana:1.2.3',
    resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '3', memory: '5Gi' } },
    env: expect.arrayContaining([
      { name: 'GF_AUTH_ANONYMOUS_ORG_ROLE', value: 'Viewer' },
      { name: 'GF_SECURITY_ADMIN_USER', valueFrom: { secretKeyRef: { name: 'grafana-admin', key: 'admin-user' } } },
    ]),
  });
  expect(containerOf(deployment, 'dashboards')).toMatchObject({
    image: 'registry.example/sidecar:4.5.6',
    env: expect.arrayContaining([{ name: 'NAMESPACE', value: 'team-a' }]),
  });
  expect(rendered.find('Role', 'view-dashboards', 'team-a')).toBeDefined();
  expect(rendered.find('PersistentVolumeClaim', 'view', 'views').spec).toMatchObject({
    storageClassName: 'fast',
    resources: { requests: { storage: '5Gi' } },
  });
  expect(rendered.find('Service', 'view', 'views').spec).toMatchObject({ type: 'NodePort' });
  expect(rendered.find('Ingress', 'view', 'views').spec).toEqual({
    ingressClassName: 'nginx',
    tls: [{ hosts: ['grafana.example.com'], secretName: 'grafana-tls' }],
    rules: [
      {
        host: 'grafana.example.com',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'view', port: { name: 'http' } } } }] },
      },
    ],
  });
  const types = datasources(result).map(({ type }) => type);
  expect(types.sort()).toEqual(['loki', 'prometheus', 'victoriametrics-logs-datasource']);
  expect(datasources(result).find(({ isDefault }) => isDefault)?.jsonData).toMatchObject({ timeInterval: '1m' });
  expect(grafana.targets).toEqual([
    expect.objectContaining({
      scrapeInterval: props.scrapeInterval,
      scrapeTimeout: props.scrapeTimeout,
      relabelConfigs: props.relabelConfigs,
      metricRelabelConfigs: props.metricRelabelConfigs,
      sampleLimit: 1000,
      seriesLimit: 2000,
      maxScrapeSize: props.maxScrapeSize,
    }),
  ]);
});

test('has no Ingress unless a host is given', () => {
  const { grafana, rendered } = grafanaWith({ anonymousRole: GrafanaRole.VIEWER });
  expect(grafana.ingress).toBeUndefined();
  expect(rendered.all('Ingress')).toEqual([]);
});
