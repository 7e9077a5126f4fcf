import { MetricUnit } from '../../common/metric-family';
import { ALL_NODES } from '../node-states';
import { Aggregation, gpusOfJobs, type JobAttribution, type Row, sized, slurm, timeseries } from '../vocabulary';
import { orZero } from '../zero';
import { jobs, RUNNING } from './job-queries';

const { COUNT, PERCENT } = MetricUnit;

/** Each running job with its user, once. */
const OWNERS = `max by (job_id, user_name) (${RUNNING})`;
const byOwner = '* on (job_id) group_left (user_name)';

const graph = (...[parts]: Parameters<typeof timeseries>) => sized(8, 9, timeseries(parts));

/** Who uses the cluster. */
export function usersRow(attribution: JobAttribution): Row {
  const perJob = gpusOfJobs(attribution, Aggregation.MEAN, { metric: 'DCGM_FI_DEV_GPU_UTIL' });
  return {
    title: 'Users',
    collapsed: true,
    panels: [
      graph({
        title: 'Nodes by user',
        description: 'How many nodes the running jobs of each user have. A node that jobs share counts for each of them.',
        unit: COUNT,
        stacked: true,
        queries: [{ expr: `count by (user_name) (${slurm('slurm_node_job')} ${byOwner} ${OWNERS})`, legend: '{{user_name}}' }],
      }),
      graph({
        title: 'Running jobs by user',
        description: 'How many jobs of each user run.',
        unit: COUNT,
        stacked: true,
        queries: [{ expr: `count by (user_name) (${RUNNING})`, legend: '{{user_name}}' }],
      }),
      graph({
        title: 'Listed jobs by user',
        description: 'How many jobs of each user SLURM lists: waiting, running, and those that finished a short while ago.',
        unit: COUNT,
        stacked: true,
        queries: [{ expr: `count by (user_name) (${jobs()})`, legend: '{{user_name}}' }],
      }),
      perJob === undefined
        ? undefined
        : graph({
            title: 'GPU utilisation by user',
            description:
              'Share of time in which a kernel ran, mean of the running jobs of each user. A low line with many nodes above is worth a talk.',
            unit: PERCENT,
            min: 0,
            max: 100,
            queries: [{ expr: `avg by (user_name) (${perJob} ${byOwner} ${OWNERS})`, legend: '{{user_name}}' }],
          }),
      graph({
        title: 'Active users',
        description: 'Users with running jobs, and users with any job that SLURM lists.',
        unit: COUNT,
        queries: [
          { expr: orZero(`count(count by (user_name) (${RUNNING}))`, ALL_NODES), legend: 'with running jobs' },
          { expr: orZero(`count(count by (user_name) (${jobs()}))`, ALL_NODES), legend: 'with any job' },
        ],
      }),
    ],
  };
}
