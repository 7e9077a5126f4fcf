import { differing, Edits, told } from './support';

const edits = new Edits();
afterAll(() => edits.end());

describe.each([
  [
    'the platform brings exporters and operator',
    { platform: 'soperator' },
    `
soperator
  Watch out
    ! restart: VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack: the store restarts: queries fail until its next pod is ready, and the agent keeps meanwhile what it scrapes
    ! left-over: 20 objects: no longer rendered, which deletes nothing: prune after applying, or delete by hand; until then 2 scrapes go on, 3 workloads run on, rights stay granted
    ! left-over: Namespace monitoring-system: no longer rendered, and still used: leave it, it is somebody else's from now on
    ! left-over: 16 definitions: no longer rendered; leave them in the cluster: deleting one deletes every resource of its kind, of anybody
  Targets
    ~ slurm-exporter metrics, slurm-exporter monitoring (job slurm-exporter): selector app.kubernetes.io/component=slurm-exporter, app.kubernetes.io/instance=slurm-exporter, app.kubernetes.io/name=slurm-exporter -> app.kubernetes.io/component=exporter, app.kubernetes.io/instance=soperator, app.kubernetes.io/name=slurm-cluster
    ~ nvidia-dcgm-exporter (job dcgm-exporter): finds services -> pods, selector app.kubernetes.io/component=gpu-exporter, app.kubernetes.io/instance=nvidia-dcgm-exporter, app.kubernetes.io/name=dcgm-exporter -> app=nvidia-dcgm-exporter, port gpu-metrics -> metrics, interval 15s -> 30s
    ~ vm-operator: finds services -> pods, selector app.kubernetes.io/component=operator, app.kubernetes.io/instance=vm-operator, app.kubernetes.io/name=vm-operator -> app.kubernetes.io/name=victoria-metrics-operator
  Series
    estimate: still 41,440 active series, 1,481 -> 1,381 samples a second
    disk of the store: needs 9.5Gi -> 8.9Gi, has still 30Gi
    metrics that arrive in store: 410 -> 441
    + 31 metrics arrive in store: newly exposed
        31 of nvidia-dcgm-exporter (job dcgm-exporter): DCGM_FI_DEV_BOARD_LIMIT_VIOLATION, DCGM_FI_DEV_ECC_DBE_AGG_TOTAL, DCGM_FI_DEV_ECC_DBE_VOL_TOTAL, DCGM_FI_DEV_ECC_SBE_AGG_TOTAL, DCGM_FI_DEV_ECC_SBE_VOL_TOTAL, DCGM_FI_DEV_ENFORCED_POWER_LIMIT and 25 more
    ~ 36 metrics of nvidia-dcgm-exporter (job dcgm-exporter): may have label DCGM_FI_DEV_BRAND, DCGM_FI_DEV_OEM_INFOROM_VER, DCGM_FI_DEV_SERIAL, DCGM_FI_DEV_VBIOS_VERSION, DCGM_FI_NVML_VERSION, hpc_job
        DCGM_FI_DEV_CLOCK_THROTTLE_REASONS, DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS, DCGM_FI_DEV_DEC_UTIL, DCGM_FI_DEV_ENC_UTIL, DCGM_FI_DEV_FB_FREE, DCGM_FI_DEV_FB_TOTAL and 30 more
  Permissions
    - ServiceAccount monitoring-system/vm-operator may no longer create, delete, get, list and update configmaps and secrets in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create, delete, patch and update deployments, services and statefulsets in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create, patch and update persistentvolumeclaims in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer update statefulsets/status in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create pods/eviction in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create and patch events in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create, get and update leases in namespace monitoring-system
    - ServiceAccount soperator/slurm-exporter may no longer get secrets "soperator-rest-jwt-key" in namespace soperator
    - ServiceAccount soperator/slurm-exporter may no longer list and watch pods in namespace soperator
    - ServiceAccount monitoring-system/vm-operator may no longer list, patch and watch vmagents and vmsingles in the whole cluster
    - ServiceAccount monitoring-system/vm-operator may no longer list and watch clusterrolebindings, clusterroles, daemonsets, deployments, horizontalpodautoscalers, networkpolicies, persistentvolumeclaims,…
    - ServiceAccount monitoring-system/vm-operator may no longer patch vmagents/status and vmsingles/status in the whole cluster
    - ServiceAccount monitoring-system/vm-operator may no longer update vmnodescrapes/status, vmpodscrapes/status, vmscrapeconfigs/status, vmservicescrapes/status and vmstaticscrapes/status in the whole clu…
    - ServiceAccount soperator/slurm-exporter may no longer list and watch nodes in the whole cluster
  Objects
    - Namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator, soperator/slurm-exporter
    - ClusterRole monitoring-system-vm-operator, soperator-slurm-exporter
    - ClusterRoleBinding monitoring-system-vm-operator, soperator-slurm-exporter
    - Role monitoring-system/vm-operator, monitoring-system/vm-operator-lease, soperator/slurm-exporter
    - RoleBinding monitoring-system/vm-operator, monitoring-system/vm-operator-lease, soperator/slurm-exporter
    - Deployment monitoring-system/vm-operator, soperator/slurm-exporter
    - Service monitoring-system/vm-operator, soperator/nvidia-dcgm-exporter
    - ConfigMap soperator/nvidia-dcgm-exporter-counters
    - DaemonSet soperator/nvidia-dcgm-exporter
    ~ VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack (its pod restarts)
        spec.extraArgs["dedup.minScrapeInterval"]: 15s -> 30s
    ~ VMAgent monitoring-system/metrics (its pods restart: queues stay, and a few seconds are not scraped; takes other scrapes of users than before)
        spec.configReloaderImage: docker.io/victoriametrics/operator:config-reloader-v0.74.1 -> docker.io/victoriametrics/operator:config-reloader-v0.70.1
        spec.nodeScrapeSelector.matchLabels (new)
        spec.podScrapeSelector.matchLabels (new)
        spec.scrapeConfigSelector.matchLabels (new)
        spec.serviceScrapeSelector.matchLabels (new)
        spec.staticScrapeSelector.matchLabels (new)
    ~ VMPodScrape monitoring-system/slurm-exporter
        spec.selector.matchLabels["app.kubernetes.io/component"]: slurm-exporter -> exporter
        spec.selector.matchLabels["app.kubernetes.io/instance"]: slurm-exporter -> soperator
        spec.selector.matchLabels["app.kubernetes.io/name"]: slurm-exporter -> slurm-cluster
    - VMServiceScrape monitoring-system/nvidia-dcgm-exporter, monitoring-system/vm-operator
    + VMPodScrape monitoring-system/nvidia-dcgm-exporter, monitoring-system/vm-operator
    - CustomResourceDefinition vmagents.operator.victoriametrics.com, vmalertmanagers.operator.victoriametrics.com and 14 more`,
  ],
  [
    'the mode becomes standalone',
    { mode: 'standalone' },
    `
soperator
  Watch out
    ! steps: mode standalone: workloads have the same names in both modes: remove the former pipeline before the new one is applied (docs/standalone.md, "From one mode to the other"); data and queues stay on their volumes
    ! left-over: 16 definitions: no longer rendered; leave them in the cluster: deleting one deletes every resource of its kind, of anybody
  Targets
    - vm-operator
  Series
    estimate: 41,440 -> 41,130 active series, 1,481 -> 1,470 samples a second
    disk of the store: needs 9.5Gi -> 9.4Gi, has still 30Gi
    metrics that arrive in store: 410 -> 392
    - 18 metrics no longer arrive in store: no longer scraped
        18 of vm-operator: controller_runtime_active_workers, controller_runtime_reconcile_total, process_cpu_seconds_total, process_resident_memory_bytes, process_start_time_seconds, rest_client_requests_total and 12 more
  Permissions
    - ServiceAccount monitoring-system/vm-operator may no longer create, delete, get, list and update configmaps and secrets in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create, delete, patch and update deployments, services and statefulsets in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create, patch and update persistentvolumeclaims in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer update statefulsets/status in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create pods/eviction in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create and patch events in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer create, get and update leases in namespace monitoring-system
    - ServiceAccount monitoring-system/metrics-agent may no longer list and watch endpoints in namespaces monitoring-system, soperator and soperator-system
    - ServiceAccount monitoring-system/metrics-agent may no longer get, list and watch secrets "vmagent-metrics" in namespace monitoring-system
    - ServiceAccount monitoring-system/vm-operator may no longer list, patch and watch vmagents and vmsingles in the whole cluster
    - ServiceAccount monitoring-system/vm-operator may no longer list and watch clusterrolebindings, clusterroles, daemonsets, deployments, horizontalpodautoscalers, networkpolicies, persistentvolumeclaims,…
    - ServiceAccount monitoring-system/vm-operator may no longer patch vmagents/status and vmsingles/status in the whole cluster
    - ServiceAccount monitoring-system/vm-operator may no longer update vmnodescrapes/status, vmpodscrapes/status, vmscrapeconfigs/status, vmservicescrapes/status and vmstaticscrapes/status in the whole clu…
  Objects
    - ServiceAccount monitoring-system/vm-operator
    - ClusterRole monitoring-system-vm-operator
    - ClusterRoleBinding monitoring-system-vm-operator
    - Role monitoring-system/vm-operator, monitoring-system/vm-operator-lease, monitoring-system/metrics-agent-configuration
    - RoleBinding monitoring-system/vm-operator, monitoring-system/vm-operator-lease, monitoring-system/metrics-agent-configuration
    - Deployment monitoring-system/vm-operator
    - Service monitoring-system/vm-operator
    - VMSingle monitoring-system/metrics-victoria-metrics-k8s-stack
    ~ ServiceAccount monitoring-system/metrics-agent
        automountServiceAccountToken: true -> false
    ~ Role monitoring-system/metrics-agent-discovery, soperator/metrics-agent-discovery, soperator-system/metrics-agent-discovery
        rules (see Permissions)
    - VMAgent monitoring-system/metrics
    - VMPodScrape monitoring-system/slurm-exporter, monitoring-system/node-exporter
    - VMServiceScrape monitoring-system/soperator-controller, monitoring-system/metrics-kube-state-metrics, monitoring-system/nvidia-dcgm-exporter, monitoring-system/vmagent, monitoring-system/vmsingle, monitoring-system/vm-operator, monitoring-system/grafana
    - VMNodeScrape monitoring-system/kubelet-metrics, monitoring-system/kubelet-cadvisor, monitoring-system/kubelet-probes, monitoring-system/kubelet-resource
    + PersistentVolumeClaim monitoring-system/vmsingle-metrics-victoria-metrics-k8s-stack, monitoring-system/persistent-queue-data-vmagent-metrics-0
    + Service monitoring-system/vmsingle-metrics-victoria-metrics-k8s-stack, monitoring-system/vmagent-metrics
    + Deployment monitoring-system/vmsingle-metrics-victoria-metrics-k8s-stack
    + ConfigMap monitoring-system/vmagent-metrics
    + StatefulSet monitoring-system/vmagent-metrics
    - CustomResourceDefinition vmagents.operator.victoriametrics.com, vmalertmanagers.operator.victoriametrics.com and 14 more`,
  ],
  [
    'the namespace of SLURM gets another name',
    { namespaces: '{ slurm: slurm }' },
    `
soperator
  Watch out
    ! apply-refused: namespace slurm: must be there before anything is applied into it: it is not among the manifests
    ! labels: scrape of slurm-exporter metrics, scrape of slurm-exporter monitoring, scrape of nvidia-dcgm-exporter: label namespace changes from soperator to slurm: its series end and new ones begin; queries and alerts that name the label need the new value
    ! rights: ServiceAccount slurm/slurm-exporter: may get secrets "soperator-rest-jwt-key" in namespace slurm; and more (see Permissions)
    ! rights: ServiceAccount monitoring-system/metrics-agent, ServiceAccount monitoring-system/metrics-grafana: more rights than before (see Permissions)
    ! rights: DaemonSet slurm/nvidia-dcgm-exporter: its pods see /var/lib/kubelet/pod-resources of the node, run as root, have SYS_ADMIN
    ! left-over: 13 objects: no longer rendered, which deletes nothing: prune after applying, or delete by hand; until then 2 workloads run on, rights stay granted
  Targets
    ~ slurm-exporter metrics, slurm-exporter monitoring (job slurm-exporter): in namespaces soperator -> slurm, label namespace soperator -> slurm
    ~ nvidia-dcgm-exporter (job dcgm-exporter): in namespaces soperator -> slurm, label namespace soperator -> slurm
  Permissions
    + ServiceAccount slurm/slurm-exporter may get secrets "soperator-rest-jwt-key" in namespace slurm
    + ServiceAccount slurm/slurm-exporter may list and watch pods in namespace slurm
    + ServiceAccount monitoring-system/metrics-agent may list and watch endpoints, endpointslices, pods and services in namespace slurm
    + ServiceAccount monitoring-system/metrics-grafana may get, list and watch configmaps in namespace slurm
    + ServiceAccount slurm/slurm-exporter may list and watch nodes in the whole cluster
    - ServiceAccount soperator/slurm-exporter may no longer get secrets "soperator-rest-jwt-key" in namespace soperator
    - ServiceAccount soperator/slurm-exporter may no longer list and watch pods in namespace soperator
    - ServiceAccount monitoring-system/metrics-agent may no longer list and watch endpoints, endpointslices, pods and services in namespace soperator
    - ServiceAccount monitoring-system/metrics-grafana may no longer get, list and watch configmaps in namespace soperator
    - ServiceAccount soperator/slurm-exporter may no longer list and watch nodes in the whole cluster
  Objects
    - ServiceAccount soperator/slurm-exporter
    - Role soperator/slurm-exporter, soperator/metrics-agent-discovery, soperator/metrics-grafana-dashboards
    - RoleBinding soperator/slurm-exporter, soperator/metrics-agent-discovery, soperator/metrics-grafana-dashboards
    - ClusterRole soperator-slurm-exporter
    - ClusterRoleBinding soperator-slurm-exporter
    - Deployment soperator/slurm-exporter
    - ConfigMap soperator/nvidia-dcgm-exporter-counters
    - DaemonSet soperator/nvidia-dcgm-exporter
    - Service soperator/nvidia-dcgm-exporter
    ~ VMPodScrape monitoring-system/slurm-exporter
        spec.namespaceSelector.matchNames: without soperator
        spec.namespaceSelector.matchNames: with slurm
    ~ VMServiceScrape monitoring-system/nvidia-dcgm-exporter
        spec.namespaceSelector.matchNames: without soperator
        spec.namespaceSelector.matchNames: with slurm
    ~ Deployment monitoring-system/metrics-grafana (its pods restart)
        spec.template.spec.containers[dashboards].env[NAMESPACE].value: monitoring-system,soperator,soperator-system -> monitoring-system,slurm,soperator-system
    + ServiceAccount slurm/slurm-exporter
    + Role slurm/slurm-exporter, slurm/metrics-agent-discovery, slurm/metrics-grafana-dashboards
    + RoleBinding slurm/slurm-exporter, slurm/metrics-agent-discovery, slurm/metrics-grafana-dashboards
    + ClusterRole slurm-slurm-exporter
    + ClusterRoleBinding slurm-slurm-exporter
    + Deployment slurm/slurm-exporter
    + ConfigMap slurm/nvidia-dcgm-exporter-counters
    + DaemonSet slurm/nvidia-dcgm-exporter
    + Service slurm/nvidia-dcgm-exporter`,
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
