import type { MetricCatalog, MetricFamily } from '../../../lib/common/metric-family';
import { DASHBOARDS, JobAttribution } from '../../../lib/dashboards';
import { JOBS_OVERVIEW } from '../../../lib/dashboards/jobs-overview';
import { WORKERS_OVERVIEW } from '../../../lib/dashboards/workers-overview';
import { DCGM_EXPORTER_CATALOG } from '../../../lib/metrics/dcgm-exporter';
import { DEFAULT_DCGM_FIELDS } from '../../../lib/metrics/dcgm-fields';
import { KUBE_STATE_METRICS_CATALOG } from '../../../lib/metrics/kube-state-metrics';
import { POD_FAMILIES } from '../../../lib/metrics/kube-state-metrics-allow-list';
import { KUBELET_CADVISOR_CATALOG, KUBELET_RESOURCE_CATALOG } from '../../../lib/metrics/kubelet';
import { NODE_EXPORTER_CATALOG } from '../../../lib/metrics/node-exporter';
import { SLURM_EXPORTER_CATALOG } from '../../../lib/metrics/slurm-exporter';
import { problemsOf, type Schema, type Selector, walk } from '../../../lib/promql';
import { ATTRIBUTIONS, coverageOf, type PanelQuery, panelsOf, queriesOf, selectorsOf, titlesOf, variablesOf } from './overview-support';

const exactly = ({ matchers }: Selector, label: string): string | undefined =>
  matchers.find((matcher) => matcher.label === label && matcher.op === '=')?.value;

/** What tells the series of a job of scrapes apart beside the labels of their families, and what there is by default. */
const SOURCES: { readonly [job: string]: { readonly catalogs: readonly MetricCatalog[]; readonly labels: readonly string[] } } = {
  'slurm-exporter': { catalogs: [SLURM_EXPORTER_CATALOG], labels: ['namespace'] },
  'dcgm-exporter': { catalogs: [DCGM_EXPORTER_CATALOG], labels: ['instance', 'exported_pod', 'exported_container'] },
  'node-exporter': { catalogs: [NODE_EXPORTER_CATALOG], labels: ['instance'] },
  'kube-state-metrics': { catalogs: [KUBE_STATE_METRICS_CATALOG], labels: ['instance'] },
  kubelet: { catalogs: [KUBELET_RESOURCE_CATALOG, KUBELET_CADVISOR_CATALOG], labels: ['instance'] },
};

const POD_METRICS = POD_FAMILIES.flatMap(({ families }) => families);

function isDefault({ name }: MetricFamily): boolean {
  if (name.startsWith('DCGM_')) return DEFAULT_DCGM_FIELDS.some((field) => field.name === name);
  return !name.startsWith('kube_') || POD_METRICS.includes(name);
}

function familyOf({ name }: Selector, job: string): MetricFamily | undefined {
  return SOURCES[job]?.catalogs.flatMap(({ families }) => families).find((family) => family.name === name && isDefault(family));
}

/** Labels that can differ between two series of a family at one moment: of a join, all of them count. */
const schema: Schema = (selector) => {
  const job = exactly(selector, 'job') ?? '';
  const family = familyOf(selector, job);
  if (family === undefined) return undefined;
  const added = ['cluster', 'job', 'endpoint', 'metrics_path', ...(SOURCES[job]?.labels ?? [])];
  const labels = new Map([...Object.entries(family.labels), ...added.map((name) => [name, {}] as const)]);
  return {
    labels,
    type: family.type,
    unit: family.unit,
    key: [...labels.keys()].filter((name) => !['cluster', 'job', 'endpoint'].includes(name)),
  };
};

