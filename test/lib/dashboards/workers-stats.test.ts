import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS } from '../../../lib/dashboards';
import { NODE_STATES } from '../../../lib/dashboards/node-states';
import { type DashboardJson, JobAttribution, type PlacedPanelJson, type RowJson } from '../../../lib/dashboards/vocabulary';
import { WORKERS_STATS } from '../../../lib/dashboards/workers-stats';
import { DEFAULT_DCGM_FIELDS } from '../../../lib/metrics/dcgm-fields';
import { POD_FAMILIES } from '../../../lib/metrics/kube-state-metrics-allow-list';
import { KUBELET_CADVISOR_CATALOG } from '../../../lib/metrics/kubelet';
import { NODE_EXPORTER_CATALOG } from '../../../lib/metrics/node-exporter';
import { SLURM_EXPORTER_CATALOG } from '../../../lib/metrics/slurm-exporter';
import { NODE_EXPORTER_SUMS } from '../../../lib/node-exporter';
import { passes, readQuery, readVariableQuery, type Selector } from '../../../lib/promql';

const VARIABLES = ['cluster', 'worker', 'node', 'gpu'];
const ATTRIBUTIONS = Object.values(JobAttribution);

function panelsOf(attribution = JobAttribution.JOIN): PlacedPanelJson[] {
  const { panels }: DashboardJson = WORKERS_STATS.build({ jobAttribution: attribution });
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel as RowJson).panels : [panel as PlacedPanelJson]));
}

const titlesOf = (attribution?: JobAttribution): string[] => panelsOf(attribution).map(({ title }) => title);

function expressionsOf(title: string, attribution?: JobAttribution): string[] {
  const panel = panelsOf(attribution).find((each) => each.title === title);
  return (panel?.targets ?? []).map(({ expr }) => expr);
}

const selectorsOf = (expr: string): Selector[] => readQuery(expr, VARIABLES).selectors.map(({ selector }) => selector);
const exactly = ({ matchers }: Selector, label: string): string | undefined =>
  matchers.find((matcher) => matcher.label === label && matcher.op === '=')?.value;

/** The panels that the coverage page names, by question. */
function coverage(): [question: string, panels: string[]][] {
  const page = readFileSync(join(__dirname, '../../../docs/coverage/workers-stats.md'), 'utf8');
  return [...page.matchAll(/^\| (.+\?) \| (.+) \|$/gm)].map(([, question = '', panels = '']) => [question, panels.split('; ')]);
}

describe('coverage', () => {
  it('names panels that are there', () => {
    const titles = titlesOf();
    const unanswered = coverage().filter(([, panels]) => !panels.every((panel) => titles.includes(panel)));
    expect(unanswered).toEqual([]);
  });

  it('has a question for each panel', () => {
    const named = new Set(coverage().flatMap(([, panels]) => panels));
    expect(titlesOf().filter((title) => !named.has(title))).toEqual([]);
  });

  it('asks each question once', () => {
    const questions = coverage().map(([question]) => question);
    expect(questions).toEqual([...new Set(questions)]);
  });
});

