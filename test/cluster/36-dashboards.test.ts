import { type Asked, allPanels, builtIn, filled, type Page, type Values, valuesOf } from '../../bench/queries/page';
import { DASHBOARDS, JobAttribution } from '../../lib/dashboards';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { MONITORING, requirePipeline } from './support/pipeline';
import { query } from './support/store';

const cluster = useCluster();
const STORE = 'svc/vmsingle-metrics-victoria-metrics-k8s-stack';

/** Pages of which most is empty in a test cluster, and why. */
const EMPTY: readonly { readonly title: string; readonly attributions: readonly JobAttribution[]; readonly because: string }[] = [
  {
    title: 'Workers stats',
    attributions: [JobAttribution.JOIN, JobAttribution.LABEL, JobAttribution.NONE],
    because: 'what stands in for slurmd names no host in instance_id',
  },
  { title: 'Jobs overview', attributions: [JobAttribution.LABEL], because: 'the pipeline under test has no job mapping directory' },
];

/** How much of the past a page shows here: as much as there is. */
const RANGE_S = 300;

/** What Grafana puts in place of its own variables: scrapes are 30 seconds apart. */
const BUILT_IN = builtIn(RANGE_S, 60, 30);

/** The store of the cluster. */
const store: Asked = {
  labelValues: async (label, selector) => {
    const path = `/api/v1/label/${label}/values?match[]=${encodeURIComponent(selector)}&start=-${RANGE_S}s`;
    const { data }: { data: string[] } = JSON.parse(await cluster.fetch(MONITORING, STORE, 8429, path));
    return data;
  },
  query: (expr) => query(cluster, expr),
};

/** Asks everything that a page asks; the panels that show nothing. */
async function empty(page: Page, values: Values): Promise<string[]> {
  const nothing: string[] = [];
  for (const { title = '', targets = [] } of allPanels(page.panels)) {
    let series = 0;
    for (const { refId = '', expr } of targets) {
      const text = filled(expr, BUILT_IN, values);
      try {
        series += (await query(cluster, text)).length;
      } catch (error) {
        throw new Error(`${page.title}, ${title}, query ${refId}: ${error instanceof Error ? error.message : error}\n${text}`);
      }
    }
    if (targets.length > 0 && series === 0) nothing.push(title);
  }
  return nothing;
}

describe.each([JobAttribution.JOIN, JobAttribution.LABEL, JobAttribution.NONE])('dashboards with job attribution %s', (jobAttribution) => {
  beforeAll(async () => {
    await requirePipeline(cluster);
    await eventually('there is something to take a rate of', 120, async () => {
      const [counted] = await query(cluster, `count(count_over_time(up{job="kubelet"}[${RANGE_S}s]) >= 3)`);
      expect(counted?.value).toBeGreaterThan(0);
    });
  }, 180_000);

  test.each(DASHBOARDS)('$title: the store answers every query of every panel, with all values and with one', async (definition) => {
    const page = definition.build({ jobAttribution }) as unknown as Page;
    const [all, one] = [await valuesOf(page, 'all', store, BUILT_IN), await valuesOf(page, 'one', store, BUILT_IN)];
    expect(all.get('cluster')).toBe('soperator');
    const [withAll, withOne] = [await empty(page, all), await empty(page, one)];
    const count = allPanels(page.panels).filter(({ targets = [] }) => targets.length > 0).length;
    report(`${definition.title}, ${jobAttribution}: ${count} panels, ${withAll.length} without data: ${withAll.join('; ')}`);
    const more = withOne.filter((title) => !withAll.includes(title));
    if (more.length > 0) report(`${definition.title}, ${jobAttribution}: with one value also ${more.join('; ')}`);
    const excepted = EMPTY.some(({ title, attributions }) => title === definition.title && attributions.includes(jobAttribution));
    // most of a page has data wherever a pipeline runs
    expect(withAll.length).toBeLessThan(excepted ? count : count / 2);
  });
});
