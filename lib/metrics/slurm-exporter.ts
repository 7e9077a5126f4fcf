import { type FamilyLabel, type MetricCatalog, type MetricFamily, MetricUnit } from '../common/metric-family';
import { any, counter, gauge, histogram, info, labels, NONE, oneOf, sometimes, under } from './family';

const { COUNT, SECONDS, BYTES, CORES } = MetricUnit;

/** What a node does. A node that the exporter has not understood has none. */
const STATE_BASE = sometimes(oneOf('UNKNOWN', 'DOWN', 'IDLE', 'ALLOCATED', 'ERROR', 'MIXED', 'FUTURE'));
/** A flag that is always written. */
const FLAG = oneOf('true', 'false');
/** A flag that is written only when it is set: compare it with `true`, never with `false`. */
const MARK = sometimes(oneOf('true'));

const MARKS = [
  'state_is_completing',
  'state_is_fail',
  'state_is_planned',
  'state_is_not_responding',
  'state_is_invalid',
  'state_is_cloud',
  'state_is_power_down',
  'state_is_power_drain',
  'state_is_powered_down',
  'state_is_powering_down',
  'state_is_powering_up',
  'state_is_power_up',
  // worked out by the exporter from the others, and never set while a power-saving mark is
  'is_unavailable',
];

const STATE: { readonly [name: string]: FamilyLabel } = {
  state_base: STATE_BASE,
  state_is_drain: FLAG,
  state_is_maintenance: FLAG,
  state_is_reserved: FLAG,
};

const NODE = labels('node_name');
const JOB = labels('job_id');

/** Nodes of SLURM, whether they run or not. */
const NODES: readonly MetricFamily[] = [
  info(
    'slurm_node_info',
    {
      ...NODE,
      ...STATE,
      ...Object.fromEntries(MARKS.map((name) => [name, MARK])),
      // the node of Kubernetes below it
      instance_id: sometimes(),
      reservation_name: sometimes(),
      address: sometimes(),
      // free text: a new series begins when either changes
      reason: sometimes(),
      comment: sometimes(),
    },
    'State of a node, with the reason that an administrator or SLURM gave for it',
  ),
  info('slurm_node_partition', { ...NODE, partition: any }, 'Partitions that a node belongs to'),
  info(
    'slurm_node_nvlink_instance_group',
    { ...NODE, instance_id: sometimes(), nvlink_instance_group: any, nodeset_name: sometimes() },
    'NVLink group that a node belongs to',
    { hardware: 'nodes with a label of their NVLink group' },
  ),

  // capacity; a node whose value SLURM does not know has no series
  gauge('slurm_node_cpus_total', CORES, NODE, 'CPUs that a node is configured with'),
  gauge('slurm_node_cpus_allocated', CORES, NODE, 'CPUs that jobs hold on a node'),
  gauge('slurm_node_cpus_idle', CORES, NODE, 'CPUs that no job holds on a node'),
  gauge('slurm_node_cpus_effective', CORES, NODE, 'CPUs that jobs may have on a node, without those kept for the system'),
  gauge('slurm_node_memory_total_bytes', BYTES, NODE, 'Memory that a node is configured with'),
  gauge('slurm_node_memory_allocated_bytes', BYTES, NODE, 'Memory that jobs hold on a node'),
  gauge('slurm_node_memory_free_bytes', BYTES, NODE, 'Memory that was free when the node was last measured'),
  gauge('slurm_node_memory_effective_bytes', BYTES, NODE, 'Memory that jobs may have on a node, without what is kept for daemons'),

  // availability; all of it begins anew when the exporter does
  counter(
    'slurm_node_gpu_seconds_total',
    SECONDS,
    { ...NODE, ...STATE },
    'Seconds of installed GPUs, used or not, by the state their node was in',
  ),
  counter('slurm_node_fails_total', COUNT, { ...NODE, ...STATE, reason: sometimes() }, 'How often a node turned to DOWN or DRAIN', {
    event: 'a node has failed',
  }),
  histogram('slurm_node_unavailability_duration_seconds', SECONDS, NODE, 'How long a node was unavailable, once it is back', {
    event: 'a node has come back',
  }),
  histogram('slurm_node_draining_duration_seconds', SECONDS, NODE, 'How long a node drained while jobs still ran on it', {
    event: 'a node has drained',
  }),
];

