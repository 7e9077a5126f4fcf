import { NODE_STATES } from '../../../lib/dashboards/node-states';
import { tensorThroughput } from '../../../lib/dashboards/usage/tensor-throughput';
import { DashboardUid, hostsOfWorkers, JobAttribution } from '../../../lib/dashboards/vocabulary';
import { WORKERS_OVERVIEW } from '../../../lib/dashboards/workers-overview';
import { CHOSEN } from '../../../lib/dashboards/workers-overview/workers';
import { expressionsOf, panelOf, panelsOf, queriesOf, selectorsOf, variablesOf } from './overview-support';

describe('choice of workers', () => {
  it('holds for every panel with queries', () => {
    const free = queriesOf(WORKERS_OVERVIEW).filter(
      ({ query }) => !['$worker', '$partition'].every((variable) => query.text.includes(variable)),
    );
    expect(free.map(({ title }) => title)).toEqual([]);
  });

  it('takes out workers of other partitions, and keeps those without any', () => {
    const [count = ''] = expressionsOf(WORKERS_OVERVIEW, 'Workers');
    // `and` with the chosen partitions would lose a worker that is in none
    expect(count).toMatch(
      /unless on \(node_name\) \(slurm_node_partition\{[^}]*\} unless on \(node_name\) slurm_node_partition\{[^}]*partition=~"\$partition"\}\)/,
    );
  });

  it('needs no rack, label of a node or GPU: the list is that of SLURM, and Kubernetes tells no more than where a pod runs', () => {
    const { query } = variablesOf(WORKERS_OVERVIEW).find(({ name }) => name === 'worker') ?? {};
    expect((query as { query: string }).query).toMatch(/^label_values\(slurm_node_info\{[^}]*\}, node_name\)$/);
    const ofKubernetes = queriesOf(WORKERS_OVERVIEW).flatMap((query) =>
      selectorsOf(query).filter(({ name = '' }) => name.startsWith('kube_') && name !== 'kube_pod_info'),
    );
    expect(ofKubernetes).toEqual([]);
  });

  it('does not depend on how GPUs find their job', () => {
    const [join, ...others] = Object.values(JobAttribution).map((jobAttribution) =>
      JSON.stringify(WORKERS_OVERVIEW.build({ jobAttribution })),
    );
    expect(others).toEqual([join, join]);
  });

  it('counts a GPU once that two jobs share', () => {
    const twice = queriesOf(WORKERS_OVERVIEW).filter(({ query }) => {
      const gpus = query.text.match(/DCGM_\w+\{/g)?.length ?? 0;
      return gpus !== (query.text.match(/max without \(hpc_job\) \(DCGM_/g)?.length ?? 0);
    });
    expect(twice.map(({ title }) => title)).toEqual([]);
  });
});

describe('states', () => {
  it('are those of cluster health, each with zero where there is none', () => {
    const { targets = [] } = panelOf(WORKERS_OVERVIEW, 'Workers by state');
    expect(targets.map(({ legendFormat }) => legendFormat)).toEqual(NODE_STATES.map(({ text }) => text));
    expect(targets.filter(({ expr }) => !/ or sum\(0 \* slurm_node_info\{[^}]*\}\)$/.test(expr))).toEqual([]);
  });
});

describe('hosts', () => {
  it('are found by what workers told SLURM or else by their pods, with or without GPUs', () => {
    const closed = ['CPU by worker', 'Memory by worker', 'Disk traffic by worker', 'File systems', 'Inodes', 'Ethernet traffic by worker'];
    for (const title of closed) {
      for (const expr of expressionsOf(WORKERS_OVERVIEW, title)) {
        expect(expr).toContain(hostsOfWorkers(CHOSEN));
        expect(expr).not.toContain('DCGM_');
      }
    }
  });

  it('read one series of CPU time for each node, not one for each CPU and mode', () => {
    const metrics = queriesOf(WORKERS_OVERVIEW).flatMap((query) => selectorsOf(query).map(({ name }) => name));
    expect(metrics).toContain('node_cpu_usage_seconds_total');
    expect(metrics).not.toContain('node_cpu_seconds_total');
  });

  it('tell kinds of InfiniBand errors apart before they are added up', () => {
    const [expr = ''] = expressionsOf(WORKERS_OVERVIEW, 'InfiniBand link errors by worker');
    const kinds = [...expr.matchAll(/"kind", "([^"]+)"/g)].map(([, kind]) => kind);
    const metrics = [...expr.matchAll(/node_infiniband_\w+/g)].map(([metric]) => metric);
    expect(new Set(kinds).size).toBe(new Set(metrics).size);
    expect(kinds).toHaveLength(metrics.length);
  });
});

describe('tensor throughput', () => {
  const query = tensorThroughput('active', ({ sixteenBit }) => sixteenBit);

  /** What the query would multiply the activity of a model by. */
  function peakOf(modelName: string): number | undefined {
    // the last replacement that fits holds: the outermost
    const replacements = [...query.matchAll(/, "peak", "([\d.]+)", "modelName", "([^"]+)"\)/g)];
    const fits = replacements.filter(([, , model]) => new RegExp(`^(?:${model})$`).test(modelName));
    return fits.length === 0 ? undefined : Number(fits.at(-1)?.[1]);
  }

  it.each([
    ['NVIDIA H100 80GB HBM3', 989.5],
    ['NVIDIA H200', 989.5],
    ['NVIDIA B200', 2250],
    ['NVIDIA GB300', 2500],
    ['NVIDIA T4', undefined],
  ])('of %s is its activity times %p', (modelName, peak) => {
    expect(peakOf(modelName)).toBe(peak);
  });

  it('has one series for each peak to join with', () => {
    const values = [...query.matchAll(/label_replace\(vector\(([\d.]+)\), "peak", "([\d.]+)", "", ""\)/g)].map(([, value, label]) => [
      value,
      label,
    ]);
    expect(values.filter(([value, label]) => value !== label)).toEqual([]);
    expect(new Set(values.map(([value]) => value)).size).toBe(values.length);
    const used = new Set([...query.matchAll(/"peak", "([\d.]+)", "modelName"/g)].map(([, peak]) => peak));
    expect([...used].filter((peak) => !values.some(([value]) => value === peak))).toEqual([]);
  });
});

it('leads from every worker on the page to the page about it', () => {
  const named = panelsOf(WORKERS_OVERVIEW).filter(({ targets = [] }) =>
    targets.some(({ legendFormat = '' }) => legendFormat.startsWith('{{node_name}}')),
  );
  const without = named.filter(
    ({ fieldConfig }) => !fieldConfig?.defaults.links?.some(({ url }) => url.includes(DashboardUid.WORKER_DETAILS)),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(without.map(({ title }) => title)).toEqual([]);
});
