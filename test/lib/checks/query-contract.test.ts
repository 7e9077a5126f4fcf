import { Duration } from 'cdk8s';
import { queryContract } from '../../../lib/checks/query-contract';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { about, afterRules, DATASOURCES, dashboard, inPanels, panel, STORE, web, withLegend } from './queries-support';
import { agentWorkload, collector, findings, jobOf, kube, scrapeConfig, target, URL_OF_STORE } from './support';

const PLACE = '[ConfigMap/web] dashboard "Web"';
const templating = { list: [{ name: 'area', type: 'query', query: 'label_values(memory_bytes, area)' }] };
const inDashboard = (json: Parameters<typeof dashboard>[0]) =>
  findings(queryContract, { objects: [...STORE, DATASOURCES, dashboard(json)], collectors: [collector([web()], URL_OF_STORE)] });

test('is silent about queries that are answered', () => {
  const panels = [
    panel('sum by (code) (rate(requests_total{cluster="one"}[$__rate_interval]))'),
    panel('memory_bytes{area=~"$area"} * on (instance) group_left (version) web_info', { fieldConfig: { defaults: { unit: 'bytes' } } }),
    panel('histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))', { fieldConfig: { defaults: { unit: 's' } } }),
    panel('up{job="web"} == 0 or absent(up{job="web"})'),
    panel('web_info{commit=""}'),
    withLegend('memory_bytes', '{{instance}} {{area}}'),
    withLegend('memory_bytes', '__auto'),
  ];
  expect(
    inDashboard({ panels, templating, annotations: { list: [{ expr: 'changes(boot_time_seconds[5m]) > 0', titleFormat: '{{job}}' }] } }),
  ).toEqual([]);
});

describe('fails for what empties a panel', () => {
  test.each([
    [
      'an unknown metric',
      'request_total',
      'at 1:1: got metric request_total, expected a metric that a source exposes; write requests_total',
    ],
    [
      'an unknown label to group by',
      'sum by (cod) (rate(requests_total[5m]))',
      'at 1:9: got label "cod", expected one of cluster, code, handler, instance, job; write code',
    ],
    [
      'an unknown label to match',
      'requests_total{kode="200"}',
      'at 1:16: got label "kode", expected one of cluster, code, handler, instance, job; write code',
    ],
    [
      'an unknown label to join on',
      'memory_bytes * on (node) group_left web_info',
      'at 1:20: got label "node", which the left side does not have, expected one of area, cluster, instance, job; match on a label that both sides have',
    ],
    [
      'an unknown label to take over',
      'memory_bytes * on (instance) group_left (versio) web_info',
      'at 1:42: got label "versio", expected one of cluster, commit, instance, job, version; write version',
    ],
    [
      'a value that no series has',
      'requests_total{code="404"}',
      'at 1:16: got code="404", expected a matcher that a value of code passes: "200", "500"; choose among the values, or leave the matcher out',
    ],
    [
      'series that never match',
      'memory_bytes + busy_ratio',
      'at 1:1: got + between series that never match: the left side always has label area, the right side never, ' +
        'expected series that match, for there is no result without; match with on (…) or ignoring (…) on labels that both sides have',
    ],
    [
      'a variable that nobody declares',
      'memory_bytes{area="$nobody"}',
      'at 1:20: got variable nobody in a string, expected a variable of the dashboard; others stay as they are and match nothing; declare it, or write out what it stands for',
    ],
    ['what is no PromQL', 'sum(memory_bytes', 'at 1:4: got "(" without its end, expected ")"; close what is opened here'],
    [
      'MetricsQL',
      'median_over_time(memory_bytes[5m])',
      'at 1:1: got "median_over_time", expected PromQL; only MetricsQL of VictoriaMetrics has this; write quantile_over_time(0.5, …)',
    ],
    [
      'a window of one scrape',
      'rate(requests_total[30s])',
      'at 1:6: got rate over 30s of series scraped every 30s, expected at least 120s, 4 scrapes; write [120s] or $__rate_interval',
    ],
    [
      'a window that Grafana may make as short as a scrape',
      'rate(requests_total[$__interval])',
      'at 1:6: got rate over $__interval, which can be as short as 30s, of series scraped every 30s, expected at least 120s, 4 scrapes; write $__rate_interval',
    ],
  ])('%s', (_, query, message) => expect(about(query)).toEqual([message]));
});

