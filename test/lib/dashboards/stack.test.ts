import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricCatalog } from '../../../lib/common/metric-family';
import { DASHBOARDS } from '../../../lib/dashboards';
import { GRAFANA } from '../../../lib/dashboards/grafana';
import { KUBELET } from '../../../lib/dashboards/kubelet';
import { KUBERNETES_SYSTEM } from '../../../lib/dashboards/kubernetes-system';
import { NODE_EXPORTER } from '../../../lib/dashboards/node-exporter';
import { VICTORIAMETRICS } from '../../../lib/dashboards/victoriametrics';
import {
  type DashboardDefinition,
  JobAttribution,
  type PlacedPanelJson,
  type QueryJson,
  type RowJson,
} from '../../../lib/dashboards/vocabulary';
import { APISERVER_KEPT } from '../../../lib/metrics/apiserver-keep-list';
import { COREDNS_CATALOG } from '../../../lib/metrics/coredns';
import { GRAFANA_CATALOG } from '../../../lib/metrics/grafana';
import { KUBE_STATE_METRICS_SELF_CATALOG } from '../../../lib/metrics/kube-state-metrics';
import { POD_FAMILIES } from '../../../lib/metrics/kube-state-metrics-allow-list';
import { KUBELET_CADVISOR_CATALOG, KUBELET_CATALOG, KUBELET_PROBES_CATALOG, KUBELET_RESOURCE_CATALOG } from '../../../lib/metrics/kubelet';
import { NODE_EXPORTER_CATALOG } from '../../../lib/metrics/node-exporter';
import { VM_OPERATOR_CATALOG } from '../../../lib/metrics/vm-operator';
import { VMAGENT_CATALOG } from '../../../lib/metrics/vmagent';
import { VMSINGLE_CATALOG } from '../../../lib/metrics/vmsingle';
import { NODE_EXPORTER_SUMS } from '../../../lib/node-exporter';
import { passes, readQuery, readVariableQuery, type Selector } from '../../../lib/promql';

const STACK: readonly DashboardDefinition[] = [GRAFANA, KUBELET, KUBERNETES_SYSTEM, NODE_EXPORTER, VICTORIAMETRICS];
const VARIABLES = ['cluster', 'node', 'namespace'];
/** Where only one machine is looked at, each of its parts may have a line. */
const OF_NODE = 'instance="$node"';

const build = (definition: DashboardDefinition) =>
  definition.build({ jobAttribution: JobAttribution.JOIN, apiServer: true, coreDns: true });

/** Rows with their panels, open or not. */
function rowsOf(definition: DashboardDefinition): { readonly title: string; readonly panels: readonly PlacedPanelJson[] }[] {
  const rows: { title: string; panels: PlacedPanelJson[] }[] = [];
  for (const item of build(definition).panels) {
    if (item.type === 'row') rows.push({ title: item.title ?? '', panels: [...(item as RowJson).panels] });
    else rows.at(-1)?.panels.push(item as PlacedPanelJson);
  }
  return rows;
}

const panelsOf = (definition: DashboardDefinition): PlacedPanelJson[] => rowsOf(definition).flatMap(({ panels }) => panels);

function panelOf(definition: DashboardDefinition, title: string): PlacedPanelJson {
  const found = panelsOf(definition).find((panel) => panel.title === title);
  if (found === undefined) throw new Error(`${definition.title} has no panel ${title}`);
  return found;
}

const exprsOf = (panel: PlacedPanelJson): string[] => (panel.targets ?? []).map(({ expr }) => expr);
const selectorsOf = (expr: string): Selector[] => readQuery(expr, VARIABLES).selectors.map(({ selector }) => selector);

interface StackQuery {
  readonly where: string;
  readonly panel: PlacedPanelJson;
  readonly query: QueryJson;
  readonly selectors: readonly Selector[];
}

