/**
 * What the sources of a pipeline have series of. To add one: a file here with its targets and what has its metrics, and a line below. Names,
 * labels and intervals come from the pipeline's own schema, so that a source says no more than which GPUs, disks or jobs there are; a label
 * that it does not know is an error that names the metric.
 */
import type { Source } from '../series';
import { DCGM_EXPORTER } from './dcgm-exporter';
import { KUBE_STATE_METRICS } from './kube-state-metrics';
import { KUBELET } from './kubelet';
import { NODE_EXPORTER } from './node-exporter';
import { PROGRAMS } from './programs';
import { SLURM_EXPORTER } from './slurm-exporter';

export const SOURCES: readonly Source[] = [DCGM_EXPORTER, NODE_EXPORTER, KUBELET, KUBE_STATE_METRICS, SLURM_EXPORTER, ...PROGRAMS];
