import { POD_SECURITY_LABEL, PodSecurityLevel } from '../../../common/namespaces';
import { defaultOf } from '../defaults';
import { type Facts, isOurs } from '../facts';
import { type KubeObject, some, titleOf } from '../objects';
import type { Choice, Question } from '../question';

const MONITORING = String(defaultOf(['namespaces', 'monitoring']));
const NODE_EXPORTER = String(defaultOf(['namespaces', 'nodeExporter']));
/** Names that are tried where the usual one is somebody else's. */
const OTHER_MONITORING = ['metrics-system', 'soperator-metrics'];
const OTHER_NODE_EXPORTER = ['metrics-node-exporter', 'soperator-node-exporter'];

/** Pod Security level that a namespace enforces. */
export function levelOf(facts: Facts, name: string): string | undefined {
  return facts.find('namespaces', name)?.metadata.labels?.[POD_SECURITY_LABEL];
}

/** Objects of somebody else with names that ours would have, in the usual namespace. */
function sameNames(facts: Facts): readonly KubeObject[] {
  const [agent, store, grafana, states] = ['vmAgent', 'vmSingle', 'grafana', 'kubeStateMetrics'].map((part) =>
    String(defaultOf([part, 'name'])),
  );
  const inNamespace = ({ metadata }: KubeObject) => metadata.namespace === MONITORING;
  // what an operator made of an agent or store belongs to whom that belongs
  const isMade = ({ metadata }: KubeObject) => metadata.ownerReferences?.some(({ kind }) => kind === 'VMAgent' || kind === 'VMSingle');
  return [
    ...facts.of('vmagents.operator.victoriametrics.com').filter(({ metadata }) => metadata.name === agent),
    ...facts.of('vmsingles.operator.victoriametrics.com').filter(({ metadata }) => metadata.name === store),
    ...facts
      .of('services')
      .filter((service) => !isMade(service) && [`vmagent-${agent}`, `vmsingle-${store}`, grafana, states].includes(service.metadata.name)),
  ].filter(inNamespace);
}

/** Where agent, store and view go. */
export function monitoringNamespace(facts: Facts): string {
  return sameNames(facts).length === 0 ? MONITORING : free(facts, OTHER_MONITORING);
}

/** Where the node exporter goes, and why it is not the usual place. */
function nodeExporterPlace(facts: Facts): { readonly name: string; readonly why?: string } {
  const there = facts.find('namespaces', NODE_EXPORTER);
  const level = levelOf(facts, NODE_EXPORTER);
  if (!there || isOurs(there) || level === undefined || level === PodSecurityLevel.PRIVILEGED) return { name: NODE_EXPORTER };
  const why = `namespace ${NODE_EXPORTER} is there and somebody else's, at level ${level}, which does not admit a node exporter`;
  return { name: free(facts, OTHER_NODE_EXPORTER), why };
}

/** Where the node exporter goes: the one namespace of ours that admits files of the node. */
export function nodeExporterNamespace(facts: Facts): string {
  return nodeExporterPlace(facts).name;
}

/** Which namespaces the pipeline has, and which of them are somebody else's. */
export const namespaces: Question = {
  about: 'namespaces and their Pod Security levels',
  option: 'namespaces.monitoring',
  needs: ['namespaces', 'services'],
  uses: ['vmagents.operator.victoriametrics.com', 'vmsingles.operator.victoriametrics.com'],
  ask(facts) {
    const monitoring = monitoringNamespace(facts);
    const choices: Choice[] = [];
    const taken = sameNames(facts);
    if (taken.length > 0) {
      const why = `${some(taken.map(titleOf))} ${taken.length === 1 ? 'has a name' : 'have names'} that ours would have in ${MONITORING}`;
      choices.push({ option: 'namespaces.monitoring', value: monitoring, why });
    } else {
      const there = facts.find('namespaces', monitoring);
      if (there && !isOurs(there)) {
        const level = levelOf(facts, monitoring);
        const why = `namespace ${monitoring} is there and somebody else's, ${level === undefined ? 'with no level' : `at level ${level}`}`;
        choices.push({ option: 'namespaces.monitoringPodSecurity', value: PodSecurityLevel.UNMANAGED, why });
      }
    }
    const { name, why } = nodeExporterPlace(facts);
    if (why !== undefined) choices.push({ option: 'namespaces.nodeExporter', value: name, why });
    return { choices };
  },
};

/** The first name that nobody else has. */
function free(facts: Facts, names: readonly string[]): string {
  const isFree = (name: string) => {
    const there = facts.find('namespaces', name);
    return !there || isOurs(there);
  };
  const [base = ''] = names;
  let made = names.find(isFree);
  for (let number = 2; made === undefined; number++) made = isFree(`${base}-${number}`) ? `${base}-${number}` : undefined;
  return made;
}
