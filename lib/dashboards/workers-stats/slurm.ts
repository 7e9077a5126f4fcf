import { MetricUnit } from '../../common/metric-family';
import { NODE_STATES, stateNumbers } from '../node-states';
import {
  Aggregation,
  Colour,
  gpusOfJobNodes,
  hostsOfWorkers,
  type JobAttribution,
  ofColumn,
  type Row,
  sized,
  slurm,
  stateTimeline,
  table,
  timeseries,
  toJob,
  withHost,
} from '../vocabulary';
import { THE_WORKER, worker } from './selectors';

/** Jobs that run on the worker, one series each: finished ones stay in SLURM's lists for a while. */
const jobsHere = `max by (job_id, job_name, user_name, slurm_partition) (${slurm('slurm_job_info', 'job_state="RUNNING"')}) and on (job_id) ${worker('slurm_node_job')}`;

/** Jobs on GPUs of this host. A worker that moved in between had other GPUs before. */
const gpusOfJobsHere = (attribution: JobAttribution): string | undefined =>
  gpusOfJobNodes(attribution, Aggregation.MEAN, { metric: 'DCGM_FI_DEV_GPU_UTIL', matchers: ['instance="$node"'] });

const share = (part: string, whole: string): string => `max(${worker(part)}) / max(${worker(whole)})`;

/** What SLURM knows of the worker. */
export function slurmRow(attribution: JobAttribution): Row {
  const byJob = gpusOfJobsHere(attribution);
  return {
    title: 'SLURM',
    panels: [
      sized(
        12,
        5,
        stateTimeline({
          title: 'State over time',
          description:
            'What SLURM did with the worker when. Orange and red mean that it took no new jobs; gaps, that SLURM did not know it or its exporter was not scraped.',
          unit: MetricUnit.COUNT,
          queries: [{ expr: stateNumbers(NODE_STATES, THE_WORKER), legend: 'state' }],
          states: NODE_STATES,
        }),
      ),
      sized(
        12,
        5,
        stateTimeline({
          title: 'Host over time',
          description:
            'On which host of Kubernetes the worker ran when. Panels below are of the host chosen above, also for the time before the worker moved there.',
          unit: MetricUnit.COUNT,
          queries: [{ expr: `max by (instance) (${hostsOfWorkers(THE_WORKER)})`, legend: '{{instance}}' }],
          states: [{ value: 1, text: 'here', colour: Colour.NEUTRAL }],
        }),
      ),
      sized(
        12,
        6,
        table({
          title: 'What SLURM says of the worker',
          description:
            'State, host, and the reason that an administrator or a health check gave. A reason stays until somebody clears it: act on it, then resume the worker.',
          unit: MetricUnit.COUNT,
          queries: [
            {
              expr: withHost(
                `max by (node_name, state_base, reason, reservation_name, comment) (${worker('slurm_node_info')})`,
                THE_WORKER,
              ),
            },
          ],
          columns: [
            { title: 'State', label: 'state_base', width: 110 },
            { title: 'Host', label: 'instance' },
            { title: 'Reason', label: 'reason' },
            { title: 'Reservation', label: 'reservation_name' },
            { title: 'Comment', label: 'comment' },
          ],
        }),
      ),
      sized(
        12,
        6,
        table({
          title: 'Jobs on this worker',
          description: 'Jobs that run here now, and for how long. A click on a number leads to the job.',
          unit: MetricUnit.SECONDS,
          queries: [{ expr: `max by (job_id) (${slurm('slurm_job_duration_seconds')}) * on (job_id) group_right () (${jobsHere})` }],
          columns: [
            { title: 'Job', label: 'job_id', links: [toJob(ofColumn('Job'))], width: 110 },
            { title: 'Name', label: 'job_name' },
            { title: 'User', label: 'user_name' },
            { title: 'Partition', label: 'slurm_partition' },
            { title: 'Runs for' },
          ],
          sortBy: 'Runs for',
          noValue: 'no jobs',
        }),
      ),
      sized(
        12,
        7,
        timeseries({
          title: 'Held by jobs',
          description:
            'Share of the CPUs and the memory of the worker that jobs hold, used or not. High here and low in the panels of the host: jobs ask for more than they need.',
          unit: MetricUnit.RATIO,
          min: 0,
          queries: [
            { expr: share('slurm_node_cpus_allocated', 'slurm_node_cpus_total'), legend: 'CPUs' },
            { expr: share('slurm_node_memory_allocated_bytes', 'slurm_node_memory_total_bytes'), legend: 'memory' },
          ],
        }),
      ),
      sized(
        12,
        7,
        byJob === undefined
          ? undefined
          : timeseries({
              title: 'GPU utilisation by job',
              description:
                'Mean utilisation of the GPUs of this host, for each job that ran on them. A job near 0 holds GPUs that others wait for: ask its owner.',
              unit: MetricUnit.PERCENT,
              min: 0,
              max: 100,
              queries: [{ expr: byJob, legend: 'job {{job_id}}' }],
            }),
      ),
    ],
  };
}
