import type { JsonObject } from '../../../../lib/checks/tree';
import { type ClusterDifference, compareSides, Danger, sideOfManifests } from '../../../../lib/outputs/diff';

const side = (objects: readonly JsonObject[]) => sideOfManifests('folder', 'c', objects, new Map());

function difference(former: readonly JsonObject[], latter: readonly JsonObject[]): ClusterDifference {
  const found = compareSides(side(former), side(latter));
  if (!found) throw new Error('nothing differs');
  return found;
}

/** Dangers of a difference with what is said of them. */
function dangers(former: readonly JsonObject[], latter: readonly JsonObject[]): string[] {
  return difference(former, latter).warnings.map(({ danger, subject, message }) => `${danger}: ${subject}: ${message}`);
}

function object(kind: string, rest: JsonObject, apiVersion = 'v1', name = 'x'): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace: 'ns' }, ...rest };
}

const agent = (spec: JsonObject, name = 'a') => object('VMAgent', { spec }, 'operator.victoriametrics.com/v1beta1', name);
const store = (spec: JsonObject, name = 's') => object('VMSingle', { spec }, 'operator.victoriametrics.com/v1beta1', name);
const workload = (kind: string, spec: JsonObject) => object(kind, { spec }, 'apps/v1');

describe('what the API server refuses', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    [
      'Deployment',
      { spec: { selector: { matchLabels: { a: '1' } } } },
      { spec: { selector: { matchLabels: { a: '2' } } } },
      'spec.selector.matchLabels.a',
    ],
    ['StatefulSet', { spec: { serviceName: 'a' } }, { spec: { serviceName: 'b' } }, 'spec.serviceName'],
    ['RoleBinding', { roleRef: { name: 'a' } }, { roleRef: { name: 'b' } }, 'roleRef.name'],
    ['Service', { spec: { clusterIP: 'None' } }, { spec: {} }, 'spec.clusterIP'],
    ['ConfigMap', { immutable: true, data: { a: '1' } }, { immutable: true, data: { a: '2' } }, 'what is immutable'],
  ])('a %s whose fixed field differs', (kind, former, latter, field) => {
    const found = dangers([object(kind, former)], [object(kind, latter)]).filter((text) => text.startsWith(Danger.REFUSED));
    expect(found).toEqual([`apply-refused: ${kind} ns/x: applying it is refused, because ${field} cannot change: delete the object first`]);
  });

  test('a claim with another class, with what is lost', () => {
    const claim = (storageClassName: string) => object('PersistentVolumeClaim', { spec: { storageClassName } });
    expect(dangers([claim('a')], [claim('b')])).toEqual([
      'apply-refused: PersistentVolumeClaim ns/x: applying it is refused, because spec.storageClassName cannot change: delete the object first, and the data on its volume with it',
    ]);
  });

  test('a volume that shrinks, and none that grows', () => {
    const claim = (storage: string) => object('PersistentVolumeClaim', { spec: { resources: { requests: { storage } } } });
    expect(dangers([claim('2Gi')], [claim('1500Mi')])).toEqual([
      'apply-refused: PersistentVolumeClaim ns/x: a volume never shrinks: 1500Mi instead of 2Gi is refused; keep the size, or move the data to a new volume by hand',
    ]);
    expect(dangers([claim('2Gi')], [claim('1Ti')])).toEqual([]);
    expect(difference([claim('2Gi')], [claim('1Ti')]).objects[0]?.meaning).toEqual([
      'its volume grows in place where the storage class allows it; where not, applying is refused',
    ]);
  });

  test('objects in a namespace that is not there', () => {
    const other = { ...object('Secret', {}), metadata: { name: 'x', namespace: 'new' } };
    const said = 'apply-refused: namespace new: must be there before anything is applied into it: it is not among the manifests';
    const base = [object('ConfigMap', {})];
    expect(dangers(base, [...base, other])).toEqual([said]);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } };
    expect(dangers(base, [...base, other, namespace])).toEqual([]);
  });
});

