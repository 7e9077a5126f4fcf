import { eachGpu, gpu, slurm, withNodeName } from './selectors';

/** How series of GPUs find the job that uses them. */
export enum JobAttribution {
  /** By SLURM's list of nodes and jobs. Needs nothing; GPUs of a node that jobs share count for each of them. */
  JOIN = 'join',
  /** By the label `hpc_job`, which the GPU exporter sets from the mapping directory that SLURM's prolog writes. */
  LABEL = 'label',
  /** Not at all: panels about GPUs of jobs are left out. */
  NONE = 'none',
}

/** What becomes of the GPUs of one job. */
export enum Aggregation {
  MEAN = 'avg',
  SUM = 'sum',
  MIN = 'min',
  MAX = 'max',
}

/** What is asked of the GPUs of jobs. */
export interface JobGpus {
  /** Metric of the GPU exporter. */
  readonly metric: string;
  /** Matchers of the GPU series. @default - all */
  readonly matchers?: readonly string[];
  /** What is made of the series of each GPU, such as its mean over a while; the labels stay. @default - nothing */
  readonly perGpu?: (series: string) => string;
  /** Matchers of jobs, on labels of `slurm_job_info`. @default - all running jobs */
  readonly jobs?: readonly string[];
}

/** The jobs that are meant: those that run, so that a finished one does not claim the GPUs of its successor. */
const runningJobs = (jobs: readonly string[] = []): string => slurm('slurm_job_info', 'job_state="RUNNING"', ...jobs);

/** One series for each job and node it runs on, with `job_id` and `node_name` only, whatever else changed in between. */
const nodesOfJobs = (jobs?: readonly string[]): string =>
  `max by (job_id, node_name) (${slurm('slurm_node_job')} and on (job_id) ${runningJobs(jobs)})`;

const withJobId = (query: string): string => `label_replace(${query}, "job_id", "$1", "hpc_job", "(.+)")`;

/**
 * One series for each running job and each of its nodes, with the labels `job_id` and `node_name`: the GPUs of the node, aggregated.
 *
 * @returns nothing when jobs are not attributed
 */
export function gpusOfJobNodes(attribution: JobAttribution, aggregation: Aggregation, gpus: JobGpus): string | undefined {
  const { metric, matchers = [], perGpu = (series) => series, jobs } = gpus;
  switch (attribution) {
    case JobAttribution.JOIN: {
      const perNode = `${aggregation} by (node_name) (${withNodeName(eachGpu(perGpu(gpu(metric, ...matchers))))})`;
      // the job's node is 1: multiplying by it keeps the value of the GPUs
      return `${nodesOfJobs(jobs)} * on (node_name) group_left () ${perNode}`;
    }
    case JobAttribution.LABEL: {
      const perNode = `${aggregation} by (job_id, node_name) (${withNodeName(withJobId(perGpu(gpu(metric, 'hpc_job!=""', ...matchers))))})`;
      return `${perNode} and on (job_id) ${runningJobs(jobs)}`;
    }
    case JobAttribution.NONE:
      return undefined;
  }
}

/**
 * One series for each running job, with the label `job_id`: all its GPUs, aggregated. A mean is that of its nodes' means.
 *
 * @returns nothing when jobs are not attributed
 */
export function gpusOfJobs(attribution: JobAttribution, aggregation: Aggregation, gpus: JobGpus): string | undefined {
  const perNode = gpusOfJobNodes(attribution, aggregation, gpus);
  return perNode && `${aggregation} by (job_id) (${perNode})`;
}

/**
 * The series of single GPUs, with all their labels and `node_name`, that chosen jobs hold or held: for pages about a few jobs. Finished
 * jobs have theirs too, for the time that they ran.
 *
 * @param jobs matcher of `job_id`, such as `job_id=~"$job_id"`
 * @returns nothing when jobs are not attributed
 */
export function singleGpusOfJobs(attribution: JobAttribution, metric: string, jobs: string): string | undefined {
  switch (attribution) {
    case JobAttribution.JOIN:
      return `${withNodeName(eachGpu(gpu(metric)))} and on (node_name) (${slurm('slurm_node_job', jobs)} and on (job_id) ${runningJobs()})`;
    case JobAttribution.LABEL:
      return withNodeName(gpu(metric, jobs.replace(/^job_id/, 'hpc_job')));
    case JobAttribution.NONE:
      return undefined;
  }
}

/**
 * The series of single GPUs, each once, with their own labels and `node_name`, while a running job holds them: for pages that choose jobs
 * by what SLURM knows of them, such as user and partition.
 *
 * @returns nothing when jobs are not attributed
 */
export function gpusHeldByJobs(attribution: JobAttribution, { metric, matchers = [], jobs }: JobGpus): string | undefined {
  switch (attribution) {
    case JobAttribution.JOIN: {
      const held = `${slurm('slurm_node_job')} and on (job_id) ${runningJobs(jobs)}`;
      return `${withNodeName(eachGpu(gpu(metric, ...matchers)))} and on (node_name) (${held})`;
    }
    case JobAttribution.LABEL: {
      const held = `${withNodeName(withJobId(gpu(metric, 'hpc_job!=""', ...matchers)))} and on (job_id) ${runningJobs(jobs)}`;
      // a GPU that jobs share has its series once for each
      return `max without (job_id, hpc_job) (${held})`;
    }
    case JobAttribution.NONE:
      return undefined;
  }
}