describe('queries', () => {
  it('read metrics that the sources have by default', () => {
    const known: { readonly [job: string]: readonly string[] } = {
      'slurm-exporter': SLURM_EXPORTER_CATALOG.families.map(({ name }) => name),
      'dcgm-exporter': DEFAULT_DCGM_FIELDS.map(({ name }) => name),
      'node-exporter': [...NODE_EXPORTER_CATALOG.families.map(({ name }) => name), ...NODE_EXPORTER_SUMS.map(({ as }) => as)],
      kubelet: KUBELET_CADVISOR_CATALOG.families.map(({ name }) => name),
      'kube-state-metrics': POD_FAMILIES.flatMap(({ families }) => families),
    };
    const unknown = ATTRIBUTIONS.flatMap((attribution) => panelsOf(attribution))
      .flatMap(({ title, targets = [] }) => targets.flatMap(({ expr }) => selectorsOf(expr).map((selector) => ({ title, selector }))))
      .filter(({ selector }) => selector.name !== 'up' && !known[exactly(selector, 'job') ?? '']?.includes(selector.name ?? ''))
      .map(({ title, selector }) => `${title}: ${selector.name}`);
    expect(unknown).toEqual([]);
  });

  it('read one worker or its host, so that they do not grow with the cluster', () => {
    // of all jobs, those of the worker are picked by a join
    const joined = ['slurm_job_info', 'slurm_job_duration_seconds'];
    const wide = panelsOf(JobAttribution.LABEL)
      .flatMap(({ title, targets = [] }) => targets.flatMap(({ expr }) => selectorsOf(expr).map((selector) => ({ title, selector }))))
      .filter(({ selector }) => !['node_name', 'pod'].some((label) => exactly(selector, label) === '$worker'))
      .filter(({ selector }) => exactly(selector, 'instance') !== '$node')
      .filter(({ selector }) => !joined.includes(selector.name ?? ''))
      .map(({ title, selector }) => `${title}: ${selector.name}`);
    expect(wide).toEqual([]);
  });

  it('find a GPU by its host, so that one that no pod holds any more is still seen', () => {
    const byPod = panelsOf()
      .flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => selectorsOf(expr)))
      .filter(({ matchers }) => matchers.some(({ label }) => label === 'exported_pod' || label === 'Hostname'));
    expect(byPod).toEqual([]);
  });

  it('leave devices of InfiniBand and GPUs alone elsewhere, so that hosts without them miss nothing', () => {
    const hardware = /^(DCGM_|node_infiniband_)/;
    const isMixed = (expr: string): boolean => new Set(selectorsOf(expr).map(({ name = '' }) => hardware.test(name))).size > 1;
    const mixed = panelsOf(JobAttribution.NONE).filter(({ targets = [] }) => targets.some(({ expr }) => isMixed(expr)));
    expect(mixed.map(({ title }) => title)).toEqual([]);
  });
});

describe('attribution of GPUs to jobs', () => {
  it('joins by node, reads the label, or leaves the panel out', () => {
    const [joined = ''] = expressionsOf('GPU utilisation by job', JobAttribution.JOIN);
    const [labelled = ''] = expressionsOf('GPU utilisation by job', JobAttribution.LABEL);
    expect(joined).toContain('slurm_node_job');
    expect(labelled).toContain('hpc_job!=""');
    expect(labelled).not.toContain('slurm_node_job');
    expect(titlesOf(JobAttribution.NONE)).toEqual(titlesOf().filter((title) => title !== 'GPU utilisation by job'));
  });
});

describe('variables', () => {
  const variables = WORKERS_STATS.build({ jobAttribution: JobAttribution.JOIN }).templating?.list ?? [];
  const variable = (name: string) => variables.find((each) => each.name === name);

  it('choose one worker and one host, and all GPUs of it', () => {
    expect(variable('worker')).toMatchObject({ type: 'query' });
    expect(variable('worker')?.multi).not.toBe(true);
    expect(variable('node')?.multi).not.toBe(true);
    expect(variable('gpu')).toMatchObject({ multi: true, includeAll: true, allValue: '.*' });
  });

  it('offer the host on which the worker was last seen before those it has left', () => {
    const { query = '' } = (variable('node')?.query ?? {}) as { query?: string };
    const read = readVariableQuery(query, VARIABLES);
    expect(read.kind).toBe('query-result');
    expect(read.query?.expr).toMatchObject({ kind: 'call', name: 'sort_desc' });
    // 0: the order of the query
    expect(variable('node')?.sort).toBe(0);
    const [, host] = new RegExp(variable('node')?.regex?.slice(1, -1) ?? '').exec('{instance="gpu-0"} 1795636080 1795636932000') ?? [];
    expect(host).toBe('gpu-0');
  });
});

