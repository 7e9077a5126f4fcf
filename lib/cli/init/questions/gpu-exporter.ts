import type { Facts } from '../facts';
import { carries, containersOf, count, podLabels, type Strings, some, titleOf, type Workload } from '../objects';
import type { Answer, Choice, Question, Remark } from '../question';
import { levelOf, nodeExporterNamespace } from './namespaces';
import { findsNodeExporter } from './node-exporter';
import { slurmSide } from './slurm';

/** Pods of the GPU exporter as GPU operator and Soperator label them, which is what is looked for by default. */
const USUAL_LABELS: Strings = { app: 'nvidia-dcgm-exporter' };
const USUAL_PORT = 'metrics';
/** Namespace of NVIDIA's chart. */
const GPU_OPERATOR = 'gpu-operator';
const EXPORTER_PORT = 9400;

/** GPU exporters of others. */
export function gpuExporters(facts: Facts): readonly Workload[] {
  return facts
    .of('daemonsets.apps')
    .filter(
      (workload) =>
        carries(podLabels(workload), USUAL_LABELS) ||
        containersOf(workload).some(({ image = '' }) => /(^|\/)dcgm-exporter[:@]/.test(image)),
    );
}

/** The exporter that the GPU operator made. */
export function gpuExporterOfOperator(facts: Facts): Workload | undefined {
  return gpuExporters(facts).find(
    ({ metadata }) => metadata.namespace === GPU_OPERATOR || metadata.ownerReferences?.some(({ kind }) => kind === 'ClusterPolicy'),
  );
}

/** Whether the GPU exporter is deployed, and where somebody else's is. */
export const gpuExporter: Question = {
  about: 'the GPU exporter',
  option: 'dcgmExporter.deploy',
  needs: ['daemonsets.apps'],
  uses: ['namespaces', 'services', 'deployments.apps', 'slurmclusters.slurm.nebius.ai'],
  ask(facts) {
    const all = gpuExporters(facts);
    const theirs = gpuExporterOfOperator(facts) ?? busiest(all);
    if (!theirs) return ownExporter(facts);
    const namespace = theirs.metadata.namespace ?? 'default';
    const where = `DaemonSet ${titleOf(theirs)}`;
    const choices: Choice[] = [
      { option: 'dcgmExporter.deploy', value: false, why: `${where} runs on ${count(theirs.status?.desiredNumberScheduled ?? 0, 'node')}` },
      { option: 'dcgmExporter.namespace', value: namespace, why: where },
      { option: 'dcgmExporter.scrapeInterval', value: '30s', why: `${where} reads the GPUs every 30 s unless it is told otherwise` },
    ];
    if (!carries(podLabels(theirs), USUAL_LABELS)) {
      choices.push({
        option: 'dcgmExporter.selector',
        value: theirs.spec.selector?.matchLabels ?? podLabels(theirs),
        why: `pods of ${where}`,
      });
    }
    const port = containersOf(theirs)
      .flatMap(({ ports = [] }) => ports)
      .find(({ name, containerPort }) => name === USUAL_PORT || containerPort === EXPORTER_PORT)?.name;
    const doubts: Remark[] = [];
    if (port === undefined) {
      doubts.push({
        option: 'dcgmExporter.portNames',
        text: `which port has the metrics? ${where} names none; give the port ${EXPORTER_PORT} of its container the name ${USUAL_PORT}`,
      });
    } else if (port !== USUAL_PORT) {
      choices.push({ option: 'dcgmExporter.portNames', value: [port], why: `port of ${where}` });
    }
    if (all.length > 1) {
      doubts.push({
        option: 'dcgmExporter.namespace',
        text: `which GPU exporter is meant? There are DaemonSets ${some(all.map(titleOf))}, and ${titleOf(theirs)} is scraped; where each runs on nodes of its own, list their namespaces in dcgmExporter.namespaces`,
      });
    }
    return { choices, doubts };
  },
};

/** Ours, in a namespace that admits it. */
function ownExporter(facts: Facts): Answer {
  const choices: Choice[] = [{ option: 'dcgmExporter.deploy', value: true, why: 'no GPU exporter of anybody else' }];
  const { namespace } = slurmSide(facts).chosen;
  const level = levelOf(facts, namespace);
  if (level === undefined || level === 'privileged') return { choices };
  const why = `namespace ${namespace} enforces Pod Security level ${level}, which does not admit files of the node`;
  if (!findsNodeExporter(facts)) {
    return {
      choices: [...choices, { option: 'dcgmExporter.namespace', value: nodeExporterNamespace(facts), why: `${why}; this one does` }],
    };
  }
  const text = `where may it run? ${why[0]?.toUpperCase()}${why.slice(1)}; name a namespace that is privileged`;
  return { choices, doubts: [{ option: 'dcgmExporter.namespace', text }] };
}

function busiest(all: readonly Workload[]): Workload | undefined {
  const nodesOf = ({ status }: Workload) => status?.desiredNumberScheduled ?? 0;
  return [...all].sort((a, b) => nodesOf(b) - nodesOf(a))[0];
}
