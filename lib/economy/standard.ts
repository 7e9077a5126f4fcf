/** What the profile `standard` keeps beyond what is read, and why it is worth its series. */
export interface KeptGroup {
  /** Value of the label `job` of the source. */
  readonly job: string;
  /** What somebody asks of it. */
  readonly why: string;
  /** Names, or regular expressions over whole names. */
  readonly metrics: readonly string[];
}

/** All groups, by source. Sources that stand in none keep what is read. */
export const STANDARD: readonly KeptGroup[] = [
  {
    job: 'slurm-exporter',
    why: 'SLURM is what the cluster is for: all of its state, a few series for each node and job',
    metrics: ['slurm_.+'],
  },
  { job: 'dcgm-exporter', why: 'the list of counters is chosen already; whoever adds one wants it', metrics: ['DCGM_.+'] },
  {
    job: 'kube-state-metrics',
    why: 'its allow-list is chosen already: states of pods, and of nodes where that is switched on',
    metrics: ['kube_.+'],
  },
  {
    job: 'node-exporter',
    why: 'what the memory of a host was used for, asked after a job was killed',
    metrics: ['node_memory_.+_bytes'],
  },
  {
    job: 'node-exporter',
    why: 'what a host did while it was slow: reclaim, faults, swap, TCP, the clock',
    metrics: ['node_vmstat_.+', 'node_netstat_.+', 'node_sockstat_.+', 'node_timex_(sync_status|offset_seconds|maxerror_seconds)'],
  },
  {
    job: 'node-exporter',
    why: 'whether the exporter itself reads all that it should',
    metrics: ['node_scrape_collector_success', 'node_textfile_scrape_error', 'node_exporter_build_info'],
  },
  {
    job: 'kubelet',
    why: 'what a container was held back by and what it had: throttling, memory by kind, network, and limits to compare with',
    metrics: [
      'container_cpu_cfs_(periods|throttled_periods)_total',
      'container_memory_(rss|cache|failcnt|usage_bytes|max_usage_bytes)',
      'container_network_(receive|transmit)_bytes_total',
      'container_spec_(cpu_quota|cpu_period|memory_limit_bytes)',
    ],
  },
  {
    job: 'kubelet',
    why: 'why pods were moved or did not start, and which version runs',
    metrics: [
      'kubelet_evictions',
      'kubelet_started_(pods|containers)(_errors)?_total',
      'kubelet_certificate_manager_.+',
      'kubelet_server_expiration_renew_errors',
      'kubelet_volume_stats_.+',
      'kubernetes_build_info',
      'kubelet_node_name',
    ],
  },
  {
    job: 'soperator-controller',
    why: 'which controller of Soperator is behind or fails, and how long it takes on average',
    metrics: [
      'controller_runtime_(active_workers|max_concurrent_reconciles|reconcile_total|reconcile_errors_total|reconcile_time_seconds_(sum|count))',
      'workqueue_(depth|adds_total|retries_total|unfinished_work_seconds|longest_running_processor_seconds)',
      'leader_election_master_status',
    ],
  },
  {
    job: 'vm-operator',
    why: 'which resource the operator is behind with or fails at',
    metrics: [
      'controller_runtime_(active_workers|reconcile_total)',
      'workqueue_(depth|retries_total|unfinished_work_seconds|longest_running_processor_seconds)',
      'vm_app_version',
    ],
  },
  { job: 'vmagent', why: 'which version runs with which settings', metrics: ['vm_app_version', 'go_info', 'process_.+_limit.*'] },
  { job: 'vmsingle', why: 'which version of the store runs', metrics: ['vm_app_version', 'go_info'] },
];

/** Series of a metric that are dropped although others of it are read; not in the profile `full`. */
export interface ThinnedMetric {
  readonly job: string;
  readonly why: string;
  /** Regular expressions over whole values, the name among them. */
  readonly match: { readonly __name__: string; readonly [label: string]: string };
}

/** All of them. */
export const THINNED: readonly ThinnedMetric[] = [
  {
    job: 'kubelet',
    why: 'there are fifteen buckets for each of some sixteen operations of every node; seven tell a slow runtime as well',
    match: {
      __name__: 'kubelet_runtime_operations_duration_seconds_bucket',
      // steps of 6.25 stay in place of 2.5
      le: '0\\.0125|0\\.078125|0\\.48828125|3\\.0517578125|19\\.073486328125|119\\.20928955078125|298\\.0232238769531|745\\.0580596923828',
    },
  },
  {
    job: 'vmagent',
    why: 'flags that nobody set have the values that the documentation says',
    match: { __name__: 'flag', is_set: 'false' },
  },
  {
    job: 'vm-operator',
    why: 'flags that nobody set have the values that the documentation says',
    match: { __name__: 'flag', is_set: 'false' },
  },
];
