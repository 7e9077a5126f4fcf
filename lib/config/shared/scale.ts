import type { Scale } from '../../common/scale';
import { NOTES, option, options, type Value } from '../option';
import { wholeNumber } from '../values';

/** What counts of a scale that is left out, as data. */
export const SCALE_DEFAULTS = { nodes: 10, gpusPerNode: 8, cpusPerNode: 128 };

/** What a cluster grows to. */
export const scale: Value<Scale> = options<Scale>(
  {
    nodes: option(
      wholeNumber(1, 10_000, 'count the nodes that the cluster grows to'),
      'Nodes that are scraped, those of the system among them.',
      { default: SCALE_DEFAULTS.nodes },
    ),
    gpusPerNode: option(
      wholeNumber(0, 64, 'count the GPUs of one node; 0 where there are none'),
      'GPUs of a node; 0 where there are none.',
      { default: SCALE_DEFAULTS.gpusPerNode },
    ),
    cpusPerNode: option(
      wholeNumber(1, 1024, 'count the CPUs of one node as nproc does'),
      'CPUs of a node as its kernel counts them, hyper-threads included.',
      { default: SCALE_DEFAULTS.cpusPerNode },
    ),
    pods: option(
      wholeNumber(1, 1_000_000, 'count the pods of all namespaces, or leave it out for 30 a node'),
      'Pods of all namespaces together.',
      { otherwise: '30 for each node', example: 300 },
    ),
  },
  [],
  'what the cluster grows to; write {nodes: 10}',
).register(NOTES, { id: 'Scale' });

/** The scale of one part. */
export function ownScale(): Value<Scale | undefined> {
  return option(
    scale,
    'What the cluster grows to, for this part. It stands for the whole of scale of the pipeline, which is not read then.',
    { otherwise: 'scale of the pipeline', example: { nodes: 10 } },
  );
}
