import { panelsNamed, tellPanel } from '../../../../lib/cli/explain/panel';
import { clusterOf } from './support';

const usual = clusterOf('cluster: usual\n');
const without = clusterOf('cluster: without\ndcgmExporter: { enabled: false }\n');
const told = (place: string, cluster = usual) => {
  const panel = tellPanel(place, cluster);
  if (!panel) throw new Error(`no panel ${place}`);
  return panel;
};

describe('a panel is found', () => {
  test('by its place, by its title and by a part of it', () => {
    expect(panelsNamed('Cluster health: GPUs', usual)).toEqual(['Cluster health: GPUs']);
    expect(panelsNamed('nodes that wait most', usual)).toEqual(['Node Exporter: Nodes that wait most']);
    // others have it in their titles
    expect(panelsNamed('GPUs', usual)).toEqual(['Cluster health: GPUs']);
    expect(panelsNamed('that wait mo', usual)).toEqual(['Node Exporter: Nodes that wait most']);
    expect(panelsNamed('no such panel', usual)).toEqual([]);
  });

  test('among several of the same title, which are listed', () => {
    expect(panelsNamed('Scrapes that fail', usual)).toEqual(['Cluster health: Scrapes that fail', 'Workers stats: Scrapes that fail']);
  });
});

describe('of a panel', () => {
  test('its queries are told with who produces what they need, and with their labels', () => {
    const { type, queries } = told('Jobs overview: GPU utilisation');
    expect(type).toBe('stat');
    const [query] = queries;
    expect(query).toMatchObject({ labels: [], problems: [] });
    expect(query?.emptyWithout).toEqual(expect.arrayContaining([['DCGM_FI_DEV_GPU_UTIL'], ['slurm_node_job'], ['slurm_job_info']]));
    expect(query?.needs).toContainEqual({
      selector: 'slurm_node_job{cluster="$cluster", job="slurm-exporter", endpoint="metrics"}',
      metric: 'slurm_node_job',
      asksFor: ['cluster', 'job', 'endpoint'],
      producers: [
        {
          metric: 'slurm_node_job',
          source: 'slurmExporter',
          scrape: 'slurm-exporter',
          job: 'slurm-exporter',
          interval: '30s',
          when: { event: 'a job is known' },
          labels: expect.arrayContaining(['job_id', 'node_name']),
        },
      ],
    });
  });

  test('variables in its queries are told with what they list', () => {
    expect(told('Jobs overview: GPU utilisation').variables).toContainEqual({ name: 'cluster', query: 'label_values(up, cluster)' });
    expect(told('Cluster health: GPUs').variables.map(({ name }) => name)).toEqual(['cluster']);
  });

  test('what keeps it from being empty counts', () => {
    expect(told('Cluster health: GPUs').queries[0]?.emptyWithout).toEqual([['DCGM_FI_DEV_GPU_UTIL', 'up']]);
  });

  test('a source that is left out is what is wrong with it', () => {
    const [query] = told('Jobs overview: GPU utilisation', without).queries;
    expect(query?.problems).toEqual([
      'DCGM_FI_DEV_GPU_UTIL: expected dcgmExporter, which brings that and is left out; switch dcgmExporter on',
    ]);
    expect(query?.needs.find(({ metric }) => metric === 'DCGM_FI_DEV_GPU_UTIL')?.producers).toEqual([]);
  });
});

test('a variable is told like a panel', () => {
  const { part, type, queries } = told('Node Exporter: variable node');
  expect({ part, type }).toEqual({ part: 'variable node', type: undefined });
  expect(queries[0]?.needs[0]?.producers.map(({ scrape }) => scrape)).toEqual(['node-exporter']);
});
