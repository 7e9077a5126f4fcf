import { OLDEST_OPERATOR } from '../../../checks/operator-fields';
import { isOlder } from '../../../checks/operator-version';
import { Mode } from '../../../common/mode';
import { type Facts, isOurs } from '../facts';
import { argsOf, carries, containersOf, podLabels, some, titleOf, type Workload } from '../objects';
import type { Choice, Question, Remark } from '../question';
import { monitoringNamespace } from './namespaces';

const GROUP = 'operator.victoriametrics.com';
/** What is looked for by default: the pod label and the port of the operator's own chart. */
const USUAL_LABELS = { 'app.kubernetes.io/name': 'victoria-metrics-operator' };
const USUAL_PORT = 'http';
const PORT = 8080;
/** Kinds that the pipeline needs somebody to reconcile. */
const NEEDED = ['VMAgent', 'VMSingle'];
const IMAGE = /(^|\/)victoriametrics\/operator(:v?(?<version>\d+\.\d+\.\d+)|[:@])/;

/** VictoriaMetrics operators of others. */
export function vmOperators(facts: Facts): readonly Workload[] {
  return facts
    .of('deployments.apps')
    .filter((workload) => carries(podLabels(workload), USUAL_LABELS) || containersOf(workload).some(({ image = '' }) => IMAGE.test(image)));
}

function versionOf(workload: Workload): string | undefined {
  return containersOf(workload)
    .map(({ image = '' }) => IMAGE.exec(image)?.groups?.version)
    .find((version) => version !== undefined);
}

/** Why an operator cannot make agent and store in a namespace. */
function obstacle(workload: Workload, namespace: string): string | undefined {
  const version = versionOf(workload);
  if (version !== undefined && isOlder(version, OLDEST_OPERATOR))
    return `is version ${version}, and ${OLDEST_OPERATOR} is the oldest that will do`;
  const containers = containersOf(workload);
  const watch = containers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'WATCH_NAMESPACE');
  // without a value in place it is the operator's own
  const watched = watch && (watch.value ?? workload.metadata.namespace ?? '').split(',').filter(Boolean);
  if (watched && watched.length > 0 && !watched.includes(namespace)) return `watches only ${some(watched)}, and not ${namespace}`;
  const disabled = containers
    .flatMap(argsOf)
    .flatMap((arg) => /^--?controller\.disableReconcileFor=(.*)/.exec(arg)?.[1]?.split(',') ?? [])
    .filter((kind) => NEEDED.includes(kind));
  return disabled.length > 0 ? `does not reconcile ${some(disabled)}` : undefined;
}

/** Why scrapes that are objects would be scraped by somebody else, too, and written where theirs go. */
function taken(facts: Facts): string | undefined {
  const [agent] = facts.of('vmagents.operator.victoriametrics.com').filter(({ spec }) => spec?.selectAllByDefault);
  return (
    agent && `has an agent, ${titleOf(agent)}, that takes scrape objects of every namespace, and would scrape all targets a second time`
  );
}

/** What makes agent and store, and whether the operator is deployed. */
export const operator: Question = {
  about: 'the VictoriaMetrics operator',
  option: 'vmOperator.deploy',
  needs: ['deployments.apps'],
  uses: ['services', 'namespaces', 'vmagents.operator.victoriametrics.com', 'vmsingles.operator.victoriametrics.com'],
  ask(facts) {
    const all = vmOperators(facts);
    const monitoring = monitoringNamespace(facts);
    const fit = all.find((workload) => obstacle(workload, monitoring) === undefined);
    const theirs = fit ?? all[0];
    if (!theirs) return none(facts);
    const where = `Deployment ${titleOf(theirs)}`;
    const reason = obstacle(theirs, monitoring) ?? taken(facts);
    const choices: Choice[] = [
      reason === undefined
        ? { option: 'mode', value: Mode.OPERATOR, why: `${where} makes agent and store` }
        : { option: 'mode', value: Mode.STANDALONE, why: `${where} ${reason}` },
      { option: 'vmOperator.deploy', value: false, why: where },
      { option: 'vmOperator.namespace', value: theirs.metadata.namespace, why: where },
    ];
    const remarksAndDoubts = reason === undefined ? used(theirs, where, choices) : [];
    if (!carries(podLabels(theirs), USUAL_LABELS)) {
      choices.push({
        option: 'vmOperator.selector',
        value: theirs.spec.selector?.matchLabels ?? podLabels(theirs),
        why: `pods of ${where}`,
      });
    }
    const port = containersOf(theirs)
      .flatMap(({ ports = [] }) => ports)
      .find(({ name, containerPort }) => name === USUAL_PORT || containerPort === PORT)?.name;
    if (port !== undefined && port !== USUAL_PORT) choices.push({ option: 'vmOperator.portNames', value: [port], why: `port of ${where}` });
    const several: Remark[] =
      all.length > 1
        ? [
            {
              option: 'vmOperator.namespace',
              text: `which operator is meant? There are ${some(all.map(titleOf))}, and ${titleOf(theirs)} is expected to make agent and store`,
            },
          ]
        : [];
    return { choices, doubts: [...remarksAndDoubts, ...several] };
  },
};

/** What follows where that operator reads what is rendered. */
function used(theirs: Workload, where: string, choices: Choice[]): Remark[] {
  choices.push({
    option: 'vmAgent.userScrapes.requireLabel',
    value: true,
    why: `${where} may turn ServiceMonitors of others into scrapes, and their targets are scraped here already`,
  });
  const version = versionOf(theirs);
  if (version !== undefined) {
    choices.push({ option: 'vmOperator.version', value: version, why: `image of ${where}` });
    return [];
  }
  return [
    {
      option: 'vmOperator.version',
      text: `which version is it? The image of ${where} does not say; a field that it does not know is an error where the version is known`,
    },
  ];
}

function none(facts: Facts) {
  const isApplied = (facts.data.objects['deployments.apps'] ?? []).some(
    (workload) => isOurs(workload) && containersOf(workload).some(({ image = '' }) => IMAGE.test(image)),
  );
  const alone = facts.has(GROUP) && !isApplied;
  return {
    choices: [
      { option: 'mode', value: Mode.OPERATOR, why: 'no VictoriaMetrics operator of anybody else, so one is deployed' },
      { option: 'vmOperator.deploy', value: true, why: 'no VictoriaMetrics operator of anybody else' },
    ],
    doubts: alone
      ? [
          {
            option: 'mode',
            text: `whose are the definitions of ${GROUP}? They are there, and nobody who reads them; 00-crds.yaml replaces them by those of our operator`,
          },
        ]
      : [],
  };
}
