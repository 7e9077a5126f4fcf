import { describeProblem, problemsOf, problemsOfVariable, readQuery, readVariableQuery } from '../../../lib/promql';
import { kinds, problems, SERIES, schema, VARIABLES } from './support';

test('is silent about a query that works', () => {
  for (const text of [
    'up',
    'sum by (job) (up{job=~"web|node-exporter", instance=~"$node"})',
    'sum by (cluster, node) (rate(cpu_seconds_total{mode!="idle"}[$__rate_interval]))',
    'speed_bytes * on(node) group_left(nodename) host_info',
    'histogram_quantile(0.99, sum by (le, handler) (rate(latency_seconds_bucket[5m])))',
    'sum(rate(requests_total{code=~"5.."}[5m])) / sum(rate(requests_total[5m])) or vector(0)',
    'label_replace(slurm_node_info{state!="DOWN"}, "node", "$1", "node_name", "(.*)") * on(node) group_right(state) speed_bytes',
    'time() - boot_time > 600',
  ]) {
    expect(problems(text, { legend: '' })).toEqual([]);
  }
});

describe('an unknown metric', () => {
  test('is told, with the name that is meant', () => {
    expect(problems('sum(\n  slurm_node_inf)', { metricNames: Object.keys(SERIES) })).toEqual([
      'unknown-metric 2:3: got metric slurm_node_inf, expected a metric that a source exposes; write slurm_node_info',
    ]);
    expect(problems('{__name__=~"nobody_.*"}')).toEqual([
      'unknown-metric 1:1: got matchers __name__=~"nobody_.*", expected a metric that a source exposes; use a metric of the catalogs',
    ]);
  });

  test('makes no problems of what depends on it', () => {
    expect(kinds('sum by (x) (nobody{y="z"}) * on(x) group_left(w) rate(nobody[1s])', { legend: '{{x}}' })).toEqual([
      'unknown-metric',
      'unknown-metric',
    ]);
  });

  test('can be one that the viewer names', () => {
    expect(kinds('{__name__=~"$node"}')).toEqual([]);
    expect(kinds('{__name__=~"slurm_.*"}')).toEqual([]);
  });
});

describe('a matcher on a label that the metric does not have', () => {
  test('is told, with the label that is meant', () => {
    expect(problems('up{jop="web"}')).toEqual(['unknown-label 1:4: got label "jop", expected one of instance, job; write job']);
    expect(kinds('up{cluster=~"$cluster"}')).toEqual(['unknown-label']);
    expect(kinds('up{x!=""}')).toEqual(['unknown-label']);
  });

  test.each(['up{x=""}', 'up{x!="y"}', 'up{x!~"y.*"}', 'up{x=~".*"}', 'up{x!~"$node"}'])('is harmless in %s', (text) =>
    expect(kinds(text)).toEqual([]),
  );
});

describe('a matcher that no value passes', () => {
  test('is told, with the value that is meant', () => {
    expect(problems('slurm_node_info{state="IDEL"}')).toEqual([
      'impossible-value 1:17: got state="IDEL", expected a matcher that a value of state passes: "IDLE", "ALLOCATED", "DOWN"; write "IDLE"',
    ]);
    expect(problems('slurm_node_info{state=~"drain.*"}')).toEqual([
      'impossible-value 1:17: got state=~"drain.*", expected a matcher that a value of state passes: "IDLE", "ALLOCATED", "DOWN"; choose among the values, or leave the matcher out',
    ]);
    expect(problems('slurm_node_info{node_name=""}')).toEqual([
      'impossible-value 1:17: got node_name="", expected a matcher that a value of node_name passes, which is never empty; choose among the values, or leave the matcher out',
    ]);
  });

  test.each([
    ['matches the whole value', 'slurm_node_info{state=~"IDL"}'],
    ['excludes every value', 'slurm_node_info{state!~"IDLE|ALLOCATED|DOWN"}'],
    ['leaves nothing of what another leaves', 'slurm_node_info{state!="IDLE", state="IDLE"}'],
    ['contradicts another', 'slurm_node_info{node_name="a", node_name="b"}'],
    ['asks for a value after asking for none', 'slurm_node_info{reason="", reason="x"}'],
  ])('%s', (_, text) => expect(kinds(text)).toEqual(['impossible-value']));

  test.each([
    'slurm_node_info{state!="DRAIN"}',
    'slurm_node_info{state!~"DRAIN.*"}',
    'slurm_node_info{state="$node"}',
    'slurm_node_info{state=~"I.*"}',
    'slurm_node_info{reason=""}',
    'slurm_node_info{node_name="anything"}',
  ])('is not in %s', (text) => expect(kinds(text)).toEqual([]));
});

