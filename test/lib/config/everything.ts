/** How every part of `everything.yaml` is scraped. */
const scraped = (part: string) => ({
  scrapeInterval: '1m30s',
  scrapeTimeout: '12s',
  relabelConfigs: [
    {
      why: `names of ${part}`,
      action: 'replace',
      sourceLabels: ['namespace', 'pod'],
      separator: '/',
      regex: '([^/]+)/(.+)',
      targetLabel: 'workload',
      replacement: '$2',
    },
  ],
  metricRelabelConfigs: [{ why: `labels of ${part}`, action: 'labeldrop', regex: 'id|uid' }],
  sampleLimit: 1000,
  seriesLimit: 2000,
  maxScrapeSize: '7Mi',
});

/** How every part of it runs. */
const running = (name: string, namespace: string, image: string) => ({
  name: `my-${name}`,
  namespace,
  image: `registry.example.com/${image}:1.2.3`,
  imagePullSecrets: ['registry'],
  // decimal units are rounded up to whole kibibytes
  resources: { cpuRequest: '1500m', memoryRequest: '976563Ki', cpuLimit: '2', memoryLimit: '2Gi' },
  nodeSelector: { pool: name },
  tolerations: [{ key: 'pool', operator: 'Equal', value: name, effect: 'NoSchedule' }],
  priorityClassName: `${name}-first`,
});

/** How every source of it is found. */
const found = (part: string, port: string) => ({ enabled: false, deploy: false, selector: { app: part }, portNames: [port, 'other'] });

const dropped = (why: string) => ({ why, action: 'labeldrop', regex: 'cluster_id' });
const metrics = (action: string, why: string, regex: string) => ({ why, action, sourceLabels: ['__name__'], regex });