describe.each([JOBS_OVERVIEW, WORKERS_OVERVIEW])('$title', (definition) => {
  const everyQuery = (): PanelQuery[] => ATTRIBUTIONS.flatMap((attribution) => queriesOf(definition, attribution));

  it('is on the list of dashboards', () => {
    expect(DASHBOARDS).toContain(definition);
  });

  it('has the panels that its questions name', () => {
    const titles = titlesOf(definition);
    expect(coverageOf(definition.name).filter(([, panels]) => !panels.every((panel) => titles.includes(panel)))).toEqual([]);
  });

  it('has a question for each panel', () => {
    const named = new Set(coverageOf(definition.name).flatMap(([, panels]) => panels));
    expect(titlesOf(definition).filter((title) => !named.has(title))).toEqual([]);
  });

  it('asks each question once', () => {
    const questions = coverageOf(definition.name).map(([question]) => question);
    expect(questions).toEqual([...new Set(questions)]);
  });

  it('reads metrics that sources have by default, in one cluster', () => {
    const strange = everyQuery().flatMap((query) =>
      selectorsOf(query)
        .filter((selector) => selector.name !== 'up' && familyOf(selector, exactly(selector, 'job') ?? '') === undefined)
        .map(({ name }) => `${query.title}: ${name}`),
    );
    const everywhere = everyQuery().flatMap((query) =>
      selectorsOf(query)
        .filter((selector) => exactly(selector, 'cluster') !== '$cluster')
        .map(({ name }) => `${query.title}: ${name}`),
    );
    expect([strange, everywhere]).toEqual([[], []]);
  });

  it('joins without a match of many with many, whatever changes meanwhile', () => {
    const problems = everyQuery().flatMap(({ title, target, query }) =>
      problemsOf(query, schema, { legend: target.legendFormat }).map(({ kind, got }) => `${title}: ${kind}: ${got}`),
    );
    // `up` is in no catalog
    expect(problems.filter((problem) => !problem.endsWith('metric up'))).toEqual([]);
  });

  it('writes no name of a node, pod or job', () => {
    const names = ['node_name', 'exported_pod', 'instance', 'Hostname', 'job_id', 'user_name'];
    const written = everyQuery().flatMap((query) =>
      selectorsOf(query)
        .flatMap(({ matchers }) => matchers)
        .filter(({ label, variables, value }) => names.includes(label) && variables.length === 0 && value !== '')
        .map(({ label, value }) => `${query.title}: ${label} ${value}`),
    );
    expect(written).toEqual([]);
  });

  it('chooses the largest once for a whole graph, so that lines do not come and go', () => {
    const flickering = everyQuery().filter(({ target, query }) => {
      const choices = walk(query.expr).flatMap((expr) => (expr.kind === 'aggregation' && /^(top|bottom)k$/.test(expr.name) ? [expr] : []));
      // one owner of each host is no choice of lines
      const free = choices.filter(
        ({ grouping, start, end }) => grouping === undefined && !query.text.slice(start, end).includes('@ end()'),
      );
      return target.range === true && free.length > 0;
    });
    expect(flickering.map(({ title }) => title)).toEqual([]);
  });

  it('lets each choice of many match what has no such label', () => {
    const variables = variablesOf(definition).filter(({ multi }) => multi);
    expect(variables.map(({ name }) => name)).toContain('worker');
    expect(variables.filter(({ allValue }) => allValue !== '.*').map(({ name }) => name)).toEqual([]);
  });

  it('reads at most 30 million samples for a panel of 1,000 nodes with 8 GPUs each', () => {
    const seconds = 3 * 3600;
    expect(definition.build({ jobAttribution: JobAttribution.JOIN }).time?.from).toBe(`now-${seconds / 3600}h`);
    const tooMany = ATTRIBUTIONS.flatMap((attribution) => {
      const byPanel = new Map<string, number>();
      for (const query of queriesOf(definition, attribution)) {
        const overRange = query.target.range === true || query.query.text.includes('$__range');
        const samples = selectorsOf(query).reduce((sum, selector) => {
          const { series, every } = sizeOf(selector.name ?? '');
          return sum + series * (overRange ? seconds / every : 1);
        }, 0);
        byPanel.set(query.title, (byPanel.get(query.title) ?? 0) + samples);
      }
      return [...byPanel]
        .filter(([, samples]) => samples > 30e6)
        .map(([title, samples]) => `${attribution}, ${title}: ${samples / 1e6} million`);
    });
    expect(tooMany).toEqual([]);
  });

  it('fits one ConfigMap with room for its escapes', () => {
    const sizes = ATTRIBUTIONS.map((jobAttribution) => JSON.stringify(JSON.stringify(definition.build({ jobAttribution }))).length);
    expect(Math.max(...sizes)).toBeLessThan(200_000);
  });

  it('says of each panel what it shows, and in which unit', () => {
    const silent = panelsOf(definition).filter(({ type, description, fieldConfig }) => {
      return description.length < 40 || (type !== 'text' && !fieldConfig?.defaults.unit);
    });
    expect(silent.map(({ title }) => title)).toEqual([]);
  });
});

/** Series of a metric in a cluster of 1,000 nodes with 8 GPUs, InfiniBand ports, disks and 2,000 jobs, and seconds between their samples. */
function sizeOf(name: string): { series: number; every: number } {
  if (name.startsWith('DCGM_')) return { series: 8000, every: 15 };
  if (/^node_(infiniband|disk|filesystem)_/.test(name)) return { series: 8000, every: 30 };
  if (/^node_network_|^slurm_job_|^slurm_node_(job|partition)$/.test(name)) return { series: 2000, every: 30 };
  return { series: 1000, every: 30 };
}