/** Every query of the five dashboards. */
const QUERIES: readonly StackQuery[] = STACK.flatMap((definition) =>
  panelsOf(definition).flatMap((panel) =>
    (panel.targets ?? []).map((query) => ({
      where: `${definition.title}, ${panel.title} ${query.refId}`,
      panel,
      query,
      selectors: selectorsOf(query.expr),
    })),
  ),
);

const matcherOf = ({ matchers }: Selector, label: string) => matchers.find((matcher) => matcher.label === label);

describe('questions', () => {
  const page = readFileSync(join(__dirname, '../../../docs/dashboards/questions.md'), 'utf8');
  const sections = new Map(page.split(/^## /m).map((section) => [section.split('\n', 1)[0], section]));
  const rowsIn = (title: string) =>
    [...(sections.get(title) ?? '').matchAll(/^\| (.+\?) \| (.+) \| (.+) \|$/gm)].map(([, question = '', use = '', panels = '']) => ({
      question,
      use,
      panels: panels.split('; '),
    }));

  test.each(STACK.map((definition) => [definition.title, definition] as const))('of %s are eight or more, each asked once', (title) => {
    const questions = rowsIn(title).map(({ question }) => question);
    expect(questions.length).toBeGreaterThanOrEqual(8);
    expect(questions).toEqual([...new Set(questions)]);
  });

  test.each(STACK.map((definition) => [definition.title, definition] as const))('of %s are all answered', (title, definition) => {
    const titles = panelsOf(definition).map((panel) => panel.title);
    const missing = rowsIn(title).flatMap(({ question, panels }) =>
      panels.filter((panel) => !titles.includes(panel)).map((panel) => `${question} ${panel}`),
    );
    expect(missing).toEqual([]);
  });

  test.each(STACK.map((definition) => [definition.title, definition] as const))(
    'are what every panel of %s is there for',
    (title, definition) => {
      const named = new Set(rowsIn(title).flatMap(({ panels }) => panels));
      expect(panelsOf(definition).flatMap((panel) => (named.has(panel.title) ? [] : [panel.title]))).toEqual([]);
    },
  );
});

describe('every dashboard of the stack', () => {
  it('is in the list, and small enough for client-side apply', () => {
    for (const definition of STACK) {
      expect(DASHBOARDS).toContain(definition);
      expect(JSON.stringify(build(definition)).length).toBeLessThan(100_000);
    }
  });

  it('says in its first row whether all is well, by colour', () => {
    const mute = STACK.flatMap((definition) => rowsOf(definition)[0]?.panels ?? []).filter(({ type, fieldConfig }) => {
      const { thresholds, mappings } = fieldConfig?.defaults ?? {};
      return type !== 'stat' || ((thresholds?.steps.length ?? 0) < 2 && mappings === undefined);
    });
    // these two tell what is, not whether it is well
    expect(mute.map(({ title }) => title).sort()).toEqual(['Nodes', 'Running since']);
  });

  it('has rows about the API server and CoreDNS only where they are scraped', () => {
    const titles = (apiServer?: boolean, coreDns?: boolean) =>
      KUBERNETES_SYSTEM.build({ jobAttribution: JobAttribution.JOIN, apiServer, coreDns }).panels.flatMap(({ type, title = '' }) =>
        type === 'row' ? [title] : [],
      );
    const [none, both] = [titles(), titles(true, true)];
    expect(none.filter((title) => /API server|CoreDNS/.test(title))).toEqual([]);
    expect(titles(true, false)).toEqual([...none, ...both.filter((title) => title.startsWith('API server'))]);
    expect(titles(false, true)).toEqual([...none, 'CoreDNS']);
    expect(both.length).toBe(none.length + 4);
  });

  it('looks at the chosen cluster only', () => {
    const others = QUERIES.flatMap(({ where, selectors }) =>
      selectors.every((selector) => {
        const cluster = matcherOf(selector, 'cluster');
        return cluster?.op === '=' && cluster.value === '$cluster';
      })
        ? []
        : [where],
    );
    expect(others).toEqual([]);
  });

  it('chooses the largest at the end of the range only, as the choice would change with each point', () => {
    const flickering = QUERIES.flatMap(({ where, query }) => (query.range && /\b(topk|bottomk|limitk)\b/.test(query.expr) ? [where] : []));
    expect(flickering).toEqual([]);
  });

  it('says what it shows and what to do in each panel', () => {
    const short = STACK.flatMap(panelsOf).filter(({ description }) => !/^[A-Z].+\.$/.test(description));
    expect(short.map(({ title }) => title)).toEqual([]);
  });
});

describe('metrics', () => {
  const names = (...catalogs: readonly MetricCatalog[]) =>
    new Set(
      catalogs.flatMap(({ families }) => families.flatMap(({ name }) => ['', '_bucket', '_sum', '_count'].map((part) => name + part))),
    );
  /** What `up` and its like are of. */
  const OF_SCRAPES = /^(up|scrape_(duration_seconds|timeout_seconds|samples_scraped|samples_post_metric_relabeling|response_size_bytes))$/;
  const PAGES: { readonly [job: string]: { readonly [page: string]: ReadonlySet<string> } } = {
    apiserver: { '': new Set(APISERVER_KEPT.flatMap((group) => group.names)) },
    coredns: { '': names(COREDNS_CATALOG) },
    grafana: { '': names(GRAFANA_CATALOG) },
    kubelet: {
      '/metrics': names(KUBELET_CATALOG),
      '/metrics/cadvisor': names(KUBELET_CADVISOR_CATALOG),
      '/metrics/probes': names(KUBELET_PROBES_CATALOG),
      '/metrics/resource': names(KUBELET_RESOURCE_CATALOG),
    },
    'kube-state-metrics': {
      http: new Set(POD_FAMILIES.flatMap(({ families }) => families)),
      telemetry: names(KUBE_STATE_METRICS_SELF_CATALOG),
    },
    'node-exporter': { '': new Set([...names(NODE_EXPORTER_CATALOG), ...NODE_EXPORTER_SUMS.map(({ as }) => as)]) },
    'vm-operator': { '': names(VM_OPERATOR_CATALOG) },
    vmagent: { '': names(VMAGENT_CATALOG) },
    vmsingle: { '': names(VMSINGLE_CATALOG) },
  };

  it('are those that the default pipeline keeps', () => {
    const unknown = QUERIES.flatMap(({ where, selectors }) =>
      selectors.flatMap((selector) => {
        if (OF_SCRAPES.test(selector.name ?? '')) return [];
        const job = matcherOf(selector, 'job');
        const page = (matcherOf(selector, 'metrics_path') ?? matcherOf(selector, 'endpoint'))?.value ?? '';
        const jobs = Object.keys(PAGES).filter((each) => job !== undefined && passes(job, each));
        const isKept = jobs.length > 0 && jobs.every((each) => PAGES[each]?.[page]?.has(selector.name ?? ''));
        return isKept ? [] : [`${where}: ${selector.name}`];
      }),
    );
    expect(unknown).toEqual([]);
  });

  it('of containers are not read from the page that does not have them where both are scraped', () => {
    const twice = ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes', 'container_start_time_seconds'];
    const pages = QUERIES.flatMap(({ selectors }) => selectors)
      .filter(({ name }) => twice.includes(name ?? ''))
      .map((selector) => matcherOf(selector, 'metrics_path')?.value);
    expect([...new Set(pages)]).toEqual(['/metrics/cadvisor']);
  });

  it('of each CPU are read of one node only: a thousand nodes have more than a million', () => {
    const wide = QUERIES.filter(({ selectors }) =>
      selectors.some(({ name }) => /^node_(cpu|softnet|schedstat)_/.test(name ?? '') && name !== 'node_cpu_usage_seconds_total'),
    )
      .filter(({ query }) => !query.expr.includes(OF_NODE))
      .map(({ where }) => where);
    expect(wide).toEqual([]);
  });
});

describe('size', () => {
  it('of graphs does not grow with the number of nodes', () => {
    const pages = [KUBELET, KUBERNETES_SYSTEM, NODE_EXPORTER];
    const perNode = pages.flatMap((definition) =>
      panelsOf(definition)
        .filter(({ type }) => type === 'timeseries')
        .flatMap((panel) => exprsOf(panel).map((expr) => ({ panel, expr })))
        .filter(({ expr }) => !expr.includes(OF_NODE) && !/^(sum|max|min|avg|count|histogram_quantile)\b/.test(expr))
        .map(({ panel }) => panel.title),
    );
    expect(perNode).toEqual([]);
    const byNode = pages.flatMap((definition) =>
      panelsOf(definition).filter(
        ({ type, targets = [] }) =>
          type === 'timeseries' && targets.some(({ legendFormat = '' }) => /\{\{(instance|node|pod)\}\}/.test(legendFormat)),
      ),
    );
    expect(byNode.map(({ title }) => title)).toEqual([]);
  });

  it('of tables is a hundred rows of each query at most where rows are nodes, pods or containers', () => {
    const endless = QUERIES.filter(({ panel }) => panel.type === 'table')
      .filter(
        ({ query: { expr } }) =>
          /^[^(]*\bby \([^)]*\b(instance|node|pod|persistentvolumeclaim)\b/.test(expr) || !/^(topk|sum|max|min|count|avg)\b/.test(expr),
      )
      .filter(({ query: { expr } }) => !/topk\((\d\d|100), /.test(expr) && !expr.includes(OF_NODE) && !expr.startsWith('flag{'));
    expect(endless.map(({ where }) => where)).toEqual([]);
  });
});

describe('what is not there', () => {
  it('is told apart from what was counted and is none', () => {
    // such counters begin with their first event
    for (const [definition, title] of [
      [KUBELET, 'Containers that failed to start'],
      [KUBELET, 'Evictions in the last day'],
      [KUBERNETES_SYSTEM, 'Containers that cannot start'],
      [GRAFANA, 'Failed requests'],
    ] as const) {
      const [expr = ''] = exprsOf(panelOf(definition, title));
      const { expr: tree } = readQuery(expr, VARIABLES);
      expect(tree).toMatchObject({ kind: 'binary', op: 'or' });
      // the other side is 0 of what the source says whenever it is scraped, and nothing without it
      expect(expr).toMatch(/ or sum\(0 \* up\{[^}]*\}\)$/);
    }
  });

  it('is explained where a mode or a kind of machine has none of it', () => {
    const silent = (definition: DashboardDefinition, row: RegExp, metric: RegExp) =>
      rowsOf(definition)
        .filter(({ title }) => row.test(title))
        .flatMap(({ panels }) => panels)
        .filter((panel) => exprsOf(panel).every((expr) => metric.test(expr)) && panel.fieldConfig?.defaults.noValue === undefined)
        .map(({ title }) => title);
    expect(silent(VICTORIAMETRICS, /^Operator$/, /vm-operator/)).toEqual([]);
    expect(silent(VICTORIAMETRICS, /^Store/, /vmsingle/)).toEqual([]);
    expect(silent(NODE_EXPORTER, /./, /infiniband/)).toEqual([]);
    expect(silent(KUBERNETES_SYSTEM, /./, /kubelet_volume_stats/)).toEqual([]);
  });

  it('of volumes and InfiniBand does not take other numbers along', () => {
    const mixed = QUERIES.filter(
      ({ selectors }) => new Set(selectors.map(({ name = '' }) => /infiniband|volume_stats|edac|hwmon/.test(name))).size > 1,
    )
      .filter(({ where }) => !where.startsWith('Kubernetes system, Volumes E') && !where.includes('Pods of the fullest volumes'))
      .map(({ where }) => where);
    expect(mixed).toEqual([]);
  });
});

describe('the way from a row to its node', () => {
  it.each([
    [KUBELET, 'Fullest nodes'],
    [KUBERNETES_SYSTEM, 'Nodes with most pods'],
    [NODE_EXPORTER, 'Fullest file systems'],
  ])('leads to machine and kubelet, with range and cluster (%#)', (definition, title) => {
    const links = panelOf(definition, title).fieldConfig?.overrides.flatMap(({ matcher, properties }) =>
      matcher.options === 'Node'
        ? properties.filter(({ id }) => id === 'links').flatMap(({ value }) => value as { readonly url: string }[])
        : [],
    );
    for (const uid of [NODE_EXPORTER.uid, KUBELET.uid]) {
      expect(links?.map(({ url }) => url)).toContainEqual(
        `/d/${uid}?\${__url_time_range}&\${datasource:queryparam}&\${cluster:queryparam}&var-node=\${__data.fields["Node"]:percentencode}`,
      );
    }
  });

  it('offers nodes that do not answer, too', () => {
    for (const definition of [KUBELET, NODE_EXPORTER]) {
      const node = build(definition).templating?.list?.find(({ name }) => name === 'node');
      const { query = '' } = (node?.query ?? {}) as { query?: string };
      expect(node?.multi).not.toBe(true);
      expect(readVariableQuery(query, VARIABLES)).toMatchObject({
        kind: 'label-values',
        label: { name: 'instance' },
        query: { expr: { name: 'up' } },
      });
    }
  });
});

describe('the queue of a destination', () => {
  it('is found by its folder and number, for each shard of the agent', () => {
    const [expr = ''] = exprsOf(panelOf(VICTORIAMETRICS, 'Queue in use'));
    expect(expr).toMatch(/^max by \(url\)/);
    // what the rest of the agent calls url, the files of the queue call name
    expect(expr).toContain(
      'label_replace(vm_persistentqueue_free_disk_space_bytes{cluster="$cluster", job="vmagent"}, "url", "$1", "name", "(.+)")',
    );
    expect(expr.match(/ on \(instance, path, url\) /g)).toHaveLength(2);
  });

  it('is as good as never full when it does not fill, and the word for that stands there', () => {
    const panel = panelOf(VICTORIAMETRICS, 'Queue full in');
    const [expr = ''] = exprsOf(panel);
    const ceiling = /clamp_max\(.*, (\d+)\)\)$/.exec(expr)?.[1] ?? '';
    expect(panel.fieldConfig?.defaults.mappings).toMatchObject([{ options: { [ceiling]: { text: 'not filling' } } }]);
  });

  it('gives the disk of the store the same word', () => {
    const panel = panelOf(VICTORIAMETRICS, 'Disk full in');
    const ceiling = /clamp_max\(.*, (\d+)\)\)$/.exec(exprsOf(panel)[0] ?? '')?.[1] ?? '';
    expect(panel.fieldConfig?.defaults.mappings).toMatchObject([{ options: { [ceiling]: { text: 'a year or more' } } }]);
  });
});

describe('pods', () => {
  it('are joined by their names alone, so that a new pod of kube-state-metrics makes no double', () => {
    const joins = QUERIES.filter(({ where, query }) => where.startsWith('Kubernetes system') && / on \(namespace, pod\b/.test(query.expr));
    expect(joins.length).toBeGreaterThan(0);
    const bare = joins.filter(({ query }) => / on \(namespace, pod[^)]*\)( group_left \(\))? \(?kube_/.test(query.expr));
    expect(bare.map(({ where }) => where)).toEqual([]);
  });

  it('that are done do not count as not ready, and their requests not as held', () => {
    expect(exprsOf(panelOf(KUBERNETES_SYSTEM, 'Pods not ready'))[0]).toMatch(/\* on \(namespace, pod\) \(1 - .*phase="Succeeded"/);
    for (const title of ['CPU asked for', 'Memory asked for'])
      expect(exprsOf(panelOf(KUBERNETES_SYSTEM, title))[0]).toContain('phase=~"Pending|Running"');
  });
});
