import type { Facts } from '../facts';
import { count, type Node, type Strings } from '../objects';
import type { Answer, Choice, Question, Remark } from '../question';
import { gpuExporters } from './gpu-exporter';

const GPU = 'nvidia.com/gpu';
/** Labels of nodes with GPUs: of the GPU operator, and of the platform. */
const GPU_LABELS: readonly Strings[] = [
  { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' },
  { 'nvidia.com/gpu.present': 'true' },
  { 'nebius.com/gpu': 'true' },
];
/** Label in which the GPU operator counts. */
const GPU_COUNT = 'nvidia.com/gpu.count';
const MOST_NODES = 10_000;
/** What is expected where pods are left out. */
const PODS_A_NODE = 30;

/** GPUs of a node, as its kubelet or the GPU operator says. */
function gpusOf({ metadata, status }: Node): number {
  return Math.max(Number(status?.capacity?.[GPU] ?? 0), Number(metadata.labels?.[GPU_COUNT] ?? 0));
}

/** Nodes with GPUs, by their number or by what somebody labelled them with. */
export function gpuNodes(facts: Facts): readonly Node[] {
  const isLabelled = ({ metadata }: Node) =>
    GPU_LABELS.some((labels) => Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value));
  return facts.of('nodes').filter((node) => gpusOf(node) > 0 || isLabelled(node));
}

/** What the cluster has now of what it grows to. */
export const nodes: Question = {
  about: 'the number of nodes, GPUs, CPUs and pods',
  option: 'scale.nodes',
  needs: ['nodes'],
  uses: ['daemonsets.apps'],
  ask(facts) {
    const all = facts.of('nodes');
    const remarks: Remark[] = [];
    const choices: Choice[] = [];
    const total = Math.min(Math.max(all.length, 1), MOST_NODES);
    choices.push({ option: 'scale.nodes', value: total, why: `${count(all.length, 'node')} now; write what it grows to` });
    const cpus = Math.max(...all.map(({ status }) => cores(status?.capacity?.cpu)), 0);
    if (cpus > 0) choices.push({ option: 'scale.cpusPerNode', value: Math.min(cpus, 1024), why: `the largest node has cpu: ${cpus}` });
    const { pods } = facts.data;
    if (pods !== undefined) {
      if (pods > PODS_A_NODE * total) choices.push({ option: 'scale.pods', value: pods, why: `${count(pods, 'pod')} now` });
      else
        remarks.push({ option: 'scale.pods', text: `${count(pods, 'pod')} now, fewer than what is expected of ${count(total, 'node')}` });
    }
    const gpus = gpusPerNode(facts);
    return { choices: [...choices, ...(gpus.choices ?? [])], remarks: [...remarks, ...(gpus.remarks ?? [])], doubts: gpus.doubts };
  },
};

function gpusPerNode(facts: Facts): Answer {
  const option = 'scale.gpusPerNode';
  const withGpus = gpuNodes(facts);
  const numbers = withGpus.map(gpusOf).filter((number) => number > 0);
  const most = Math.max(...numbers, 0);
  if (most > 0) {
    const alike = numbers.filter((number) => number === most).length;
    const less = numbers.length - alike;
    const why = `${count(alike, 'node')} with ${GPU}: ${most}${less > 0 ? `, ${less} with fewer` : ''}`;
    return { choices: [{ option, value: Math.min(most, 64), why }] };
  }
  const running = Math.max(...gpuExporters(facts).map(({ status }) => status?.desiredNumberScheduled ?? 0), 0);
  if (withGpus.length > 0 || running > 0) {
    const seen =
      withGpus.length > 0
        ? `${count(withGpus.length, 'node')} ${withGpus.length === 1 ? 'is' : 'are'} labelled as having GPUs`
        : `a GPU exporter runs on ${count(running, 'node')}`;
    const text = `how many GPUs has a node? ${seen}, and none says how many as ${GPU}, as it does once a device plugin runs; 8 are expected`;
    return { doubts: [{ option, text }] };
  }
  const why = `no node with ${GPU} or a label of GPU nodes`;
  const text = `${why}: it runs nowhere until there is one, and panels about GPUs stay empty`;
  return {
    choices: [{ option, value: 0, why: `${why}; write what those will have that come later` }],
    remarks: [{ option: 'dcgmExporter.enabled', text }],
  };
}

/** Whole CPUs of a quantity; a node whose kubelet keeps some has `7500m`. */
function cores(quantity = '0'): number {
  return Math.ceil(quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity));
}