describe('fails for what falsifies a panel', () => {
  test('a rate of a gauge', () => {
    expect(about('rate(memory_bytes[5m])')).toEqual([
      'at 1:1: got rate of memory_bytes, a gauge, expected a counter for rate; use delta or deriv, or a function such as avg_over_time',
    ]);
  });

  test.each([
    ['percent', 'busy_ratio', 'ratio', 'write "percentunit", or work out the other in the query'],
    ['percentunit', 'busy_ratio * 100', 'percent', 'write "percent", or work out the other in the query'],
    ['bytes', 'busy_ratio', 'ratio', 'write "percentunit", or work out the other in the query'],
    ['bytes', 'deriv(memory_bytes[5m])', 'bytes-per-second', 'write "binBps", or work out the other in the query'],
    ['mbytes', 'memory_bytes', 'bytes', 'write "bytes", or work out the other in the query'],
    ['ms', 'time() - boot_time_seconds', 'seconds', 'write "s", or work out the other in the query'],
    ['s', 'count(memory_bytes)', 'count', 'write "none", or work out the other in the query'],
    [
      's',
      'boot_time_seconds',
      'timestamp',
      'write "dateTimeAsIso", and multiply the query by 1000, because Grafana counts points in time in milliseconds',
    ],
    [
      'dateTimeAsIso',
      'boot_time_seconds',
      'timestamp',
      'multiply the query by 1000, because Grafana counts points in time in milliseconds',
    ],
  ])('unit %s of %s', (unit, query, real, advice) => {
    expect(about(query, { fieldConfig: { defaults: { unit } } })).toEqual([
      `in its unit: got unit "${unit}" for a result in ${real}, expected the unit that the result is in; ${advice}`,
    ]);
  });

  test.each([
    ['percentunit', 'avg(up)'],
    ['percent', 'busy_ratio * 100'],
    ['decbytes', 'memory_bytes'],
    ['gbytes', 'memory_bytes / 1073741824'],
    ['watt', 'count(memory_bytes) * 700'],
    ['dateTimeFromNow', 'boot_time_seconds * 1000'],
    ['bytes', 'limits{unit="byte"}'],
    ['short', 'memory_bytes'],
    ['suffix: things', 'memory_bytes'],
  ])('but not for unit %s of %s', (unit, query) => expect(about(query, { fieldConfig: { defaults: { unit } } })).toEqual([]));
});

describe('warns of what is right in some clusters, or shows less than it could', () => {
  test('a window that a failed scrape empties', () => {
    expect(about('rate(requests_total[1m])')).toEqual([
      'warning: at 1:6: got rate over 60s of series scraped every 30s, expected at least 120s, 4 scrapes; write [120s] or $__rate_interval',
    ]);
  });

  test('a step of Grafana that is shorter than the interval of what is asked', () => {
    const slow = { scrapeInterval: Duration.minutes(1) };
    expect(afterRules('rate(requests_total[$__rate_interval])', slow)).toEqual([
      'warning: at 1:6: got rate over $__rate_interval, which can be as short as 120s, of series scraped every 60s, ' +
        'expected at least 240s, 4 scrapes; set minStep of Grafana, or the min step of the query, to 60s',
    ]);
    const targets = [{ refId: 'A', expr: 'rate(requests_total[$__rate_interval])', interval: '1m' }];
    expect(inPanels([panel('', { targets })], { collectors: [collector([web(slow)], URL_OF_STORE)] })).toEqual([]);
  });

  test('clusters that become one, where others may write into the store', () => {
    const elsewhere = 'https://metrics.example/api/v1/write';
    const scene = { collectors: [collector([web()], elsewhere)], objects: [dashboard({ panels: [panel('sum(memory_bytes)')] })] };
    expect(findings(queryContract, scene)).toEqual([
      `warning: ${PLACE}, panel "Load" at 1:1: got sum without label cluster over series of every cluster, ` +
        'expected series of one cluster, or a result for each; write sum by (cluster), or a matcher on cluster',
    ]);
    expect(about('sum(memory_bytes)')).toEqual([]);
  });

  test('a legend that prints what is not there', () => {
    expect(inPanels([withLegend('memory_bytes', 'in {{are}}')])).toEqual([
      `warning: ${PLACE}, panel "Load" in its legend at 1:4: got legend {{are}}, expected a label of the result: area, cluster, instance, job; write {{area}}`,
    ]);
  });
});