describe('a clause with a label that is not there', () => {
  test.each([
    ['sum by (jop) (up)', '1:9: got label "jop", expected one of instance, job; write job'],
    ['sum by (gpu) (sum by (node) (boot_time))', '1:9: got label "gpu", expected one of node; leave it out'],
    [
      'boot_time * on(gpu) host_info',
      '1:16: got label "gpu", which the left side does not have, expected one of node; match on a label that both sides have',
    ],
    [
      'host_info * on(nodename) boot_time',
      '1:16: got label "nodename", which the right side does not have, expected one of node; match on a label that both sides have',
    ],
    [
      'boot_time * ignoring(gpu) boot_time',
      '1:22: got label "gpu", which neither side has, expected one of node; match on a label that both sides have',
    ],
    [
      'speed_bytes * on(node) group_left(kernel) host_info',
      '1:35: got label "kernel", expected one of node, nodename, release; take a label of the one side',
    ],
    [
      'label_replace(boot_time, "to", "$1", "from", "(.*)")',
      '1:38: got label "from", expected one of node; read a label that the series have',
    ],
    ['label_join(boot_time, "to", "-", "node", "gpu")', '1:42: got label "gpu", expected one of node; read a label that the series have'],
    ['sum by (job) (vector(1))', '1:9: got label "job", expected no label, the series have none; leave it out'],
  ])('is told in %s', (text, message) => expect(problems(text)).toEqual([`unknown-label ${message}`]));

  test.each([
    'sum by (hpc_job) (gpu_memory_mib)',
    'sum without (gpu) (boot_time)',
    'host_info * ignoring(nodename, release) boot_time',
    'label_replace(boot_time, "to", "x", "", "")',
    'sum by (to) (label_replace(boot_time, "to", "$1", "node", "(.*)-.*"))',
  ])('is not in %s', (text) => expect(kinds(text)).toEqual([]));
});

describe('series that never match', () => {
  test.each([
    [
      'sum by (node) (memory_bytes{cluster="a"}) / sum by (cluster, node) (memory_bytes)',
      '1:1: got / between series that never match: the right side always has label cluster, the left side never, expected series that match, for there is no result without; match with on (…) or ignoring (…) on labels that both sides have',
    ],
    [
      'up{job="web"} * on(job) up{job="node-exporter"}',
      '1:1: got * between series that never match: label job is "web" on the left and "node-exporter" on the right, expected series that match, for there is no result without; match with on (…) or ignoring (…) on labels that both sides have',
    ],
    [
      'boot_time unless host_info',
      '1:1: got unless between series that never match: the right side always has label nodename, the left side never, expected series on the right that take some away; match with on (…) or ignoring (…) on labels that both sides have',
    ],
  ])('are told in %s', (text, message) => expect(problems(text)).toEqual([`never-matches ${message}`]));

  test.each([
    'boot_time / cores_limit',
    'host_info and on(node) boot_time',
    'gpu_memory_mib{hpc_job!=""} and ignoring(hpc_job) gpu_energy_millijoules_total',
    'sum by (Hostname, gpu, hpc_job) (gpu_memory_mib) / gpu_energy_millijoules_total',
    'boot_time or host_info',
    'up{job="web"} or up{job="node-exporter"}',
    'up{job=~"web|node-exporter"} * on(job) group_left sum by (job) (up{job="web"})',
    'sum(up) / sum(boot_time)',
    'boot_time * nobody',
  ])('are not in %s', (text) => expect(kinds(text).filter((kind) => kind !== 'unknown-metric')).toEqual([]));
});

