import type { Facts } from '../facts';
import { argsOf, carries, containersOf, podLabels, type Service, some, titleOf, type Workload } from '../objects';
import type { Choice, Question } from '../question';

/** What is looked for by default: label and ports of the Service of the usual chart. */
const LABELS = { 'app.kubernetes.io/name': 'kube-state-metrics' };
const USUAL_PORTS = ['http', 'metrics'];
const MAIN_PORT = 8080;
const SELF_PORT = 8081;

/** The ports of a Service that answer in plain HTTP: objects first, the exporter itself behind them. */
function plainPorts({ spec }: Service): string[] {
  const plain = (spec.ports ?? []).filter(({ name = '' }) => name !== '' && !/https/.test(name));
  const main = plain.find(({ name, port }) => name === 'http' || port === MAIN_PORT);
  const self = plain.find(({ name = '', port }) => /^(metrics|telemetry)$/.test(name) || port === SELF_PORT);
  return main === undefined ? [] : [main, self].flatMap((port) => port?.name ?? []);
}

/** What keeps an exporter from showing pods as dashboards want them. */
function narrowed(workload: Workload | undefined): string | undefined {
  const args = workload ? containersOf(workload).flatMap(argsOf) : [];
  return args.find(
    (arg) =>
      /^--metric-(allow|deny)list=./.test(arg) || (/^--resources=/.test(arg) && !/[=,]pods(,|$)/.test(arg)) || /^--namespaces=./.test(arg),
  );
}

function deploymentOf(facts: Facts, { metadata, spec }: Service): Workload | undefined {
  return facts
    .of('deployments.apps')
    .find((workload) => workload.metadata.namespace === metadata.namespace && carries(podLabels(workload), spec.selector ?? {}));
}

/** Whether kube-state-metrics is deployed, and where somebody else's is. */
export const kubeStateMetrics: Question = {
  about: 'kube-state-metrics',
  option: 'kubeStateMetrics.deploy',
  needs: ['services', 'deployments.apps'],
  ask(facts) {
    const all = facts.of('services').filter(({ metadata }) => carries(metadata.labels, LABELS));
    const [theirs, ...others] = all;
    const own = (why: string, doubt?: string) => ({
      choices: [{ option: 'kubeStateMetrics.deploy', value: true, why }],
      doubts: doubt === undefined ? [] : [{ option: 'kubeStateMetrics.deploy', text: doubt }],
    });
    if (!theirs) return own('no kube-state-metrics of anybody else');
    if (others.length > 0) {
      const names = some(all.map(titleOf));
      return own(
        `Services ${names} are not scraped`,
        `is one of ${names} to be scraped in place of ours? Then write deploy: false and its namespace`,
      );
    }
    const where = `Service ${titleOf(theirs)}`;
    const ports = plainPorts(theirs);
    if (ports.length === 0) return own(`${where} answers only with TLS`);
    const narrow = narrowed(deploymentOf(facts, theirs));
    if (narrow !== undefined) return own(`${where} does not show all that dashboards read: it runs with ${shortened(narrow)}`);
    const choices: Choice[] = [
      { option: 'kubeStateMetrics.deploy', value: false, why: where },
      { option: 'kubeStateMetrics.namespace', value: theirs.metadata.namespace, why: where },
    ];
    if (ports.join() !== USUAL_PORTS.join()) choices.push({ option: 'kubeStateMetrics.portNames', value: ports, why: `ports of ${where}` });
    return { choices };
  },
};

function shortened(arg: string): string {
  return arg.length > 60 ? `${arg.slice(0, 60)}…` : arg;
}
