import type { Facts } from '../facts';
import { argsOf, carries, containersOf, count, podLabels, type Strings, some, titleOf, type Workload } from '../objects';
import type { Choice, Question } from '../question';

/** What is looked for by default: the labels and the port of the usual chart. */
const USUAL_LABELS: Strings = { 'app.kubernetes.io/name': 'prometheus-node-exporter' };
const USUAL_PORT = 'metrics';
const NAMES = ['prometheus-node-exporter', 'node-exporter', 'node_exporter'];
/** The port on every node that ours takes by default. */
const PORT = 9100;

/** Node exporters of others. */
function nodeExporters(facts: Facts): readonly Workload[] {
  return facts
    .of('daemonsets.apps')
    .filter(
      (workload) =>
        NAMES.includes(podLabels(workload)['app.kubernetes.io/name'] ?? '') ||
        containersOf(workload).some(({ image = '' }) => /(^|\/)node[-_]exporter[:@]/.test(image)),
    );
}

/** Name of the port that answers in plain HTTP, and to others than the node itself. */
function plainPort(workload: Workload): string | undefined {
  const containers = containersOf(workload);
  const isLocal = containers.flatMap(argsOf).some((arg) => /listen-address=(127\.|localhost)/.test(arg));
  if (isLocal) return undefined;
  const ports = containers.flatMap(({ ports = [] }) => ports).filter(({ name = '' }) => name !== '' && !/https/.test(name));
  return (ports.find(({ name }) => name === USUAL_PORT) ?? ports.find(({ name = '' }) => /metrics/.test(name)) ?? ports[0])?.name;
}

/** The one node exporter of somebody else that can be scraped. */
function usable(facts: Facts): { readonly workload: Workload; readonly port: string } | undefined {
  const [workload, ...others] = nodeExporters(facts);
  const port = workload && plainPort(workload);
  return workload && port !== undefined && others.length === 0 ? { workload, port } : undefined;
}

/** Whether somebody else's node exporter is scraped, so that ours and its namespace are not rendered. */
export function findsNodeExporter(facts: Facts): boolean {
  return usable(facts) !== undefined;
}

/** Whether the node exporter is deployed, on which port, and where somebody else's is. */
export const nodeExporter: Question = {
  about: 'the node exporter',
  option: 'nodeExporter.deploy',
  needs: ['daemonsets.apps'],
  ask(facts) {
    const theirs = usable(facts);
    if (theirs) {
      const { workload, port } = theirs;
      const where = `DaemonSet ${titleOf(workload)}`;
      const labels = podLabels(workload);
      const own = labels['app.kubernetes.io/name'];
      const selector = workload.spec.selector?.matchLabels ?? (own === undefined ? labels : { 'app.kubernetes.io/name': own });
      const choices: Choice[] = [
        {
          option: 'nodeExporter.deploy',
          value: false,
          why: `${where} runs on ${count(workload.status?.desiredNumberScheduled ?? 0, 'node')}`,
        },
        { option: 'nodeExporter.namespace', value: workload.metadata.namespace, why: where },
        ...(carries(labels, USUAL_LABELS) ? [] : [{ option: 'nodeExporter.selector', value: selector, why: `pods of ${where}` }]),
        ...(port === USUAL_PORT ? [] : [{ option: 'nodeExporter.portNames', value: [port], why: `port of ${where}` }]),
      ];
      return { choices };
    }
    const all = nodeExporters(facts);
    const takers = facts.of('daemonsets.apps').filter((workload) => hostPorts(workload).includes(PORT));
    const deploy = { option: 'nodeExporter.deploy', value: true };
    if (takers.length === 0 && all.length === 0) return { choices: [{ ...deploy, why: 'no node exporter of anybody else' }] };
    const names = some([...new Set([...takers, ...all].map(titleOf))]);
    const port = freePort(facts);
    const choices: Choice[] = [{ ...deploy, why: `DaemonSet ${names} is not scraped` }];
    if (port !== PORT) choices.push({ option: 'nodeExporter.port', value: port, why: `DaemonSet ${names} has port ${PORT} of the nodes` });
    const doubt = {
      option: 'nodeExporter.deploy',
      text:
        all.length > 1
          ? `is one of the node exporters ${names} to be scraped in place of ours? Then write deploy: false, its namespace and labels`
          : `is a second node exporter wanted? ${names} answers only with TLS, on the node itself or on a port without a name, so ours runs beside it`,
    };
    return { choices, doubts: all.length > 0 ? [doubt] : [] };
  },
};

/** Ports of the node that a workload takes. */
function hostPorts(workload: Workload): readonly number[] {
  const ports = containersOf(workload).flatMap(({ ports = [] }) => ports);
  const hosted = ports.flatMap(({ hostPort }) => hostPort ?? []);
  return workload.spec.template.spec.hostNetwork ? [...hosted, ...ports.map(({ containerPort }) => containerPort)] : hosted;
}

function freePort(facts: Facts): number {
  const taken = new Set(facts.of('daemonsets.apps').flatMap(hostPorts));
  // one that listens on the node alone has no port in its specification
  if (nodeExporters(facts).length > 0) taken.add(PORT);
  let port = PORT;
  while (taken.has(port)) port++;
  return port;
}