describe('a side that needs one series for a match and has several', () => {
  test('is told', () => {
    expect(problems('speed_bytes * on(node) host_info')).toEqual([
      'many-matches 1:1: got several series for one match of *: they differ in device, expected one series on the left for each node; write group_left, or aggregate device away',
    ]);
    expect(problems('boot_time * on(node) group_left speed_bytes')).toEqual([
      'many-matches 1:33: got several series for one match of *: they differ in device, expected one series on the right for each node; match on device too, or aggregate it away',
    ]);
    expect(kinds('sum by (node, device) (speed_bytes) / on(node) sum by (node) (speed_bytes)')).toEqual(['many-matches']);
    expect(kinds('rate(received_bytes_total[5m]) / ignoring(device) rate(received_bytes_total[5m])')).toEqual([
      'many-matches',
      'many-matches',
    ]);
    expect(kinds('speed_bytes{device=~"a|b"} * on(node) host_info')).toEqual(['many-matches']);
  });

  test.each([
    ['is told apart', 'speed_bytes / speed_bytes'],
    ['is grouped', 'speed_bytes * on(node) group_left host_info'],
    ['is aggregated', 'sum by (node) (speed_bytes) * on(node) host_info'],
    ['is one value of the label', 'speed_bytes{device="eth0"} * on(node) host_info'],
    ['is what the viewer chooses', 'speed_bytes{device="$node"} * on(node) host_info'],
    ['is what a regex may leave', 'speed_bytes{device=~"eth.*"} * on(node) host_info'],
    ['is filtered by value', '(speed_bytes == 1) * on(node) host_info'],
    ['is filtered by others', '(speed_bytes and on(node) boot_time) * on(node) host_info'],
    ['is chosen', 'topk by (node) (1, speed_bytes) * on(node) host_info'],
    ['has another label that may tell it apart', 'host_info * on(nodename) host_info'],
    ['is a set', 'speed_bytes and on(node) host_info'],
    ['has no known key', 'slurm_job_info * on(user_name) slurm_job_info'],
  ])('may be fine when it %s', (_, text) => expect(kinds(text)).toEqual([]));
});

describe('a function over the wrong type', () => {
  test.each([
    [
      'rate(boot_time[5m])',
      '1:1: got rate of boot_time, a gauge, expected a counter for rate; use delta or deriv, or a function such as avg_over_time',
    ],
    [
      'delta(requests_total[5m])',
      '1:1: got delta of requests_total, a counter, expected a gauge for delta; use rate or increase, which know of resets',
    ],
    [
      'increase(pause_seconds[5m])',
      '1:1: got increase of pause_seconds, a summary, expected a counter for increase; use delta or deriv, or a function such as avg_over_time',
    ],
    [
      'irate(host_info[5m:1m])',
      '1:1: got irate of host_info, a info, expected a counter for irate; use delta or deriv, or a function such as avg_over_time',
    ],
  ])('is told in %s', (text, message) => expect(problems(text)).toEqual([`wrong-type ${message}`]));

  test.each([
    'rate(latency_seconds_bucket[5m])',
    'rate(latency_seconds_sum[5m])',
    'increase(latency_seconds_count[5m])',
    'rate(pause_seconds_sum[5m])',
    'requests_total',
    'max_over_time(requests_total[5m])',
    'changes(requests_total[5m])',
    'deriv(boot_time[5m])',
    'rate(sum(boot_time)[5m:1m])',
  ])('is not in %s', (text) => expect(kinds(text)).toEqual([]));
});

describe('a window that is too short', () => {
  test('is told', () => {
    expect(problems('rate(requests_total[1m])')).toEqual([
      'short-range 1:6: got rate over 60s of series scraped every 30s, expected at least 120s, 4 scrapes; write [120s] or $__rate_interval',
    ]);
    expect(problems('max_over_time(requests_total[20s])')).toEqual([
      'short-range 1:15: got max_over_time over 20s of series scraped every 30s, expected at least 30s; write [30s] or $__rate_interval',
    ]);
  });

  test.each([
    'rate(requests_total[2m])',
    'rate(requests_total[$__interval])',
    'rate(gpu_joules_total[1s])',
    'max_over_time(requests_total[30s])',
  ])('is not in %s', (text) => expect(kinds(text)).toEqual([]));

  test('is what the caller says', () => {
    expect(kinds('rate(requests_total[1m])', { minScrapes: 2 })).toEqual([]);
  });
});