describe('says who took away what is missing', () => {
  test.each<[string, string, Parameters<typeof afterRules>[1], readonly RelabelRule[], string]>([
    [
      'a rule that drops a metric',
      'busy_ratio',
      { metricRelabelConfigs: [RelabelRule.dropMetrics('nobody looks', 'busy_.*')] },
      [],
      'at 1:1: got metric busy_ratio, expected a metric that a source exposes (the rule "nobody looks" over the scrape of web drops it); change that rule, or ask for another metric',
    ],
    [
      'a rule that keeps others',
      'busy_ratio',
      { metricRelabelConfigs: [RelabelRule.keepMetrics('only these', 'requests_total')] },
      [],
      'at 1:1: got metric busy_ratio, expected a metric that a source exposes (the rule "only these" over the scrape of web drops it); change that rule, or ask for another metric',
    ],
    [
      'a rule that takes a label',
      'sum by (handler) (requests_total)',
      { metricRelabelConfigs: [RelabelRule.dropLabels('too many', 'handler')] },
      [],
      'at 1:9: got label "handler", expected one of cluster, code, instance, job (the rule "too many" over the scrape of web takes it away); change that rule, or leave it out',
    ],
    [
      'a rule that writes a job',
      'up{job="web"}',
      { relabelConfigs: [RelabelRule.setLabel('our names', 'job', 'site')] },
      [],
      'at 1:4: got job="web", expected a matcher that a value of job passes: "site" (the rule "our names" over the scrape of web writes it); change that rule, or choose among the values, or leave the matcher out',
    ],
    [
      'a rule that drops series by a value',
      'requests_total{code="500"}',
      { metricRelabelConfigs: [RelabelRule.dropSeries('no errors here', { code: '5..' })] },
      [],
      'at 1:16: got code="500", expected a matcher that a value of code passes: "200" (the rule "no errors here" over the scrape of web drops series by it); change that rule, or write "200"',
    ],
    [
      'a rule of the destination',
      'busy_ratio',
      {},
      [RelabelRule.dropMetrics('too dear', 'busy_.*')],
      'at 1:1: got metric busy_ratio, expected a metric that a source exposes (the rule "too dear" over the scrape of web drops it); change that rule, or ask for another metric',
    ],
  ])('%s', (_, query, fields, sent, message) => expect(afterRules(query, fields, ...sent)).toEqual([message]));

  test('a source that is left out: one warning with everything that it empties', () => {
    const panels = [
      panel('slurm_node_info'),
      panel('up{job="slurm-exporter"}', { title: 'Up' }),
      panel(['slurm_job_info * on (job_id) slurm_job_cpus', 'memory_bytes'], { title: 'Jobs' }),
    ];
    expect(inPanels(panels)).toEqual([
      `warning: ${PLACE}: got panel "Load", panel "Up" and panel "Jobs" asking for slurm_node_info, up of job slurm-exporter, slurm_job_info and slurm_job_cpus, ` +
        'expected slurmExporter, which brings that and is left out, or they stay empty; switch slurmExporter on, or leave them out',
    ]);
    const many = [
      'DCGM_FI_DEV_GPU_TEMP',
      'DCGM_FI_DEV_GPU_UTIL',
      'DCGM_FI_DEV_FB_USED',
      'DCGM_FI_DEV_FB_FREE',
      'DCGM_FI_DEV_SM_CLOCK',
      'DCGM_FI_DEV_MEM_CLOCK',
      'DCGM_FI_DEV_POWER_USAGE',
    ];
    expect(inPanels([panel([...many, 'DCGM_FI_DEV_MEMORY_TEMP', 'DCGM_FI_DEV_XID_ERRORS'].join(' + '))])).toEqual([
      `warning: ${PLACE}: got panel "Load" asking for ${many.join(', ')} and 2 more, ` +
        'expected dcgmExporter, which brings that and is left out, or it stays empty; switch dcgmExporter on, or leave it out',
    ]);
  });

  test('a source that is left out and would only stand in: what is there is shown', () => {
    expect(inPanels([panel('memory_bytes or on (instance) kube_pod_info')])).toEqual([
      `warning: ${PLACE}: got panel "Load" asking for kube_pod_info, ` +
        'expected kubeStateMetrics, which brings that and is left out, or it shows less; switch kubeStateMetrics on, or leave it out',
    ]);
    // where what it stands in for is left out as well, nothing is shown
    expect(inPanels([panel('kube_pod_ips or on (pod) kube_pod_info')])).toEqual([
      expect.stringContaining(
        'asking for kube_pod_ips and kube_pod_info, expected kubeStateMetrics, which brings that and is left out, or it stays empty',
      ),
    ]);
  });

  test('a scrape without a catalog, which may bring it', () => {
    const own = target({ name: 'own', job: 'own' });
    expect(inPanels([panel('other_total')], { collectors: [collector([web(), own], URL_OF_STORE)] })).toEqual([
      `warning: ${PLACE}, panel "Load" at 1:1: got metric other_total, expected a metric that a source exposes, unless scrape of own brings it, of which no catalog tells; use a metric of the catalogs, or give that a catalog`,
    ]);
    const brought = [
      kube('VMAgent', 'own', { spec: { podScrapeSelector: {}, remoteWrite: [{ url: URL_OF_STORE }] } }),
      kube('VMPodScrape', 'brought', { spec: { podMetricsEndpoints: [{ port: 'metrics' }] } }),
    ];
    expect(inPanels([panel('other_total'), panel('up{job="apps/brought"}', { title: 'Up' })], { objects: brought })).toEqual([
      `warning: ${PLACE}, panel "Load" at 1:1: got metric other_total, expected a metric that a source exposes, unless VMAgent apps/own brings it, of which no catalog tells; use a metric of the catalogs, or give that a catalog`,
      `warning: ${PLACE}, panel "Up" at 1:4: got job="apps/brought", expected a matcher that a value of job passes: "web", unless VMAgent apps/own brings it, of which no catalog tells; choose among the values, or leave the matcher out, or give that a catalog`,
    ]);
  });

  test('nothing about what begins like the metrics of an exporter of which only that is known', () => {
    const others = web({ endpoints: [{ port: 'metrics', catalog: { name: 'web', families: [], others: /^web_/ } }] });
    const collectors = [collector([others], URL_OF_STORE)];
    expect(inPanels([panel('sum by (x) (web_anything{y="z"})')], { collectors })).toEqual([]);
    expect(inPanels([panel('site_anything')], { collectors })).toHaveLength(1);
  });

  test.each<[string, string, Parameters<typeof web>[0], number]>([
    ['its own job', 'web_anything{job="web"}', {}, 0],
    ['another job', 'web_anything{job="other"}', {}, 1],
    ['a job that a variable names', 'web_anything{job=~"$job"}', {}, 0],
    [
      'another job, where a rule may have written it',
      'web_anything{job="other"}',
      { relabelConfigs: [RelabelRule.copyLabel('ours', 'team', 'job')] },
      0,
    ],
    ['another job, where series bring their own', 'web_anything{job="other"}', { honorLabels: true }, 0],
  ])('about such metrics asked of %s', (_, expr, fields, count) => {
    const others = web({ endpoints: [{ port: 'metrics', catalog: { name: 'web', families: [], others: /^web_/ } }], ...fields });
    const found = findings(queryContract, {
      objects: [...STORE, DATASOURCES, dashboard({ panels: [panel(expr)], templating: { list: [{ name: 'job', type: 'custom' }] } })],
      collectors: [collector([others], URL_OF_STORE)],
    });
    expect(found.filter((text) => text.includes('got metric web_anything'))).toHaveLength(count);
  });
});