describe('data and queues', () => {
  test('a store on another volume begins empty', () => {
    expect(dangers([store({}, 'old')], [store({}, 'new')])[0]).toBe(
      'data: volume ns/vmsingle-old: is not used any more: the store begins empty on ns/vmsingle-new',
    );
  });

  test('another class of the volume of a store is another volume', () => {
    const of = (storageClassName: string) => [store({ storage: { storageClassName } })];
    expect(dangers(of('a'), of('b'))).toEqual([
      'data: VMSingle ns/s: a volume keeps its class: another one takes a new volume, which begins empty; move the data by hand',
    ]);
  });

  test('a shorter retention deletes samples, a longer one does not', () => {
    const [long, short] = [store({ retentionPeriod: '30d' }), store({ retentionPeriod: '36h' })];
    expect(dangers([long], [short])).toEqual([
      'data: VMSingle ns/s: samples older than 36h are deleted; 30d were kept',
      'restart: VMSingle ns/s: the store restarts: queries fail until its next pod is ready, and the agent keeps meanwhile what it scrapes',
    ]);
    expect(dangers([short], [long]).map((text) => text.split(':')[0])).toEqual(['restart']);
  });

  test('a destination that moves, goes or gets a smaller queue loses what waits for it', () => {
    const to = (...urls: string[]) => [
      agent({ remoteWrite: urls.map((url) => ({ url, maxDiskUsage: url.includes('small') ? '1Gi' : '2Gi' })) }),
    ];
    expect(dangers(to('https://a.example', 'https://b.example'), to('https://b.example'))).toEqual([
      'queue: destination a.example: nothing is written to https://a.example any more, and what waits for it is dropped',
      'queue: destination b.example: moves from position 2 to 1: queues belong to positions, so what waits for it is dropped; apply while vmagent_remotewrite_pending_data_bytes is 0',
    ]);
    const sized = (maxDiskUsage: string) => [agent({ remoteWrite: [{ url: 'https://a.example', maxDiskUsage }] })];
    expect(dangers(sized('2Gi'), sized('1Gi'))).toEqual([
      'queue: destination a.example: its queue holds 1Gi instead of 2Gi: while it is away, the oldest samples are dropped sooner',
    ]);
    expect(dangers(sized('1Gi'), sized('2Gi'))).toEqual([]);
  });

  test('fewer shards leave queues behind', () => {
    expect(dangers([agent({ shardCount: 2 })], [agent({ shardCount: 1 })])).toEqual([
      'queue: volume ns/persistent-queue-data-vmagent-a-0-0, ns/persistent-queue-data-vmagent-a-1-0: is not used any more: what waits there is written by nobody; apply while vmagent_remotewrite_pending_data_bytes is 0',
    ]);
  });
});

describe('where data goes', () => {
  const to = (url: string, rest: JsonObject = {}) => [agent({ remoteWrite: [{ url: 'http://store.ns.svc:8429/w' }, { url, ...rest }] })];
  const nowhere = [agent({ remoteWrite: [{ url: 'http://store.ns.svc:8429/w' }] })];

  test('a new place is told with its credential, and never with the secret itself', () => {
    expect(dangers(nowhere, to('https://w.example/p', { bearerTokenSecret: { name: 't', key: 'k' } }))).toEqual([
      'egress: destination w.example: samples go to https://w.example/p from now on, with bearer token: key k of Secret ns/t',
    ]);
    const flags = { remoteWrite: [{ url: 'https://w.example/p' }], extraArgs: { 'remoteWrite.bearerToken': 'hunter2' } };
    expect(JSON.stringify(difference([agent({})], [agent(flags)]).destinations)).not.toContain('hunter2');
  });

  test('a place in the cluster is none', () => {
    expect(dangers(nowhere, to('http://other.ns.svc.cluster.local:8480/w'))).toEqual([]);
  });
});

