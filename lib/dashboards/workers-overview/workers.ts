import { type NodeState, nodesIn } from '../node-states';
import type { Scope } from '../usage/scope';
import { chosen, eachGpu, gpu, hostsOfWorkers, type Select, slurm, type WorkerMatcher, withNodeName } from '../vocabulary';

/** SLURM nodes that the variables leave out: they have partitions, and none of them is chosen. One without any partition stays. */
export const ELSEWHERE = `(${slurm('slurm_node_partition')} unless on (node_name) ${slurm('slurm_node_partition', chosen('partition'))})`;

/** Matcher of the chosen workers. */
export const CHOSEN: WorkerMatcher = (label) => chosen('worker', label);

/** Series of SLURM about the chosen workers. */
export const workers: Select = (metric, ...matchers) =>
  `(${slurm(metric, CHOSEN('node_name'), ...matchers)} unless on (node_name) ${ELSEWHERE})`;

/** One series for each chosen worker, whatever else of it changed. */
export const EACH_WORKER = `max by (node_name) (${workers('slurm_node_info')})`;

/** The same for workers in any of some states. */
export const workersIn = (...states: readonly NodeState[]): string =>
  `max by (node_name) ((${nodesIn(...states)}) and on (node_name) ${workers('slurm_node_info')})`;

/** The chosen workers, with their GPUs and hosts. */
export const CHOSEN_WORKERS: Scope = {
  whose: 'the chosen workers',
  gpus: (metric) => {
    const once = eachGpu(gpu(metric, CHOSEN('exported_pod')));
    return `(${withNodeName(once)} unless on (node_name) ${ELSEWHERE})`;
  },
  hosts: `(${hostsOfWorkers(CHOSEN)} unless on (node_name) ${ELSEWHERE})`,
  laggards: false,
};
