import type { LabelSet } from '../needs';
import { between, chance, oneOf } from '../random';
import type { Source, Thing } from '../series';
import { constant, counter, gauge, type Shape } from '../values';
import { CPUS_OF_A_NODE, GPUS_OF_A_NODE, gpuHostsOf, type Job, listedUntil, partitionsOf, type World } from '../world';
import { every } from './every';

const CPUS = constant(CPUS_OF_A_NODE);
const MEMORY = constant(1_600_000_000_000);

const SHAPES: { readonly [name: string]: Shape } = {
  slurm_node_cpus_total: CPUS,
  slurm_node_cpus_effective: CPUS,
  slurm_node_cpus_allocated: gauge(0, CPUS_OF_A_NODE),
  slurm_node_cpus_idle: gauge(0, CPUS_OF_A_NODE),
  slurm_node_memory_total_bytes: MEMORY,
  slurm_node_memory_effective_bytes: MEMORY,
  slurm_node_gpu_seconds_total: counter(GPUS_OF_A_NODE),
  slurm_node_fails_total: counter(0.00002),
  slurm_job_cpus: CPUS,
  slurm_job_memory_bytes: MEMORY,
};

/** SLURM: workers, jobs, and the controller. */
export const SLURM_EXPORTER: Source = {
  job: 'slurm-exporter',
  // what is written of each scrape has the exporter's pod, what it exposes has not
  targets: (_world, { labels }): LabelSet[] => [labels.has('instance') ? { instance: 'slurm-exporter-7f9c' } : {}],
  *things(world, name, page, target) {
    const shape = SHAPES[name];
    if (name === 'slurm_node_job') for (const job of world.jobs) yield* nodesOf(job);
    else if (name.startsWith('slurm_job_')) for (const job of world.jobs) yield* statesOf(name, job, world);
    else if (name.startsWith('slurm_node_')) for (const host of gpuHostsOf(world)) yield* ofWorker(name, host, world, shape);
    else yield* every(page, target, { message_type: ['REQUEST_PING', 'REQUEST_JOB_INFO'], user: ['root'], user_id: ['0'] });
  },
};

function* nodesOf(job: Job): Generator<Thing> {
  for (const worker of job.workers) {
    yield {
      labels: { job_id: job.id, node_name: worker, nodeset_name: 'worker' },
      shape: constant(1),
      from: job.started,
      to: listedUntil(job),
    };
  }
}

/** A job has a series of `slurm_job_info` for each state that it was in; the other metrics have one. */
function* statesOf(name: string, job: Job, { lengthS }: World): Generator<Thing> {
  const labels = { job_id: job.id };
  if (name === 'slurm_job_duration_seconds') {
    yield { labels, shape: { kind: 'counter', perSecond: 1 }, from: job.started, to: listedUntil(job) };
    return;
  }
  if (name !== 'slurm_job_info') {
    yield { labels, shape: SHAPES[name], from: job.submitted, to: listedUntil(job) };
    return;
  }
  const states: readonly (readonly [state: string, reason: string, from: number, to: number])[] = [
    ['PENDING', oneOf(job.id, ['Resources', 'Priority', 'QOSMaxNodePerUserLimit']), job.submitted, Math.min(job.started, lengthS)],
    ['RUNNING', 'None', job.started, Math.min(job.ended, lengthS)],
    [job.outcome, job.outcome === 'COMPLETED' ? 'None' : 'NonZeroExitCode', job.ended, listedUntil(job)],
  ];
  const known = {
    ...labels,
    slurm_partition: job.partition,
    job_name: `train-${Number(job.id) % 300}`,
    user_name: job.user,
    user_mail: `${job.user}@example.com`,
    user_id: job.user.replace('user-', '10'),
    standard_error: `/home/${job.user}/logs/${job.id}.err`,
    standard_output: `/home/${job.user}/logs/${job.id}.out`,
    submit_time: String(1_736_900_000 + Math.round(job.submitted)),
  };
  for (const [state, reason, from, to] of states) {
    if (to > from) yield { labels: { ...known, job_state: state, job_state_reason: reason }, shape: constant(1), from, to };
  }
}

interface Worker {
  readonly name: string;
  readonly worker: string;
  readonly rack?: string;
}

function* ofWorker(name: string, { name: host, worker, rack = '' }: Worker, world: World, shape: Shape | undefined): Generator<Thing> {
  const labels = { node_name: worker };
  const steady = { state_is_drain: 'false', state_is_maintenance: 'false', state_is_reserved: 'false' };
  switch (name) {
    case 'slurm_node_info':
      for (const { from, to, ...state } of pastOf(worker, world)) {
        const known = { ...labels, ...steady, instance_id: host, address: '10.1.0.1', ...state.labels };
        yield { labels: known, shape: constant(1), from, to };
      }
      return;
    case 'slurm_node_partition':
      for (const partition of partitionsOf(worker)) yield { labels: { ...labels, partition }, shape: constant(1) };
      return;
    case 'slurm_node_nvlink_instance_group':
      yield { labels: { ...labels, instance_id: host, nvlink_instance_group: `nvl-${rack}`, nodeset_name: rack }, shape: constant(1) };
      return;
    case 'slurm_node_gpu_seconds_total':
      for (const state_base of ['IDLE', 'ALLOCATED', 'MIXED']) yield { labels: { ...labels, ...steady, state_base }, shape };
      return;
    case 'slurm_node_fails_total':
      if (fails(worker)) yield { labels: { ...labels, ...steady, state_base: 'DOWN', reason: 'Not responding' }, shape };
      return;
    default: {
      // only nodes that have failed have histograms of it
      const isOfFailures = name.includes('_duration_seconds');
      if (!isOfFailures || fails(worker)) yield { labels, shape };
    }
  }
}

const fails = (worker: string): boolean => chance(`${worker} fails`) < 0.1;

/** What a worker was, one after another: a new series of `slurm_node_info` each time. */
function pastOf(worker: string, { lengthS }: World): readonly { labels: { [label: string]: string }; from: number; to: number }[] {
  const failed = fails(worker) ? between(`${worker} failed`, 0, lengthS) : lengthS;
  const past = [];
  for (let from = 0, turn = 0; from < failed; turn++) {
    const to = Math.min(failed, from + between(`${worker} ${turn}`, 1800, 4 * 3600));
    past.push({
      labels: { state_base: oneOf(`${worker} ${turn} state`, ['ALLOCATED', 'ALLOCATED', 'ALLOCATED', 'MIXED', 'IDLE']) },
      from,
      to,
    });
    from = to;
  }
  const down = { state_base: 'DOWN', state_is_drain: 'true', reason: 'Not responding', is_unavailable: 'true' };
  return failed < lengthS ? [...past, { labels: down, from: failed, to: lengthS }] : past;
}