describe('who may do what', () => {
  const binding = object('RoleBinding', {
    roleRef: { kind: 'Role', name: 'x' },
    subjects: [{ kind: 'ServiceAccount', name: 'sa', namespace: 'ns' }],
  });
  const role = (...rules: JsonObject[]) => [object('Role', { rules }), binding];
  const look = { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list', 'watch'] };

  test('rights are said in words, by what differs', () => {
    const more = { ...look, resources: ['pods', 'services', 'endpoints'] };
    expect(difference(role(look), role(more)).permissions).toEqual([
      { change: 'added', subject: 'ServiceAccount ns/sa', may: 'list and watch endpoints in namespace ns' },
    ]);
    expect(difference(role(more), role(look)).permissions).toEqual([
      { change: 'removed', subject: 'ServiceAccount ns/sa', may: 'list and watch endpoints in namespace ns' },
    ]);
  });

  test('the same rights in other rules are no difference of rights', () => {
    const split = [
      { ...look, resources: ['services'] },
      { ...look, resources: ['pods'] },
    ];
    expect(difference(role(look), role(...split)).permissions).toEqual([]);
  });

  test('strong rights stand in the warning, others are counted there', () => {
    const secrets = { apiGroups: [''], resources: ['secrets'], resourceNames: ['s'], verbs: ['get'] };
    expect(dangers(role(look), role(look, secrets, { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] }))).toEqual([
      'rights: ServiceAccount ns/sa: may get secrets "s" in namespace ns; do anything with everything of apps in namespace ns',
    ]);
    expect(dangers(role(), role(look))).toEqual(['rights: ServiceAccount ns/sa: more rights than before (see Permissions)']);
  });

  test('a role of somebody else is told by its name', () => {
    const other = object('ClusterRoleBinding', {
      roleRef: { kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'Group', name: 'all' }],
    });
    expect(dangers(role(look), [...role(look), other])).toEqual([
      'rights: Group all: may do what ClusterRole admin allows in the whole cluster',
    ]);
  });

  test('pods that reach into their node are told', () => {
    const pod = (spec: JsonObject) => [workload('DaemonSet', { template: { spec } })];
    const more = {
      hostNetwork: true,
      volumes: [{ name: 'v', hostPath: { path: '/' } }],
      containers: [{ name: 'c', securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN'] } } }],
    };
    expect(dangers(pod({ containers: [{ name: 'c' }] }), pod(more))).toEqual([
      'rights: DaemonSet ns/x: its pods use hostNetwork of the node, see / of the node, are privileged, have SYS_ADMIN',
    ]);
    expect(dangers(pod(more), pod({ ...more, hostPID: true }))).toEqual(['rights: DaemonSet ns/x: its pods use hostPID of the node']);
    expect(dangers(pod(more), pod({ containers: [{ name: 'c' }] }))).toEqual([]);
  });

  test('a namespace that admits more is a right, one that admits less refuses pods', () => {
    const of = (level: string) => [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels: { 'pod-security.kubernetes.io/enforce': level } } },
    ];
    expect(dangers(of('restricted'), of('privileged'))[0]).toMatch(/^rights: Namespace n: admits pods of level privileged/);
    expect(dangers(of('privileged'), of('baseline'))[0]).toMatch(
      /^apply-refused: Namespace n: pods that need more than baseline are not admitted/,
    );
  });

  test('a visitor who becomes more is told', () => {
    const of = (value: string) => [
      workload('Deployment', {
        template: { spec: { containers: [{ name: 'grafana', env: [{ name: 'GF_AUTH_ANONYMOUS_ORG_ROLE', value }] }] } },
      }),
    ];
    expect(dangers(of('Viewer'), of('Editor'))).toEqual([
      'rights: Deployment ns/x: visitors without login become Editor; they were Viewer',
    ]);
    expect(dangers(of('Editor'), of('Viewer'))).toEqual([]);
  });

  test('what can be reached from outside is told', () => {
    const service = (type: string) => [object('Service', { spec: { type } })];
    expect(dangers(service('ClusterIP'), service('LoadBalancer'))).toEqual([
      'exposure: Service ns/x: can be reached from outside the cluster (LoadBalancer)',
    ]);
    expect(dangers(service('ClusterIP'), [...service('ClusterIP'), object('Ingress', {}, 'networking.k8s.io/v1')])).toEqual([
      'exposure: Ingress ns/x: can be reached from outside the cluster',
    ]);
  });
});

describe('what is folded', () => {
  const labelled = (labels: JsonObject, image: string) => [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x', namespace: 'ns', labels },
      spec: { template: { spec: { containers: [{ name: 'c', image }] } } },
    },
  ];

  test('the digest of the set and the version of an image that differs', () => {
    const [one, two] = [
      labelled({ 'soperator-metrics/inventory': 'a', 'app.kubernetes.io/version': 'v1' }, 'i:v1'),
      labelled({ 'soperator-metrics/inventory': 'b', 'app.kubernetes.io/version': 'v2' }, 'i:v2'),
    ];
    expect(difference(one, two).objects.flatMap(({ fields }) => fields.map(({ path }) => path))).toEqual([
      'spec.template.spec.containers[c].image',
    ]);
  });

  test('a version without an image is a difference', () => {
    const [one, two] = ['v1', 'v2'].map((version) => labelled({ 'app.kubernetes.io/version': version }, 'i:v3'));
    expect(difference(one ?? [], two ?? []).objects[0]?.fields).toEqual([
      { path: 'metadata.labels["app.kubernetes.io/version"]', old: 'v1', new: 'v2' },
    ]);
  });

  test('a digest of what is read at the start says that pods restart', () => {
    const of = (digest: string) => [
      workload('StatefulSet', { template: { metadata: { annotations: { 'soperator-metrics/relabel': digest } }, spec: {} } }),
    ];
    expect(difference(of('a'), of('b')).objects).toEqual([
      {
        change: 'changed',
        kind: 'StatefulSet',
        namespace: 'ns',
        name: 'x',
        fields: [],
        meaning: ['its pods restart, for they read their configuration only then'],
      },
    ]);
  });
});
