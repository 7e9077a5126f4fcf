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

/** What of a dashboard is asked here; all else is how it looks. */
interface Page {
  readonly title?: string;
  readonly templating: { readonly list?: readonly Variable[] };
  readonly panels: readonly Panel[];
}

interface Panel {
  readonly title?: string;
  readonly targets?: readonly { readonly refId?: string; readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query?: string | { readonly query?: string };
  readonly regex?: string;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly value?: unknown };
}

/** What variables stand for, by name. */
type Values = ReadonlyMap<string, string>;

/** What Grafana puts in place of its own variables, on a page of five minutes at scrapes of 30 seconds. */
const BUILT_IN: Values = new Map([
  ['__interval', '1m'],
  ['__interval_ms', '60000'],
  ['__rate_interval', '2m'],
  ['__range', `${RANGE_S}s`],
  ['__range_s', `${RANGE_S}`],
  ['__range_ms', `${RANGE_S * 1000}`],
]);

function filled(text: string, values: Values): string {
  return text.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced: string | undefined, plain: string | undefined) => {
    const name = braced ?? plain ?? '';
    return BUILT_IN.get(name) ?? values.get(name) ?? whole;
  });
}

/** The values that a variable offers. */
async function offered({ query: asked, regex }: Variable, values: Values): Promise<string[]> {
  const text = filled(typeof asked === 'string' ? asked : (asked?.query ?? ''), values);
  const labels = /^label_values\((.*),\s*(\w+)\)$/s.exec(text);
  if (labels) {
    const [, selector = '', label = ''] = labels;
    const path = `/api/v1/label/${label}/values?match[]=${encodeURIComponent(selector)}&start=-${RANGE_S}s`;
    const { data }: { data: string[] } = JSON.parse(await cluster.fetch(MONITORING, STORE, 8429, path));
    return data.flatMap((value) => picked(value, regex));
  }
  const result = /^query_result\((.*)\)$/s.exec(text);
  if (!result) throw new Error(`got ${text}, expected label_values or query_result`);
  const samples = await query(cluster, result[1] ?? '');
  return samples.flatMap(({ labels: found, value }) => {
    const { __name__: name = '', ...rest } = found;
    const pairs = Object.entries(rest).map(([label, text]) => `${label}="${text}"`);
    return picked(`${name}{${pairs.join(',')}} ${value} 0`, regex);
  });
}

function picked(value: string, regex = ''): string[] {
  const [, pattern = ''] = /^\/(.*)\/[a-z]*$/s.exec(regex) ?? [];
  if (pattern === '') return [value];
  const match = new RegExp(pattern).exec(value);
  return match ? [match[1] ?? match[0]] : [];
}

/** What the variables of a page stand for: all values where that is a choice, or one. */
async function valuesOf({ templating }: Page, choice: 'all' | 'one'): Promise<Values> {
  const values = new Map<string, string>();
  for (const variable of templating.list ?? []) {
    if (variable.type !== 'query') values.set(variable.name, String(variable.current?.value ?? ''));
    else {
      const [first] = await offered(variable, values);
      const all = variable.includeAll ? (variable.allValue ?? '.*') : undefined;
      values.set(variable.name, choice === 'all' ? (all ?? first ?? '') : (first ?? all ?? ''));
    }
  }
  return values;
}

const allPanels = (panels: readonly Panel[]): readonly Panel[] => panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);

/** Asks everything that a page asks; the panels that show nothing. */
async function empty(page: Page, values: Values): Promise<string[]> {
  const nothing: string[] = [];
  for (const { title = '', targets = [] } of allPanels(page.panels)) {
    let series = 0;
    for (const { refId = '', expr } of targets) {
      const text = filled(expr, values);
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
    const [all, one] = [await valuesOf(page, 'all'), await valuesOf(page, 'one')];
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
