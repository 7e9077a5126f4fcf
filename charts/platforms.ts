import { Duration } from 'cdk8s';
import { PodSecurityLevel } from '../lib/common/namespaces';
import { type MetricsPipelineProps, Platform } from './options';

/** Version of the VictoriaMetrics operator that Soperator's charts install. */
const SOPERATOR_VM_OPERATOR = '0.70.1';
/** Namespace that Soperator's charts install their monitoring into. */
export const SOPERATOR_MONITORING = 'monitoring-system';
/** Namespace that NVIDIA's chart of the GPU operator is installed into. */
const GPU_OPERATOR_NAMESPACE = 'gpu-operator';

/** Both platforms leave the exporter at reading the GPUs every 30 s; scraped more often it would say the same again. */
const EXTERNAL_GPU_INTERVAL = Duration.seconds(30);

/** What a platform says about parts, below what the user says. */
type Preset = Pick<MetricsPipelineProps, 'slurmExporter' | 'dcgmExporter' | 'vmOperator' | 'vmAgent' | 'namespaces'>;

/**
 * What the platforms bring: each deploys some parts itself, which are then only scraped.
 *
 * With both, SLURM exporter and operator are Soperator's and the GPU exporter is the GPU operator's: Soperator's own stays off where
 * that one runs.
 *
 * @param monitoring name of the pipeline's monitoring namespace
 */
export function presets(platforms: readonly Platform[], monitoring: string): Preset {
  const soperator = platforms.includes(Platform.SOPERATOR);
  const gpuOperator = platforms.includes(Platform.GPU_OPERATOR);
  return {
    ...(soperator
      ? {
          slurmExporter: { deploy: false },
          vmOperator: { deploy: false, namespace: SOPERATOR_MONITORING, version: SOPERATOR_VM_OPERATOR },
          // its operator converts ServiceMonitors to scrapes of the same targets, right where the agent looks
          vmAgent: { userScrapes: { requireLabel: true } },
          // while it is Soperator's namespace: there is a node exporter in it that a stricter level would stop
          namespaces: { monitoringPodSecurity: monitoring === SOPERATOR_MONITORING ? PodSecurityLevel.UNMANAGED : undefined },
          dcgmExporter: { deploy: false, scrapeInterval: EXTERNAL_GPU_INTERVAL },
        }
      : {}),
    ...(gpuOperator ? { dcgmExporter: { deploy: false, namespace: GPU_OPERATOR_NAMESPACE, scrapeInterval: EXTERNAL_GPU_INTERVAL } } : {}),
  };
}