/** The props that `everything.yaml` stands for, as data. */
export const EVERYTHING = {
  cluster: 'prod-eu-1',
  slurmCluster: 'slurm-1',
  platforms: ['soperator', 'gpu-operator'],
  nodes: 250,
  strict: true,
  namespaces: {
    monitoring: 'ns-monitoring',
    slurm: 'ns-slurm',
    soperatorSystem: 'ns-soperator',
    nodeExporter: 'ns-node',
    alsoMonitored: ['team-a', 'team-b'],
    monitoringPodSecurity: 'baseline',
  },
  slurmExporter: {
    ...found('slurmExporter', 'web'),
    ...scraped('slurmExporter'),
    ...running('slurm', 'ns-1', 'slurm'),
    slurmCluster: 'slurm-2',
    slurmApiServer: 'https://rest.example.com:6820',
    jobSource: 'accounting',
    accountingJobsLookback: '1h30m',
  },
  dcgmExporter: {
    ...found('dcgmExporter', 'gpu'),
    ...scraped('dcgmExporter'),
    ...running('dcgm', 'ns-2', 'dcgm'),
    namespaces: ['ns-2', 'ns-3'],
    counters: ['DCGM_FI_DEV_GPU_TEMP', 'DCGM_FI_DEV_POWER_USAGE'],
    jobMappingDirectory: '/run/jobs',
    nvlinkGroupNodeLabel: 'example.com/nvlink',
    runtimeClassName: 'nvidia',
  },
  nodeExporter: {
    ...found('nodeExporter', 'node'),
    ...scraped('nodeExporter'),
    ...running('node', 'ns-4', 'node'),
    port: 9101,
    extraArgs: ['--collector.systemd'],
  },
  kubelet: {
    enabled: false,
    ...scraped('kubelet'),
    endpoints: ['cadvisor'],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    caConfigMap: { name: 'kubelet-ca', key: 'ca.crt' },
  },
  kubeStateMetrics: {
    ...found('kubeStateMetrics', 'http'),
    ...scraped('kubeStateMetrics'),
    ...running('ksm', 'ns-5', 'ksm'),
    nodes: true,
    nodeLabels: ['pool'],
    extraMetrics: ['kube_pod_owner', 'kube_pod_.+_time'],
  },
  soperatorController: {
    enabled: false,
    ...scraped('soperatorController'),
    namespace: 'ns-6',
    selector: { app: 'manager' },
    portName: 'metrics',
  },
  vmAgent: {
    ...scraped('vmAgent'),
    ...running('agent', 'ns-7', 'vmagent'),
    nodes: 300,
    queueSize: '20Gi',
    queueStorageClassName: 'fast',
    userScrapes: { enabled: false, namespaces: ['team-a'], targetNamespaces: ['team-b'], requireLabel: true },
    runAsUser: 1000,
    extraArgs: { loggerLevel: 'WARN' },
    operatorVersion: '0.73.0',
    configReloaderImage: 'registry.example.com/reloader:1.2.3',
  },
  vmSingle: {
    enabled: false,
    ...scraped('vmSingle'),
    ...running('store', 'ns-8', 'vmsingle'),
    retentionPeriod: '90d',
    storageSize: '1536Gi',
    storageClassName: 'fast',
    dedupInterval: '10s',
    nodes: 400,
    extraArgs: { 'search.maxConcurrentRequests': '16' },
  },
  publicEndpointEnabled: true,
  nebiusCloud: {
    region: 'eu-west1',
    projectId: 'project-1',
    bucket: 'bucket-1',
    endpoint: 'https://gateway.example.com/write',
    name: 'cloud',
    credential: { kind: 'tokenFile', hostDirectory: '/mnt/tokens', file: 'token' },
    tls: { serverName: 'write.example.com' },
    proxyUrl: 'http://proxy.example.com:3128',
    relabelConfigs: [
      metrics('keep', 'the destination takes these metrics only', 'slurm_.+|DCGM_.+'),
      metrics('drop', 'the destination does not take these metrics', 'slurm_node_.+'),
      dropped('the cloud has it'),
    ],
  },
  destinations: [
    {
      url: 'https://a.example.com/write',
      name: 'first',
      credential: { kind: 'tokenSecret', token: { name: 'writer', key: 'token' } },
      tls: {
        caSecret: { name: 'tls', key: 'ca.crt' },
        certSecret: { name: 'tls', key: 'tls.crt' },
        keySecret: { name: 'tls', key: 'tls.key' },
        serverName: 'a.internal',
      },
      proxyUrl: 'socks5://proxy.example.com:1080',
      relabelConfigs: [
        metrics('keep', 'the destination takes these metrics only', 'up'),
        metrics('drop', 'the destination does not take these metrics', 'go_.+'),
        dropped('the pool has it'),
      ],
    },
    {
      url: 'https://b.example.com/write',
      name: 'b-example-com',
      credential: { kind: 'basic', username: { name: 'b', key: 'user' }, password: { name: 'b', key: 'pass' } },
      relabelConfigs: [],
    },
    {
      url: 'http://c.svc:8080/write',
      name: 'c-svc',
      credential: {
        kind: 'oauth2',
        username: { name: 'c', key: 'id' },
        password: { name: 'c', key: 'secret' },
        tokenUrl: 'https://login.example.com/token',
        scopes: ['write'],
      },
      relabelConfigs: [],
    },
  ],
  grafana: {
    enabled: false,
    ...scraped('grafana'),
    ...running('grafana', 'ns-9', 'grafana'),
    anonymousRole: 'Viewer',
    adminSecret: 'grafana.admin',
    serviceType: 'LoadBalancer',
    ingressHost: 'grafana.example.com',
    ingressClassName: 'nginx',
    ingressTlsSecret: 'grafana-tls',
    dashboardNamespaces: ['team-a'],
    lokiUrl: 'http://loki.svc:3100',
    victoriaLogs: {
      url: 'http://logs.svc:9428',
      pluginImage: `registry.example.com/plugin@sha256:${'ab'.repeat(32)}`,
      pluginPath: '/plugin',
    },
    storageSize: '3Gi',
    storageClassName: 'fast',
    sidecarImage: 'registry.example.com/sidecar:1.2.3',
    minStep: '5s',
  },
  vmOperator: {
    ...found('vmOperator', 'http'),
    ...scraped('vmOperator'),
    ...running('operator', 'ns-10', 'operator'),
    version: '0.70.1',
    scrapeNamespaces: ['team-a'],
  },
};
