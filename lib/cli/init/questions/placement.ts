import { isDeepStrictEqual } from 'node:util';
import { SYSTEM_NODES } from '../../../common/workload';
import { optionsWithDefault } from '../defaults';
import type { Facts } from '../facts';
import { carries, count, type Node, type Strings, some, type Taint } from '../objects';
import type { Answer, Choice, Question } from '../question';
import { gpuNodes } from './nodes';

/** Nodes that our GPU exporter looks for, and labels that it could look for instead. */
const GPU_NODES: Strings = { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' };
const OTHER_GPU_NODES: readonly Strings[] = [{ 'nvidia.com/gpu.present': 'true' }, { 'nebius.com/gpu': 'true' }];
/** A taint that our GPU exporter tolerates anyway. */
const GPU_TAINT = 'nvidia.com/gpu';
/** Taints that come and go. */
const PASSING = /^(node\.kubernetes\.io|node\.cloudprovider\.kubernetes\.io)\/|^(ToBeDeleted|DeletionCandidate)/;

/** Where pods may run: parts of the system, and the GPU exporter. */
export const placement: Question = {
  about: 'which nodes the parts run on',
  option: 'vmAgent.nodeSelector',
  needs: ['nodes'],
  ask(facts) {
    const answers = facts.of('nodes').length === 0 ? [] : [systemParts(facts), gpuPart(facts)];
    return { choices: answers.flatMap(({ choices = [] }) => choices), doubts: answers.flatMap(({ doubts = [] }) => doubts) };
  },
};

/** Parts that the schema puts on the system's nodes. */
const SYSTEM_PARTS = optionsWithDefault((path, value) => path.endsWith('.nodeSelector') && isDeepStrictEqual(value, SYSTEM_NODES)).map(
  (path) => path.replace(/\.nodeSelector$/, ''),
);

function systemParts(facts: Facts): Answer {
  const nodes = facts.of('nodes');
  const marked = nodes.filter(({ metadata }) => carries(metadata.labels, SYSTEM_NODES));
  const hasWindows = nodes.some(({ metadata }) => metadata.labels?.['kubernetes.io/os'] === 'windows');
  const selector: Strings = hasWindows ? { 'kubernetes.io/os': 'linux' } : {};
  const candidates = marked.length > 0 ? marked : nodes.filter(({ metadata }) => carries(metadata.labels, selector));
  const label = text(SYSTEM_NODES);
  const choices: Choice[] = [];
  const doubts = [];
  if (marked.length === 0) {
    const why = `no node has the label ${label}`;
    choices.push(...SYSTEM_PARTS.map((part) => ({ option: `${part}.nodeSelector`, value: selector, why })));
    doubts.push({
      option: 'vmAgent.nodeSelector',
      text: `which nodes are the system's? None has the label ${label}, so the parts run on any node that lets them; label some, or give another nodeSelector`,
    });
  }
  const { taints, seen } = inTheWay(candidates);
  if (taints.length > 0) {
    const value = taints.map(toleration);
    choices.push(...SYSTEM_PARTS.map((part) => ({ option: `${part}.tolerations`, value, why: seen })));
    if (marked.length === 0 && taints.some(({ key }) => key === GPU_TAINT)) {
      doubts.push({ option: 'vmAgent.tolerations', text: 'is there no node but those with GPUs? The parts then share theirs' });
    }
  }
  return { choices, doubts };
}

/** Ours runs where its label is; where somebody else's is scraped, none of this counts. */
function gpuPart(facts: Facts): Answer {
  const nodes = gpuNodes(facts);
  if (nodes.length === 0) return {};
  const has = (labels: Strings) => nodes.every(({ metadata }) => carries(metadata.labels, labels));
  const choices: Choice[] = [];
  const doubts = [];
  if (!has(GPU_NODES)) {
    const other = OTHER_GPU_NODES.find(has);
    const lacking = nodes.filter(({ metadata }) => !carries(metadata.labels, GPU_NODES)).map(({ metadata }) => metadata.name);
    const why = `${some(lacking)} ${lacking.length === 1 ? 'lacks' : 'lack'} the label ${text(GPU_NODES)}`;
    if (other)
      choices.push({ option: 'dcgmExporter.nodeSelector', value: other, why: `${why}, and every node with GPUs has ${text(other)}` });
    else {
      doubts.push({
        option: 'dcgmExporter.nodeSelector',
        text: `which label have all nodes with GPUs? ${why}, and the exporter would not run there; label them, or give another nodeSelector`,
      });
    }
  }
  const { taints } = inTheWay(nodes, [GPU_TAINT]);
  if (taints.length > 0) {
    const value = [{ key: GPU_TAINT, operator: 'Exists' }, ...taints.map(toleration)];
    choices.push({ option: 'dcgmExporter.tolerations', value, why: `nodes with GPUs have the taint ${some(taints.map(taintText))}` });
  }
  return { choices, doubts };
}

/** The taints that keep pods off each of some nodes: of the node with the fewest. */
function inTheWay(nodes: readonly Node[], tolerated: readonly string[] = []): { readonly taints: readonly Taint[]; readonly seen: string } {
  const lists = nodes.map(({ spec }) =>
    (spec?.taints ?? []).filter(({ key, effect }) => effect !== 'PreferNoSchedule' && !PASSING.test(key) && !tolerated.includes(key)),
  );
  const [taints = []] = [...lists].sort((a, b) => a.length - b.length);
  const each = nodes.length === 1 ? 'the only node has' : `each of ${count(nodes.length, 'node')} has a taint, one of them`;
  return { taints, seen: `${each} ${some(taints.map(taintText))}` };
}

function toleration({ key, value, effect }: Taint): object {
  return value ? { key, operator: 'Equal', value, effect } : { key, operator: 'Exists', effect };
}

function taintText({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}

function text(labels: Strings): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
