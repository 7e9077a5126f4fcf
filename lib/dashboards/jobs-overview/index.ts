import { gpuPanelsByWorker, xidTable } from '../usage/gpus-by-worker';
import { guide, POINTS } from '../usage/guide';
import { UTILISATION_OF_JOBS } from '../usage/limits';
import { overall } from '../usage/overall';
import { quickStats } from '../usage/quick-stats';
import type { Scope } from '../usage/scope';
import {
  anyOf,
  chosen,
  type DashboardDefinition,
  DashboardUid,
  dashboard,
  gpusHeldByJobs,
  hostsOfWorkers,
  JobAttribution,
  slurm,
  textBox,
  type VariableModel,
} from '../vocabulary';
import { gpusByJob, jobDetails, workersOfJobs } from './details';
import { CHOSEN_JOBS, RUNNING } from './jobs';
import { queue, queueStats } from './queue';

const TITLE = 'Jobs overview';

const variables = (): VariableModel[] => [
  anyOf({
    name: 'partition',
    label: 'Partition',
    description: 'Partitions that jobs were sent to',
    series: slurm('slurm_job_info'),
    of: 'slurm_partition',
  }),
  anyOf({ name: 'user', label: 'User', description: 'Owners of jobs', series: slurm('slurm_job_info'), of: 'user_name' }),
  textBox(
    'hidden_user',
    'Without users',
    'Pattern of users whose jobs are left out while many are shown: those of health checks. Empty shows everybody',
    'soperatorchecks',
  ),
  anyOf({
    name: 'job_id',
    label: 'Job',
    description: 'Jobs that SLURM listed within the range',
    series: slurm('slurm_job_info', 'user_name!~"$hidden_user"', chosen('user', 'user_name'), chosen('partition', 'slurm_partition')),
    of: 'job_id',
  }),
  anyOf({
    name: 'worker',
    label: 'Worker',
    description: 'Workers of the chosen jobs: SLURM nodes',
    series: slurm('slurm_node_job', chosen('job_id')),
    of: 'node_name',
  }),
];

/** Running jobs, on the workers that are chosen. Health checks count: they hold GPUs like other jobs. */
function scope(attribution: JobAttribution): Scope {
  const held = `${slurm('slurm_node_job')} and on (job_id) ${slurm('slurm_job_info', RUNNING, ...CHOSEN_JOBS)}`;
  return {
    whose: 'the chosen running jobs',
    gpus: (metric) => {
      const gpus = gpusHeldByJobs(attribution, { metric, matchers: [chosen('worker', 'exported_pod')], jobs: CHOSEN_JOBS });
      return gpus && `(${gpus})`;
    },
    hosts: `(${hostsOfWorkers((label) => chosen('worker', label))} and on (node_name) (${held}))`,
    laggards: true,
  };
}

/** Which GPUs count for a job, in words. */
const GPUS_OF_A_JOB: { readonly [attribution in JobAttribution]: string } = {
  [JobAttribution.JOIN]: 'A job has the GPUs of its nodes. Where jobs share a node, each of them shows all GPUs of that node.',
  [JobAttribution.LABEL]: 'A job has the GPUs for which the GPU exporter names it.',
  [JobAttribution.NONE]: 'GPUs are not attributed to jobs here: see Workers overview for them.',
};

/** Jobs: whether they get their turn, how they end, and what they make of the GPUs and hosts they hold. */
export const JOBS_OVERVIEW: DashboardDefinition = {
  uid: DashboardUid.JOBS_OVERVIEW,
  name: 'jobs-overview',
  title: TITLE,
  build: ({ jobAttribution }) => {
    const running = scope(jobAttribution);
    return dashboard({
      uid: DashboardUid.JOBS_OVERVIEW,
      title: TITLE,
      description: 'Jobs of SLURM: whether they get their turn, how they end, and what they make of the GPUs and hosts they hold.',
      variables: variables(),
      rows: [
        { title: 'Are jobs well?', panels: queueStats(jobAttribution) },
        { title: 'What running jobs use now', panels: quickStats(running, UTILISATION_OF_JOBS) },
        { title: 'Jobs', panels: [...jobDetails(), workersOfJobs(jobAttribution)] },
        { title: 'Queue', panels: queue() },
        { title: 'GPUs by job', panels: gpusByJob(jobAttribution) },
        { title: 'All running jobs together', panels: overall(running) },
        { title: 'GPUs by worker', panels: [...gpuPanelsByWorker(running), xidTable(running, 24, 8)] },
        guide(
          '**Partition**, **User** and **Job** choose jobs; **Without users** leaves out those of health checks where jobs are counted and listed, but not a job that is chosen by its number. **Worker** narrows what is measured to some of their workers.',
          'GPUs, hosts and workers count while a running job holds them: at each point of a graph, those of the jobs that ran then. Health checks are jobs, too.',
          GPUS_OF_A_JOB[jobAttribution],
          ...POINTS,
        ),
      ],
    });
  },
};
