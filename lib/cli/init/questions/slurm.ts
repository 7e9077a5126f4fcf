import type { Facts } from '../facts';
import { carries, podLabels, type Service, some, titleOf, type Workload } from '../objects';
import type { Answer, Choice, Question, Remark } from '../question';

/** A SLURM cluster. */
export interface SlurmCluster {
  readonly namespace: string;
  readonly name: string;
}

/** What is there of SLURM and of Soperator. */
export interface SlurmSide {
  /** Every SLURM cluster that is known, in the order of their namespaces and names. */
  readonly clusters: readonly SlurmCluster[];
  /** By what they are known. */
  readonly by: 'SlurmCluster' | 'SLURM exporter' | 'Service of slurmrestd';
  /** The one that the pipeline is for; the default, where none is known. */
  readonly chosen: SlurmCluster;
  /** Soperator's exporter of that cluster. */
  readonly exporter?: Workload;
  /** Services of metrics of Soperator's manager. */
  readonly managers: readonly Service[];
}

/** Names that count where nothing is seen: those of Soperator's charts. */
const DEFAULT: SlurmCluster = { namespace: 'soperator', name: 'soperator' };
const REST_PORT = 6820;
const MANAGER_LABELS = { 'app.kubernetes.io/name': 'helm-soperator-metrics' };
const MANAGER = 'soperator-controller-manager';

/** What is there of SLURM. A cluster is known by its resource, else by what Soperator makes for it. */
export function slurmSide(facts: Facts): SlurmSide {
  const resources = facts.of('slurmclusters.slurm.nebius.ai').map((object) => named(object.metadata.namespace, object.metadata.name));
  const exporters = facts.of('deployments.apps').filter(isSlurmExporter);
  const exported = exporters.map((one) => named(one.metadata.namespace, podLabels(one)['app.kubernetes.io/instance'] ?? DEFAULT.name));
  const rested = facts
    .of('services')
    .filter(isRest)
    .map(({ metadata }) => named(metadata.namespace, metadata.name.replace(/-rest-svc$/, '')));
  const by = resources.length > 0 ? 'SlurmCluster' : exported.length > 0 ? 'SLURM exporter' : 'Service of slurmrestd';
  const found = resources.length > 0 ? resources : exported.length > 0 ? exported : rested;
  const clusters = [...found].sort((a, b) => (title(a) < title(b) ? -1 : 1));
  const chosen = clusters.find((one) => title(one) === title(DEFAULT)) ?? clusters[0] ?? DEFAULT;
  return {
    clusters,
    by,
    chosen,
    exporter: exporters.find(
      (one) => one.metadata.namespace === chosen.namespace && podLabels(one)['app.kubernetes.io/instance'] === chosen.name,
    ),
    managers: facts.of('services').filter(({ metadata }) => carries(metadata.labels, MANAGER_LABELS)),
  };
}

/** Name of the Service of slurmrestd of a SLURM cluster. */
export function restServiceOf({ name }: SlurmCluster): string {
  return `${name}-rest-svc`;
}

/** Which SLURM cluster the pipeline is for, and where Soperator is. */
export const slurm: Question = {
  about: 'the SLURM cluster',
  option: 'slurmCluster',
  needs: ['services', 'deployments.apps'],
  uses: ['slurmclusters.slurm.nebius.ai', 'namespaces'],
  ask(facts) {
    const side = slurmSide(facts);
    const answers = [clusterOf(side), managerOf(side, facts)];
    return {
      choices: answers.flatMap(({ choices = [] }) => choices),
      doubts: answers.flatMap(({ doubts = [] }) => doubts),
    };
  },
};

function clusterOf({ clusters, by, chosen }: SlurmSide): Answer {
  if (clusters.length === 0) {
    const text = `where will SLURM be? None was seen, so ${title(chosen)} is expected, and the namespace must exist before the manifests are applied`;
    return { doubts: [{ option: 'slurmCluster', text }] };
  }
  const why =
    by === 'Service of slurmrestd' ? `Service ${chosen.namespace}/${restServiceOf(chosen)} of slurmrestd` : `${by} ${title(chosen)}`;
  const choices: Choice[] = [
    { option: 'slurmCluster', value: chosen.name, why },
    { option: 'namespaces.slurm', value: chosen.namespace, why },
  ];
  if (clusters.length === 1) return { choices };
  const text = `which SLURM cluster is meant? There are ${some(clusters.map(title), 5)}, one file is for one, and this one is for ${title(chosen)}`;
  return { choices, doubts: [{ option: 'slurmCluster', text: `${text}; for another, change slurmCluster and namespaces.slurm` }] };
}

function managerOf({ managers }: SlurmSide, facts: Facts): Answer {
  const option = 'namespaces.soperatorSystem';
  const [first] = managers;
  if (first) {
    const choice = { option, value: first.metadata.namespace, why: `Service ${titleOf(first)} of Soperator's manager` };
    const doubts: Remark[] =
      managers.length === 1
        ? []
        : [{ option, text: `which manager is meant? There are Services ${some(managers.map(titleOf))}; ${titleOf(first)} is scraped` }];
    return { choices: [choice], doubts };
  }
  const deployment = facts.of('deployments.apps').find(({ metadata }) => metadata.name === MANAGER);
  if (deployment) {
    const text = `where are its metrics? Deployment ${titleOf(deployment)} is there, and no Service with ${labelsText()}; switch metrics on in its chart`;
    const why = `Deployment ${titleOf(deployment)}`;
    return { choices: [{ option, value: deployment.metadata.namespace, why }], doubts: [{ option, text }] };
  }
  const text = `where will Soperator's manager be? No Service with ${labelsText()} was seen; soperator-system is expected, and must exist before the manifests are applied`;
  return { doubts: [{ option, text }] };
}

function labelsText(): string {
  return Object.entries(MANAGER_LABELS)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Soperator's exporter of a SLURM cluster. */
function isSlurmExporter(workload: Workload): boolean {
  return carries(podLabels(workload), { 'app.kubernetes.io/name': 'slurm-cluster', 'app.kubernetes.io/component': 'exporter' });
}

function isRest({ metadata, spec }: Service): boolean {
  return metadata.name.endsWith('-rest-svc') && (spec.ports ?? []).some(({ port }) => port === REST_PORT);
}

function named(namespace: string | undefined, name: string): SlurmCluster {
  return { namespace: namespace ?? 'default', name };
}

function title({ namespace, name }: SlurmCluster): string {
  return `${namespace}/${name}`;
}
