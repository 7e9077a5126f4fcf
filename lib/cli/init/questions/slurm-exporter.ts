import { titleOf } from '../objects';
import type { Question, Remark } from '../question';
import { restServiceOf, slurmSide } from './slurm';

/** Whether the SLURM exporter is deployed, and whether it will have something to read. */
export const slurmExporter: Question = {
  about: 'the SLURM exporter',
  option: 'slurmExporter.deploy',
  needs: ['deployments.apps', 'services'],
  uses: ['slurmclusters.slurm.nebius.ai'],
  secrets(facts) {
    const { chosen, clusters, exporter } = slurmSide(facts);
    return exporter || clusters.length === 0 ? [] : [{ namespace: chosen.namespace, name: secretOf(chosen.name) }];
  },
  ask(facts) {
    const { chosen, clusters, exporter } = slurmSide(facts);
    const option = 'slurmExporter.deploy';
    if (exporter) return { choices: [{ option, value: false, why: `Deployment ${titleOf(exporter)} of Soperator` }] };
    const choices = [{ option, value: true, why: `no SLURM exporter of Soperator in namespace ${chosen.namespace}` }];
    if (clusters.length === 0) return { choices };
    const rest = restServiceOf(chosen);
    const secret = secretOf(chosen.name);
    const isThere = facts.of('services').some(({ metadata }) => metadata.namespace === chosen.namespace && metadata.name === rest);
    const doubts: Remark[] = [];
    if (!isThere) {
      doubts.push({
        option: 'slurmExporter.slurmApiServer',
        text: `where is slurmrestd? There is no Service ${chosen.namespace}/${rest}, and the exporter reads it; switch it on with slurmNodes.rest.enabled, or give its URL`,
      });
    }
    if (facts.data.secrets?.[`${chosen.namespace}/${secret}`] === false) {
      doubts.push({
        option: 'slurmExporter.slurmApiServer',
        text: `where is its key? There is no Secret ${chosen.namespace}/${secret}, and the exporter signs its token with it; Soperator makes it`,
      });
    }
    return {
      choices,
      remarks: isThere ? [{ option: 'slurmExporter.slurmApiServer', text: `Service ${chosen.namespace}/${rest}` }] : [],
      doubts,
    };
  },
};

function secretOf(slurmCluster: string): string {
  return `${slurmCluster}-rest-jwt-key`;
}
