import { Platform } from '../../../../charts/options';
import { SOPERATOR_MONITORING } from '../../../../charts/platforms';
import { titleOf } from '../objects';
import type { Question } from '../question';
import { gpuExporterOfOperator } from './gpu-exporter';
import { vmOperators } from './operator';
import { slurmSide } from './slurm';

/** What the cluster brings along. What a platform brings and is not there, or is elsewhere, is said by the parts. */
export const platform: Question = {
  about: 'what the cluster brings along',
  option: 'platform',
  needs: ['deployments.apps', 'services'],
  uses: ['daemonsets.apps', 'slurmclusters.slurm.nebius.ai'],
  ask(facts) {
    const { exporter, clusters, managers } = slurmSide(facts);
    const operator = vmOperators(facts).find(({ metadata }) => metadata.namespace === SOPERATOR_MONITORING);
    const gpu = gpuExporterOfOperator(facts);
    const hasSoperator = clusters.length + managers.length > 0;
    const seen: [Platform, string][] = [
      ...(exporter
        ? ([[Platform.SOPERATOR, `Deployment ${titleOf(exporter)} is Soperator's SLURM exporter`]] as [Platform, string][])
        : []),
      ...(!exporter && hasSoperator && operator
        ? ([[Platform.SOPERATOR, `Deployment ${titleOf(operator)} is the VictoriaMetrics operator of Soperator's charts`]] as [
            Platform,
            string,
          ][])
        : []),
      ...(gpu ? ([[Platform.GPU_OPERATOR, `DaemonSet ${titleOf(gpu)} is the GPU operator's exporter`]] as [Platform, string][]) : []),
    ];
    if (seen.length === 0) {
      const why = 'neither a SLURM exporter of Soperator nor a GPU exporter of the GPU operator';
      return { choices: [{ option: 'platform', value: Platform.NONE, why }] };
    }
    const [first, ...others] = seen.map(([name]) => name);
    return {
      choices: [{ option: 'platform', value: others.length > 0 ? [first, ...others] : first, why: seen.map(([, why]) => why).join('; ') }],
    };
  },
};
