/** Metrics of the API server that are kept, with the reason why they are worth their series. */
export interface KeptMetrics {
  /** What they are for. */
  readonly why: string;
  /** Names of samples: of a histogram, only the parts that are read. */
  readonly names: readonly string[];
}

/** What is kept of the API server: a page has tens of thousands of series, of which panels read a tenth. */
export const APISERVER_KEPT: readonly KeptMetrics[] = [
  {
    why: 'how many calls there are, what becomes of them and how long they take',
    names: ['apiserver_request_total', 'apiserver_request_duration_seconds_bucket'],
  },
  {
    why: 'how much it does at once, and whom it lets wait or turns away',
    names: [
      'apiserver_current_inflight_requests',
      'apiserver_longrunning_requests',
      'apiserver_flowcontrol_current_executing_seats',
      'apiserver_flowcontrol_current_limit_seats',
      'apiserver_flowcontrol_current_inqueue_requests',
      'apiserver_flowcontrol_rejected_requests_total',
      'apiserver_request_terminations_total',
    ],
  },
  {
    why: 'whether etcd keeps up, and what fills it',
    names: [
      'etcd_request_duration_seconds_bucket',
      'apiserver_storage_size_bytes',
      // releases before 1.34 have the first, later ones will only have the second
      'apiserver_storage_objects',
      'apiserver_resource_objects',
    ],
  },
  {
    why: 'programs of others that calls wait for',
    names: [
      'apiserver_admission_webhook_admission_duration_seconds_bucket',
      'apiserver_admission_webhook_rejection_count',
      'apiserver_admission_webhook_fail_open_count',
      'aggregator_unavailable_apiservice',
    ],
  },
  {
    why: 'certificates that end, calls that cannot be audited, and versions of the API that an upgrade takes away',
    names: [
      'apiserver_client_certificate_expiration_seconds_bucket',
      'apiserver_audit_event_total',
      'apiserver_audit_requests_rejected_total',
      'apiserver_requested_deprecated_apis',
    ],
  },
  {
    why: 'which release runs, since when, and what it uses',
    names: [
      'kubernetes_build_info',
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
      'go_goroutines',
    ],
  },
];

/** Histograms that have a series of each bucket for each verb and resource. */
export const APISERVER_FINE_HISTOGRAMS: readonly string[] = [
  'apiserver_request_duration_seconds_bucket',
  'etcd_request_duration_seconds_bucket',
];

/**
 * Buckets of these that are dropped: what is left (0.025, 0.1, 0.4, 1, 5, 30 and all) tells good from bad at the limits that Kubernetes and
 * etcd set themselves: a tenth of a second for etcd, one second for a call, 30 for a list of a whole cluster. The list is that of today's
 * releases; a bucket that a later one adds is kept.
 *
 * @see https://github.com/kubernetes/community/blob/master/sig-scalability/slos/api_call_latency.md
 */
export const APISERVER_DROPPED_BUCKETS: readonly string[] = [
  '0.005',
  '0.05',
  '0.2',
  '0.6',
  '0.8',
  '1.25',
  '1.5',
  '2',
  '3',
  '4',
  '6',
  '8',
  '10',
  '15',
  '20',
  '45',
  '60',
];