describe('state of the worker', () => {
  /** The number that the query gives for one node: that of the first part whose selector fits. */
  function stateOf(labels: { readonly [label: string]: string }): string | undefined {
    const [query = ''] = expressionsOf('State in SLURM');
    const parts = query.split(' or on (node_name) ').map((part) => ({
      number: Number(/\) \* (\d+)$/.exec(part)?.[1]),
      selectors: selectorsOf(part),
    }));
    const fits = ({ matchers }: Selector) =>
      matchers.filter(({ label }) => label.startsWith('state_')).every((matcher) => passes(matcher, labels[matcher.label] ?? ''));
    const first = parts.find(({ selectors }) => selectors.some(fits));
    return NODE_STATES.find(({ value }) => value === first?.number)?.text;
  }

  it.each([
    ['idle', { state_base: 'IDLE', state_is_drain: 'false' }],
    ['busy', { state_base: 'MIXED', state_is_drain: 'false' }],
    ['busy', { state_base: 'ALLOCATED' }],
    ['draining', { state_base: 'ALLOCATED', state_is_drain: 'true' }],
    ['drained', { state_base: 'IDLE', state_is_drain: 'true' }],
    ['maintenance', { state_base: 'IDLE', state_is_maintenance: 'true', state_is_drain: 'true' }],
    ['down', { state_base: 'DOWN', state_is_drain: 'true' }],
    ['down', { state_base: 'DOWN', state_is_maintenance: 'true' }],
    ['down', { state_base: 'IDLE', state_is_not_responding: 'true' }],
    ['powered off', { state_base: 'IDLE', state_is_powered_down: 'true' }],
    ['unknown', { state_base: 'FUTURE' }],
    ['unknown', {}],
  ])('is %s with %j', (expected, labels) => {
    expect(stateOf(labels)).toBe(expected);
  });
});

describe('possible rates', () => {
  /** Peaks whose pattern fits a model, in units of 10^12 a second. */
  function peaksOf(title: string, modelName: string): number[] {
    const [expr = ''] = expressionsOf(title);
    const peaks = [...expr.matchAll(/\) \* ([\d.]+)/g)].map(([, peak]) => Number(peak));
    return selectorsOf(expr).flatMap(({ matchers }, index) => {
      const matcher = matchers.find(({ label }) => label === 'modelName');
      return matcher && passes(matcher, modelName) ? [peaks[index] ?? 0] : [];
    });
  }

  it.each([
    ['NVIDIA A100-SXM4-80GB', 312, undefined],
    ['NVIDIA L40S', 362, 733],
    ['NVIDIA H100 80GB HBM3', 989.5, 1979],
    ['NVIDIA H100 PCIe', 756, 1513],
    ['NVIDIA H100 NVL', 835, 1671],
    ['NVIDIA H200', 989.5, 1979],
    ['NVIDIA H200 NVL', 835, 1671],
    ['NVIDIA GH200 480GB', 989.5, 1979],
    ['NVIDIA B200', 2250, 4500],
    ['NVIDIA B300 SXM6 AC', 2250, 4500],
    ['NVIDIA GB200', 2500, 5000],
    ['NVIDIA GB300', 2500, 5000],
    ['NVIDIA T4', undefined, undefined],
  ])('of %s are %p and %p', (modelName, sixteenBit, eightBit) => {
    expect(peaksOf('Possible rate with FP16 and BF16', modelName)).toEqual(sixteenBit === undefined ? [] : [sixteenBit]);
    expect(peaksOf('Possible rate with FP8', modelName)).toEqual(eightBit === undefined ? [] : [eightBit]);
  });
});

it('is on the list of dashboards, and fits one ConfigMap with room for its escapes', () => {
  expect(DASHBOARDS).toContain(WORKERS_STATS);
  const sizes = ATTRIBUTIONS.map((jobAttribution) => JSON.stringify(WORKERS_STATS.build({ jobAttribution })).length);
  expect(Math.max(...sizes)).toBeLessThan(150_000);
});
