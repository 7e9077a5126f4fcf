import { chosen, shifted, slurm } from '../vocabulary';

/** Jobs of the chosen users and partitions, by their state. */
export const jobs = (...matchers: readonly string[]): string =>
  slurm('slurm_job_info', ...matchers, chosen('user', 'user_name'), chosen('partition', 'slurm_partition'));

/** Jobs of the chosen users and partitions that run. */
export const RUNNING = jobs('job_state="RUNNING"');
/** Jobs that are over for whatever reason. */
export const FINISHED = jobs('job_state!~"PENDING|RUNNING|SUSPENDED"');
/** How many nodes each job of a selection has, by `job_id`. */
export const nodesOf = (selection: string): string => `count by (job_id) (${slurm('slurm_node_job')} and on (job_id) ${selection})`;
/** How long each job of a selection has run, in seconds. */
export const durationOf = (selection: string, at = ''): string =>
  `${shifted(slurm('slurm_job_duration_seconds'), at)} and on (job_id) ${shifted(selection, at)}`;
