import { QueryVariableBuilder, type VariableModel, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import { anyOf, DATASOURCE, gpu, hostsOfWorkers, oneOf, slurm } from '../vocabulary';
import { THE_WORKER } from './selectors';

/** One worker: of each, the page shows GPUs, disks and devices one by one. Workers beside each other are another page. */
const WORKER = oneOf({
  name: 'worker',
  label: 'Worker',
  description: 'Worker that is shown, by the name of its SLURM node',
  series: slurm('slurm_node_info'),
  of: 'node_name',
});

/** When the worker was last seen on each host, the latest first. A minute is as often as a worker can move. */
const hosts = `sort_desc(max by (instance) (max_over_time(${hostsOfWorkers(THE_WORKER, (selector) => `timestamp(${selector})`)}[$__range:1m])))`;

/**
 * The host of the worker. The names alone would come in the order of the alphabet, so that the first could be one that the worker has left;
 * by when it was seen there, the first is where it is, and the others can still be chosen.
 */
function hostVariable(): VariableModel {
  const query = `query_result(${hosts})`;
  return new QueryVariableBuilder('node')
    .label('Host')
    .description('Host whose GPUs and devices are shown: where the worker is, or another on which it was within the time range')
    .datasource(DATASOURCE)
    .query({ query, refId: 'variable-node' })
    .definition(query)
    .regex('/instance="([^"]+)"/')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
    .build();
}

/** What the page can be narrowed to. */
export const variables = (): VariableModel[] => [
  WORKER,
  hostVariable(),
  anyOf({
    name: 'gpu',
    label: 'GPU',
    description: 'GPUs that the panels of single GPUs show; workers without GPUs have none to choose',
    series: gpu('DCGM_FI_DEV_GPU_UTIL', 'instance="$node"'),
    of: 'gpu',
  }),
];