describe('clusters that become one', () => {
  test('are told', () => {
    expect(problems('sum by (node) (memory_bytes)')).toEqual([
      'mixes-clusters 1:1: got sum without label cluster over series of every cluster, expected series of one cluster, or a result for each; write sum by (cluster), or a matcher on cluster',
    ]);
    expect(kinds('max without (cluster) (memory_bytes)')).toEqual(['mixes-clusters']);
    expect(problems('memory_bytes / on(node) cpu_seconds_total{cpu="0", mode="idle"}')).toEqual([
      'mixes-clusters 1:1: got / that matches series of one cluster with those of another, expected cluster among the labels to match on; add cluster to on (…)',
    ]);
  });

  test.each([
    'sum by (cluster) (memory_bytes)',
    'sum without (node) (memory_bytes)',
    'sum(memory_bytes{cluster="a"})',
    'sum(memory_bytes{cluster=~"$cluster"})',
    'sum(memory_bytes and on(cluster) memory_bytes{cluster=~"$cluster"})',
    'topk(3, memory_bytes)',
    'sum(boot_time)',
  ])('are not in %s', (text) => expect(kinds(text)).toEqual([]));

  test('are not told where there is one cluster', () => {
    expect(kinds('sum(memory_bytes)', { clusterLabel: '' })).toEqual([]);
    expect(kinds('sum(boot_time)', { clusterLabel: 'node' })).toEqual(['mixes-clusters']);
  });
});

describe('a quantile without buckets', () => {
  test.each([
    [
      'histogram_quantile(0.9, sum by (handler) (rate(latency_seconds_bucket[5m])))',
      '1:25: got histogram_quantile of series with labels handler, expected buckets with label le; add le to the labels that the aggregation keeps',
    ],
    [
      'histogram_quantile(0.9, rate(latency_seconds_sum[5m]))',
      '1:25: got histogram_quantile of series with labels handler, expected buckets with label le; use the series …_bucket',
    ],
  ])('is told in %s', (text, message) => expect(problems(text)).toEqual([`quantile-without-le ${message}`]));

  test('is not told of what is not known', () => {
    expect(kinds('histogram_quantile(0.9, nobody)')).toEqual(['unknown-metric']);
  });
});

describe('a legend', () => {
  test('fails when it prints a label that the result does not have', () => {
    expect(problems('sum by (node) (boot_time)', { legend: 'on {{nod}} {{gpu}}' })).toEqual([
      'unknown-legend-label 1:4: got legend {{nod}}, expected a label of the result: node; write {{node}}',
      'unknown-legend-label 1:12: got legend {{gpu}}, expected a label of the result: node; leave it out, or keep the label in the query',
    ]);
    expect(problems('sum(up)', { legend: '{{job}}' })).toEqual([
      'unknown-legend-label 1:1: got legend {{job}}, expected no label, the result has none; leave it out, or keep the label in the query',
    ]);
  });

  test('passes when it has them, or may', () => {
    expect(kinds('gpu_memory_mib', { legend: '{{Hostname}} {{hpc_job}} {{__name__}}' })).toEqual([]);
    expect(kinds('boot_time', { legend: '__auto' })).toEqual([]);
    expect(kinds('rate(boot_time[5m]) + 0', { legend: '{{__name__}}' })).toContain('unknown-legend-label');
  });
});

test('a variable that the dashboard does not have is told where it hides in a string', () => {
  expect(problemsOf(readQuery('up{instance=~"$nodes"}', VARIABLES), schema).map(describeProblem)).toEqual([
    '1:15: got variable nodes in a string, expected a variable of the dashboard; others stay as they are and match nothing; declare it, or write out what it stands for',
  ]);
});

test('problems stand in the order of the text, each with its place', () => {
  const text = 'sum by (x) (up{job="b"}) / nobody';
  expect(problemsOf(readQuery(text), schema).map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
    ['unknown-label', 'x'],
    ['impossible-value', 'job="b"'],
    ['unknown-metric', 'nobody'],
  ]);
});

describe('what a variable lists', () => {
  const found = (text: string) => problemsOfVariable(readVariableQuery(text, VARIABLES), schema).map(describeProblem);

  test('fails when its metric does not have the label', () => {
    expect(found('label_values(up{job="web"}, jop)')).toEqual(['1:29: got label "jop", expected one of instance, job; write job']);
    expect(found('label_values(nobody, job)')).toEqual([
      '1:14: got metric nobody, expected a metric that a source exposes; use a metric of the catalogs',
    ]);
    expect(found('query_result(sum by (x) (up))')).toEqual(['1:22: got label "x", expected one of instance, job; leave it out']);
  });

  test('passes when it has', () => {
    for (const text of ['label_values(up{instance=~"$node"}, job)', 'label_values(job)', 'metrics(slurm_.*)', 'up'])
      expect(found(text)).toEqual([]);
  });
});
