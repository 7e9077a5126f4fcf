import type { Question } from '../question';
import { controlPlane } from './control-plane';
import { gpuExporter } from './gpu-exporter';
import { grafana } from './grafana';
import { kubeStateMetrics } from './kube-state-metrics';
import { name } from './name';
import { namespaces } from './namespaces';
import { nodeExporter } from './node-exporter';
import { nodes } from './nodes';
import { operator } from './operator';
import { placement } from './placement';
import { platform } from './platform';
import { prometheusOperator } from './prometheus-operator';
import { slurm } from './slurm';
import { slurmExporter } from './slurm-exporter';
import { storage } from './storage';

/** Every question, in the order of the report. A new one is a file beside this one and a line here. */
export const QUESTIONS: readonly Question[] = [
  name,
  slurm,
  platform,
  nodes,
  placement,
  slurmExporter,
  gpuExporter,
  nodeExporter,
  kubeStateMetrics,
  operator,
  prometheusOperator,
  namespaces,
  storage,
  grafana,
  controlPlane,
];