/** Jobs that SLURM still lists: pending, running, and for a while the finished ones. */
const JOBS = under({ event: 'a job is known' }, [
  info(
    'slurm_job_info',
    {
      ...JOB,
      job_state: oneOf(
        'PENDING',
        'RUNNING',
        'SUSPENDED',
        'COMPLETED',
        'CANCELLED',
        'FAILED',
        'TIMEOUT',
        'NODE_FAIL',
        'PREEMPTED',
        'BOOT_FAIL',
        'DEADLINE',
        'OUT_OF_MEMORY',
      ),
      job_state_reason: sometimes(),
      // the same as `partition` of slurm_node_partition
      slurm_partition: sometimes(),
      job_name: sometimes(),
      user_name: sometimes(),
      user_mail: sometimes(),
      // the accounting source does not know it
      user_id: sometimes(),
      standard_error: sometimes(),
      standard_output: sometimes(),
      array_job_id: sometimes(),
      array_task_id: sometimes(),
      // seconds since 1970, as text
      submit_time: sometimes(),
      start_time: sometimes(),
      // a forecast until the job is over
      end_time: sometimes(),
      finished_time: sometimes(),
    },
    'State, owner, files and times of a job',
  ),
  info(
    'slurm_node_job',
    { ...JOB, node_name: any, nvlink_instance_group: sometimes(), nodeset_name: sometimes() },
    'Nodes that a job runs on, or ran on',
  ),
  gauge('slurm_job_duration_seconds', SECONDS, JOB, 'How long a job has run, or ran'),
  gauge('slurm_job_cpus', CORES, JOB, 'CPUs that a job holds, or asks for while it waits'),
  gauge('slurm_job_memory_bytes', BYTES, JOB, 'Memory that a job holds, or asks for while it waits'),
]);

/** What slurmctld says of itself. It starts at zero again with the controller, or when its statistics are reset. */
const CONTROLLER: readonly MetricFamily[] = [
  counter('slurm_controller_rpc_calls_total', COUNT, labels('message_type'), 'Calls that the controller answered, by what they asked'),
  counter(
    'slurm_controller_rpc_duration_seconds_total',
    SECONDS,
    labels('message_type'),
    'Time that the controller took for calls, by what they asked',
  ),
  counter('slurm_controller_rpc_user_calls_total', COUNT, labels('user', 'user_id'), 'Calls that the controller answered, by who asked'),
  counter(
    'slurm_controller_rpc_user_duration_seconds_total',
    SECONDS,
    labels('user', 'user_id'),
    'Time that the controller took for calls, by who asked',
  ),
  gauge('slurm_controller_server_thread_count', COUNT, NONE, 'Threads of the controller that answer calls'),
];

/** Page of the port `metrics`: what SLURM is. @see https://github.com/nebius/soperator/tree/main/internal/exporter */
export const SLURM_EXPORTER_CATALOG: MetricCatalog = {
  name: 'slurm-exporter /metrics',
  families: [...NODES, ...JOBS, ...CONTROLLER],
};

/** What the exporter reads on its own. The last one only where it may read nodes of Kubernetes. */
const COLLECTOR = { collector: oneOf('nodes', 'jobs', 'diag', 'topology') };

/** Page of the port `monitoring`: whether the other page can be trusted. */
export const SLURM_EXPORTER_MONITORING_CATALOG: MetricCatalog = {
  name: 'slurm-exporter monitoring',
  families: [
    gauge('slurm_exporter_collection_duration_seconds', SECONDS, NONE, 'How long the last round of reading SLURM took'),
    counter('slurm_exporter_collection_attempts_total', COUNT, NONE, 'Rounds of reading SLURM that are over'),
    counter('slurm_exporter_collection_failures_total', COUNT, NONE, 'Rounds of reading SLURM in which a part failed'),
    gauge('slurm_exporter_collector_duration_seconds', SECONDS, COLLECTOR, 'How long a part took when it was last read'),
    // a part that fails goes on serving what it read last: nothing else shows that it is stale
    counter('slurm_exporter_collector_errors_total', COUNT, COLLECTOR, 'How often reading a part failed', { event: 'reading has failed' }),
    gauge('slurm_exporter_collector_inflight', COUNT, COLLECTOR, 'Reads of a part that are under way'),
    counter('slurm_exporter_collector_skipped_total', COUNT, COLLECTOR, 'Reads of a part left out because earlier ones still run', {
      event: 'a read has been left out',
    }),
    counter('slurm_exporter_metrics_requests_total', COUNT, NONE, 'Scrapes of the page of SLURM'),
    gauge('slurm_exporter_metrics_exported', COUNT, NONE, 'Series that the last scrape of that page got, a histogram as one'),
  ],
};
