import { differing, Edits, told } from './support';

const edits = new Edits();
afterAll(() => edits.end());

describe.each([
  [
    'a source is scraped less often',
    { nodeExporter: '{ scrapeInterval: 60s }' },
    `
soperator
  Targets
    ~ node-exporter: interval 30s -> 1m
  Destinations
    ~ store: queue 8Gi, enough for 2d -> 8Gi, enough for 3d
  Series
    estimate: still 41,440 active series, 1,481 -> 1,351 samples a second
    disk of the store: needs 9.5Gi -> 8.7Gi, has still 30Gi
  Objects
    ~ VMAgent monitoring-system/metrics
        spec.streamAggrConfig.rules[node_cpu_seconds_total{job="node-exporter"}].interval: 30s -> 1m
        spec.streamAggrConfig.rules[node_cpu_guest_seconds_total{job="node-exporter"}].interval: 30s -> 1m
        spec.streamAggrConfig.rules[node_softnet_dropped_total{job="node-exporter"}].interval: 30s -> 1m
    ~ VMPodScrape monitoring-system/node-exporter
        spec.podMetricsEndpoints[metrics /metrics].interval: 30s -> 1m`,
  ],
  [
    'a source is switched off',
    { kubelet: '{ enabled: false }' },
    `
soperator
  Watch out
    ! empty: 36 panels: ask for what no longer arrives: Kubelet: variable node, Kubelet: Kubelets down, Kubelet: Containers that failed to start, Kubelet: Evictions in the last day and 32 more
    ! left-over: 4 objects: no longer rendered, which deletes nothing: prune after applying, or delete by hand; until then 4 scrapes go on
  Targets
    - kubelet-metrics (job kubelet)
    - kubelet-cadvisor (job kubelet)
    - kubelet-probes (job kubelet)
    - kubelet-resource (job kubelet)
  Destinations
    ~ store: queue 8Gi, enough for 2d -> 8Gi, enough for 4d
  Series
    estimate: 41,440 -> 23,780 active series, 1,481 -> 892 samples a second
    disk of the store: needs 9.5Gi -> 5.7Gi, has still 30Gi
    metrics that arrive in store: 410 -> 340
    - 70 metrics no longer arrive in store: no longer scraped
        56 of kubelet-metrics (job kubelet): kubelet_admission_rejections_total, kubelet_certificate_manager_client_expiration_renew_errors, kubelet_certificate_manager_client_ttl_seconds and 53 more
        13 of kubelet-cadvisor (job kubelet): container_cpu_cfs_periods_total, container_cpu_cfs_throttled_periods_total, container_memory_cache and 10 more
        1 of kubelet-probes (job kubelet): prober_probe_total
        asked for by Kubelet: variable node, Kubelet: Kubelets down, Kubelet: Containers that failed to start, Kubelet: Evictions in the last day and 32 more
  Permissions
    - ServiceAccount monitoring-system/metrics-agent may no longer get nodes/metrics in the whole cluster
  Objects
    ~ ClusterRole monitoring-system-metrics-agent
        rules (see Permissions)
    - VMNodeScrape monitoring-system/kubelet-metrics, monitoring-system/kubelet-cadvisor, monitoring-system/kubelet-probes, monitoring-system/kubelet-resource`,
  ],
  [
    'a rule of its own drops a metric',
    {
      nodeExporter:
        '\n  metricRelabelConfigs: [{ why: nobody looks at it, action: drop, sourceLabels: [__name__], regex: node_memory_Bounce_bytes }]',
    },
    `
soperator
  Targets
    ~ node-exporter
        rule over its samples: drop __name__ =~ node_memory_Bounce_bytes, because nobody looks at it (new)
  Series
    estimate: still 41,440 active series, still 1,481 samples a second
        the estimate follows scale, intervals and series.profile, not single metrics
    metrics that arrive in store: 410 -> 409
    - 1 metric no longer arrives in store: dropped: nobody looks at it
        1 of node-exporter: node_memory_Bounce_bytes
  Objects
    ~ VMPodScrape monitoring-system/node-exporter
        rules over samples (see Series)`,
  ],
  [
    'the volume of the store grows',
    { vmSingle: '{ storageSize: 100Gi }' },
    `
soperator
  Series
    disk of the store: needs still 9.5Gi, has 30Gi -> 100Gi
  Objects
    ~ VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack (its volume grows in place where the storage class allows it; where not, its status stays expanding)
        spec.storage.resources.requests.storage: 30Gi -> 100Gi`,
  ],
  [
    'a destination comes',
    {
      remoteWrite:
        '\n  - url: https://metrics.example.com/api/v1/write\n    credential: { tokenSecret: { name: metrics-writer, key: token } }\n    keepMetrics: [slurm_.+]',
    },
    `
soperator
  Watch out
    ! queue: destination store: its queue holds 3.5Gi, enough for 29h instead of 8Gi, enough for 2d: while it is away, the oldest samples are dropped sooner
    ! egress: destination metrics-example-com: samples go to https://metrics.example.com/api/v1/write from now on, with bearer token: key token of Secret monitoring-system/metrics-writer
  Destinations
    ~ store: queue 8Gi, enough for 2d -> 3.5Gi, enough for 29h
    + metrics-example-com (https://metrics.example.com/api/v1/write): position 2, credential bearer token: key token of Secret monitoring-system/metrics-writer, queue 3.5Gi, enough for 29h, rules keep __name__ =~ slurm_.+, because the destination takes these metrics only
  Series
    metrics that arrive in metrics-example-com: 0 -> 38
  Objects
    ~ VMAgent monitoring-system/metrics (its pods restart: queues stay, and a few seconds are not scraped)
        spec.extraArgs["remoteWrite.maxDiskUsagePerURL"]: 8589936640 -> 3758097280,3758097280
        spec.extraArgs["remoteWrite.bearerTokenFile"]: "",/etc/soperator-metrics/credentials/metrics-example-com/token (new)
        spec.remoteWrite[https://metrics.example.com/api/v1/write] (new)
        spec.volumeMounts (new)
        spec.volumes (new)`,
  ],
  [
    'fewer dashboards are shown',
    { grafana: '{ dashboards: [cluster-health] }' },
    `
soperator
  Watch out
    ! left-over: 1 object: no longer rendered, which deletes nothing: prune after applying, or delete by hand; until then 1 dashboard is still shown
  Series
    estimate: still 41,440 active series, still 1,481 samples a second
        the estimate follows scale, intervals and series.profile, not single metrics
    metrics that arrive in store: 410 -> 358
    - 52 metrics no longer arrive in store: dropped: only what dashboards read, and what series.profile and series.keep add
        4 of soperator-controller: process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds, rest_client_requests_total
        28 of kubelet-metrics (job kubelet): kubelet_admission_rejections_total, kubelet_desired_pods, kubelet_image_pull_duration_seconds_count and 25 more
        4 of vm-operator: process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds, rest_client_requests_total
        3 of metrics-kube-state-metrics (job kube-state-metrics): process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds
        3 of node-exporter: process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds
        3 of vmagent: process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds
        3 of vmsingle: process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds
        3 of grafana: process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds
        1 of kubelet-probes (job kubelet): prober_probe_total
  Objects
    ~ VMServiceScrape monitoring-system/soperator-controller, monitoring-system/metrics-kube-state-metrics, monitoring-system/vmagent, monitoring-system/vmsingle, monitoring-system/vm-operator, monitoring-system/grafana
        rules over samples (see Series)
    ~ VMPodScrape monitoring-system/node-exporter
        rules over samples (see Series)
    ~ VMNodeScrape monitoring-system/kubelet-metrics, monitoring-system/kubelet-probes
        rules over samples (see Series)
    - ConfigMap monitoring-system/metrics-dashboard-kubelet
  Dashboards
    - Kubelet: 32 panels`,
  ],
  [
    'the store gets another version',
    { vmSingle: "{ image: 'docker.io/victoriametrics/victoria-metrics:v1.151.0' }" },
    `
soperator
  Watch out
    ! restart: VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack: the store restarts: queries fail until its next pod is ready, and the agent keeps meanwhile what it scrapes
  Objects
    ~ VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack (its pod restarts)
        spec.image.tag: v1.150.0 -> v1.151.0`,
  ],
  [
    'the cluster grows',
    { scale: '{ nodes: 200 }' },
    `
soperator
  Watch out
    ! restart: VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack: the store restarts: queries fail until its next pod is ready, and the agent keeps meanwhile what it scrapes
  Destinations
    ~ store: queue 8Gi, enough for 2d -> 17Gi, enough for 10h
  Series
    estimate: 41,440 -> 734,560 active series, 1,481 -> 26,472 samples a second
    disk of the store: needs 9.5Gi -> 169.8Gi, has 30Gi -> 170Gi
  Objects
    ~ VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack (its pod restarts; its volume grows in place where the storage class allows it; where not, its status stays expanding)
        spec.resources.limits.memory: 2Gi -> 3Gi
        spec.resources.requests.cpu: 250m -> 500m
        spec.resources.requests.memory: 1Gi -> 1536Mi
        spec.storage.resources.requests.storage: 30Gi -> 170Gi
    ~ VMAgent monitoring-system/metrics (its pods restart: queues stay, and a few seconds are not scraped; its volume grows in place where the storage class allows it; where not, its status stays expanding)
        spec.extraArgs["remoteWrite.maxDiskUsagePerURL"]: 8589936640 -> 18253615360
        spec.resources.limits.memory: 512Mi -> 1920Mi
        spec.resources.requests.cpu: 150m -> 550m
        spec.resources.requests.memory: 256Mi -> 960Mi
        spec.statefulStorage.volumeClaimTemplate.spec.resources.requests.storage: 10Gi -> 20Gi
    ~ VMServiceScrape monitoring-system/metrics-kube-state-metrics
        spec.endpoints[http /metrics].max_scrape_size: 128MiB (new)
        spec.endpoints[telemetry /metrics].max_scrape_size: 128MiB (new)`,
  ],
  [
    'Nebius Cloud is written to, too',
    { publicEndpointEnabled: 'true', nebiusCloud: '{ region: eu-north1, projectId: project-e00example }' },
    `
soperator
  Watch out
    ! queue: destination store: its queue holds 3.5Gi, enough for 29h instead of 8Gi, enough for 2d: while it is away, the oldest samples are dropped sooner
    ! rights: Namespace monitoring-system: admits pods of level privileged from now on, of anybody who may make pods there; restricted was the most before
    ! rights: VMAgent monitoring-system/metrics: its pods see /mnt/cloud-metadata of the node
    ! egress: destination nebius-cloud: samples go to https://write.monitoring.eu-north1.nebius.cloud/projects/project-e00example/buckets/soperator/prometheus from now on, with bearer token: file /mnt/cloud-metadata/tsa-token of the node
  Destinations
    ~ store: queue 8Gi, enough for 2d -> 3.5Gi, enough for 29h
    + nebius-cloud (https://write.monitoring.eu-north1.nebius.cloud/projects/project-e00example/buckets/soperator/prometheus): position 2, credential bearer token: file /mnt/cloud-metadata/tsa-token of the node, queue 3.5Gi, enough for 29h
  Series
    metrics that arrive in nebius-cloud: 0 -> 410
  Objects
    ~ Namespace monitoring-system
        metadata.labels["pod-security.kubernetes.io/enforce"]: restricted -> privileged
    ~ VMAgent monitoring-system/metrics (its pods restart: queues stay, and a few seconds are not scraped)
        spec.extraArgs["remoteWrite.maxDiskUsagePerURL"]: 8589936640 -> 3758097280,3758097280
        spec.extraArgs["remoteWrite.bearerTokenFile"]: "",/etc/soperator-metrics/tokens/nebius-cloud/tsa-token (new)
        spec.remoteWrite[https://write.monitoring.eu-north1.nebius.cloud/projects/project-e00example/buckets/soperator/prometheus] (new)
        spec.volumeMounts (new)
        spec.volumes (new)
  Checks
    + [VMAgent/VMAgent] spec.extraArgs["remoteWrite.bearerTokenFile"][1]: got file /mnt/cloud-metadata/tsa-token of the node, expected a Secret, because only a namespace of Pod Security level "privileged" admits pods with files of the node; use a Secret where something renews the token in it (pod-security)`,
  ],
])('when %s', (_, edit, text) => {
  const edited = edits.of(edit);

  test('the text says what that means', () => {
    expect(`\n${edited.text}`).toBe(text);
  });

  test('every object that differs is told, and no other', () => {
    expect(told(edited)).toEqual(differing(edited));
  });
});