test('tells the same fault of several queries once, with all places', () => {
  const json = {
    panels: [panel(['nobody + nobody', 'memory_bytes']), { type: 'row', panels: [panel('sum(nobody)', { title: 'Inside' })] }],
    templating: { list: [{ name: 'x', type: 'query', query: { query: 'label_values(nobody, x)' } }] },
    annotations: { list: [{ name: 'Starts', expr: 'nobody > 0' }] },
  };
  expect(inDashboard(json)).toEqual([
    `${PLACE}, variable x at 1:14, annotation "Starts" at 1:1, panel "Load" query A at 1:1 and panel "Inside" at 1:5: ` +
      'got metric nobody, expected a metric that a source exposes; use a metric of the catalogs',
  ]);
});

test('asks the store that a query asks', () => {
  const elsewhere = collector([web({ endpoints: [] })], URL_OF_STORE);
  const scene = (json: Parameters<typeof dashboard>[0]) =>
    findings(queryContract, { objects: [...STORE, DATASOURCES, dashboard(json)], collectors: [elsewhere] });
  const list = [{ name: 'datasource', type: 'datasource', query: 'prometheus', current: { value: 'VictoriaMetrics' } }];
  for (const datasource of [{ type: 'prometheus', uid: '$datasource' }, 'VictoriaMetrics', { uid: 'VictoriaMetrics' }, null]) {
    expect(scene({ panels: [panel('memory_bytes', { datasource })], templating: { list } })).toHaveLength(1);
  }
  for (const datasource of [
    { type: 'loki', uid: 'any' },
    'Loki',
    { uid: 'Loki' },
    '-- Dashboard --',
    { type: 'datasource', uid: 'grafana' },
  ]) {
    expect(scene({ panels: [panel('memory_bytes', { datasource })], templating: { list } })).toEqual([]);
  }
});

