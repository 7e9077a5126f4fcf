import type { JobFacts, StoreFacts } from '../../../../../lib/cli/verify/facts';
import { series } from '../../../../../lib/cli/verify/questions/series';
import { knownJobs } from '../../../../../lib/cli/verify/required';
import { expectedFor, lines, Well } from '../support';

const well = new Well(expectedFor());
/** The store with something else of one job. */
const withJob = (job: string, change: (facts: JobFacts) => Partial<JobFacts>): Partial<StoreFacts> => ({
  jobs: well.store.jobs.map((one) => (one.job === job ? { ...one, ...change(one) } : one)),
});
const judged = (store: Partial<StoreFacts>) => lines(series.judge(well.withStore(store)));
const without = (names: ReadonlyMap<string, number>, pattern: RegExp) => new Map([...names].filter(([name]) => !pattern.test(name)));

test('what is required of each job is not nothing', () => {
  for (const { job, metrics } of knownJobs(well.expected)) {
    expect([job, [...metrics.values()].some(({ when, required }) => when === undefined && required.includes('cluster'))]).toEqual([
      job,
      true,
    ]);
  }
});

test('is content when everything arrives that always does', () => {
  expect(series.judge(well.facts())).toEqual({ findings: [], notes: [] });
});

test('names metrics that do not arrive though their target answers', () => {
  expect(judged(withJob('node-exporter', ({ names }) => ({ names: without(names, /^node_memory_Mem/) })))).toEqual([
    expect.stringMatching(
      /^error node-exporter: \d metrics missing in the store: node_memory_Mem\S+, .*a rule in the cluster drops them; curl -G vmsingle\/api/,
    ),
  ]);
});

test('leaves it to the targets when the target does not answer', () => {
  const store = { ...well.store, ...withJob('node-exporter', ({ names }) => ({ names: without(names, /^node_/) })) };
  expect(lines(series.judge(well.withTargets(/node-exporter/, { health: 'down' }, { store })))).toEqual([]);
});

test('does not miss what needs an option, hardware or an event', () => {
  const conditional = knownJobs(well.expected).flatMap(({ metrics }) => [...metrics.values()].filter(({ when }) => when !== undefined));
  expect(conditional.length).toBeGreaterThan(50);
  expect(conditional.filter(({ name }) => well.store.jobs.some(({ names }) => names.has(name)))).toEqual([]);
});

test('warns of what no catalog knows, and of what should have been dropped', () => {
  const added = (...names: readonly string[]) =>
    judged(withJob('node-exporter', (job) => ({ names: new Map([...job.names, ...names.map((name): [string, number] => [name, 1])]) })));
  expect(added('node_of_tomorrow')).toEqual([
    expect.stringMatching(
      /^warning node-exporter: 1 metric in the store that no catalog knows: node_of_tomorrow: the exporter is of another version/,
    ),
  ]);
  const dropped =
    [
      ...(knownJobs(well.expected)
        .find(({ job }) => job === 'node-exporter')
        ?.dropped.keys() ?? []),
    ][0] ?? '';
  expect(added(dropped)).toEqual([
    expect.stringContaining(`1 metric in the store that should be dropped: ${dropped}: the agent runs with other rules`),
  ]);
});

describe('a label that is missing', () => {
  const lacking = (job: string, label: string, names: readonly string[]) =>
    judged(withJob(job, () => ({ without: new Map([[label, new Set(names)]]) })));
  const having = (label: string) => {
    const known = knownJobs(well.expected).find(({ job }) => job === 'node-exporter');
    return [...(known?.metrics.values() ?? [])]
      .filter(({ when, required }) => when === undefined && required.includes(label))
      .map(({ name }) => name);
  };

  test('on everything, the scrapes themselves included, is the doing of a rule over the target', () => {
    const names = having('instance');
    expect(names).toContain('up');
    expect(lacking('node-exporter', 'instance', names)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^error node-exporter: label instance missing on all of its ${names.length} metrics: a relabel rule of its scrape drops it`,
        ),
      ),
    ]);
  });

  test('on samples alone is the doing of a rule over samples', () => {
    expect(lacking('node-exporter', 'instance', ['node_memory_MemFree_bytes'])).toEqual([
      expect.stringMatching(
        /^error node-exporter: label instance missing on 1 metric \(node_memory_MemFree_bytes\): a relabel rule over its samples drops it/,
      ),
    ]);
  });

  test('is none where it is optional, or nobody has it', () => {
    const [optional] = [...(well.store.jobs.find(({ job }) => job === 'kube-state-metrics')?.names.keys() ?? [])].flatMap((name) => {
      const { arriving } = well.expected.schema.metric(name);
      const label = [...(arriving[0]?.labels ?? [])].find(([, known]) => known.optional)?.[0];
      return label === undefined ? [] : [{ name, label }];
    });
    expect(optional).toBeDefined();
    expect(lacking('kube-state-metrics', optional?.label ?? '', [optional?.name ?? ''])).toEqual([]);
    expect(lacking('slurm-exporter', 'instance', ['slurm_node_info'])).toEqual([]);
    expect(lacking('node-exporter', 'device', ['node_memory_MemFree_bytes'])).toEqual([]);
  });
});

test('tells an empty store from one of another cluster', () => {
  expect(judged({ scrapedJobs: [], jobs: [], clusters: [] })).toEqual([
    expect.stringMatching(
      /^error vmsingle: nothing of cluster "lab" in the last minutes: the agent scrapes nothing, or its writes do not arrive/,
    ),
  ]);
  expect(judged({ scrapedJobs: [], jobs: [], clusters: ['prod', ''] })).toEqual([
    expect.stringContaining('what is there is of "prod", no cluster: it is another cluster'),
  ]);
});

test('warns of series of others in the store of the cluster', () => {
  expect(judged({ clusters: ['lab', 'prod', ''] })).toEqual([
    expect.stringContaining('warning vmsingle: series with cluster="prod", no label cluster beside those of "lab"'),
  ]);
});

test('names jobs that are scraped and do not arrive, and notes those of users', () => {
  const scrapedJobs = well.store.scrapedJobs.filter((job) => job !== 'grafana');
  const jobs = well.store.jobs.filter(({ job }) => job !== 'grafana');
  expect(judged({ scrapedJobs, jobs })).toEqual([
    expect.stringMatching(/^error vmsingle: nothing of 1 job: grafana: they are scraped and their series do not arrive/),
  ]);
  expect(series.judge(well.withStore({ scrapedJobs: [...well.store.scrapedJobs, 'mine'] }))).toEqual({
    findings: [],
    notes: [{ what: '1 job of nobody here: mine', because: 'scrapes of users bring them' }],
  });
});