test('fails when a data source is named that Grafana does not have', () => {
  const datasource = { type: 'prometheus', uid: '$DS_PROMETHEUS' };
  expect(inPanels([panel('memory_bytes', { datasource }), panel('busy_ratio', { title: 'Other', datasource })])).toEqual([
    `${PLACE}, panel "Load" and panel "Other": got data source "$DS_PROMETHEUS", expected "VictoriaMetrics" or "Loki", or a variable of the dashboard, because Grafana has no other; write "VictoriaMetrics"`,
  ]);
});

test('knows the labels of an agent without the operator', () => {
  const objects = [
    agentWorkload('agent', [URL_OF_STORE], [], {}, {}, { path: 'agent/StatefulSet' }),
    kube('ConfigMap', 'agent', scrapeConfig('agent', [jobOf('web')], { external_labels: { cluster: 'two' } }).json, {
      path: 'agent/Configuration',
    }),
    kube('VMSingle', 'main', { spec: {} }),
    DATASOURCES,
    dashboard({ panels: [panel('memory_bytes{cluster="one"}')] }),
  ];
  expect(findings(queryContract, { objects, collectors: [collector([web()], URL_OF_STORE)] })).toEqual([
    `${PLACE}, panel "Load" at 1:14: got cluster="one", expected a matcher that a value of cluster passes: "two"; choose among the values, or leave the matcher out`,
  ]);
});

test('judges a dashboard again when anything that it depends on is another', () => {
  const of = (cluster: string, fields: Parameters<typeof web>[0], json: Parameters<typeof dashboard>[0]) => {
    const agent = kube('VMAgent', 'main', { spec: { externalLabels: { cluster } } }, { path: 'agent/VMAgent' });
    const objects = [kube('VMSingle', 'main', { spec: {} }), agent, DATASOURCES, dashboard(json)];
    return findings(queryContract, { objects, collectors: [collector([web(fields)], URL_OF_STORE)] }).length;
  };
  const chosen = { panels: [panel('memory_bytes{cluster=~"$x"}')], templating: { list: [{ name: 'x', type: 'custom' }] } };
  expect([of('one', {}, chosen), of('two', {}, chosen), of('two', { endpoints: [] }, chosen)]).toEqual([0, 0, 1]);
  for (const matcher of ['="one"', '=~"one|three"', '!="two"', '!~"tw.*"']) {
    const named = { panels: [panel(`memory_bytes{cluster${matcher}}`)] };
    expect([of('one', {}, named), of('two', {}, named), of('one', {}, named)]).toEqual([0, 1, 0]);
  }
});

describe('fails when Grafana cannot show a file', () => {
  const file = (content: string) =>
    findings(queryContract, {
      objects: [kube('ConfigMap', 'web', { data: { 'web.json': content } }, { labels: { grafana_dashboard: '1' } })],
    });

  test('because it is no JSON', () => {
    expect(file('{\n  "title": "Web",\n}')).toEqual([
      '[ConfigMap/web] data["web.json"] at 3:1: got "}", expected a name in double quotes, or Grafana shows nothing of the file; write it as JSON.stringify does',
    ]);
  });

  test('because it has no title, or stands inside something else', () => {
    expect(file('{}')).toEqual([
      '[ConfigMap/web] data["web.json"]: got no title, expected a dashboard with its title, or Grafana does not take the file; give it a title',
    ]);
    expect(file('{"dashboard": {"title": "Web"}}')).toEqual([
      '[ConfigMap/web] data["web.json"]: got a dashboard inside "dashboard", expected a dashboard with its title, or Grafana does not take the file; write what "dashboard" holds, without what is around it',
    ]);
  });

  test('but not for what it does not read', () => {
    const other = kube('ConfigMap', 'other', { data: { 'web.json': 'nonsense' } });
    const text = kube('ConfigMap', 'text', { data: { 'web.txt': 'nonsense' } }, { labels: { grafana_dashboard: '1' } });
    expect(findings(queryContract, { objects: [other, text] })).toEqual([]);
  });
});
