import { labelsOf, readQuery } from '../../../lib/promql';
import { result, schema } from './support';

const GPU = 'Hostname gpu hpc_job?';

describe('a selector', () => {
  test.each([
    ['up', '__name__=up instance job=web|node-exporter'],
    ['up{job="web"}', '__name__=up instance job=web'],
    ['up{job=~"web|db"}', '__name__=up instance job=web'],
    ['up{job!~"w.*"}', '__name__=up instance job=node-exporter'],
    ['up{instance="a"}', '__name__=up instance=a job=web|node-exporter'],
    ['up{instance=~"a|b"}', '__name__=up instance=a|b job=web|node-exporter'],
    ['up{instance=~"a.*"}', '__name__=up instance job=web|node-exporter'],
    ['gpu_memory_mib', 'Hostname __name__=gpu_memory_mib gpu hpc_job?'],
    ['gpu_memory_mib{hpc_job!=""}', 'Hostname __name__=gpu_memory_mib gpu hpc_job'],
    ['gpu_memory_mib{hpc_job=""}', 'Hostname __name__=gpu_memory_mib gpu'],
    ['gpu_memory_mib{hpc_job=~"7|"}', 'Hostname __name__=gpu_memory_mib gpu hpc_job?'],
    ['gpu_memory_mib{hpc_job=~"$node"}', 'Hostname __name__=gpu_memory_mib gpu hpc_job?'],
    ['{__name__=~"slurm_.*"}', '__name__ node_name reason? state=IDLE|ALLOCATED|DOWN'],
    ['nobody', '…'],
  ])('%s has %s', (text, labels) => expect(result(text)).toBe(labels));
});

describe('a function', () => {
  test.each([
    // drops the name
    ['rate(requests_total[5m])', 'code handler'],
    ['increase(requests_total[5m] offset 1h)', 'code handler'],
    ['avg_over_time(up[5m] @ end())', 'instance job=web|node-exporter'],
    ['quantile_over_time(0.9, gpu_memory_mib[5m])', GPU],
    ['max_over_time(rate(requests_total[5m])[1h:1m])', 'code handler'],
    ['abs(gpu_memory_mib)', GPU],
    ['clamp_max(gpu_memory_mib, 3)', GPU],
    ['timestamp(host_info)', 'node nodename release'],
    ['hour(boot_time)', 'node'],
    ['hour()', ''],
    // keeps it
    ['last_over_time(boot_time[5m])', '__name__=boot_time node'],
    ['sort_desc(boot_time)', '__name__=boot_time node'],
    // buckets
    ['histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))', 'handler'],
    ['histogram_fraction(0, 1, latency_seconds_bucket)', 'handler'],
    // numbers
    ['vector(1)', ''],
    ['scalar(up)', ''],
    ['time()', ''],
    ['1', ''],
    ['vector(scalar(up))', ''],
    // absence
    ['absent(up{job="web", instance=~"a"})', 'job=web'],
    ['absent(up{job="web", job=~"w.*"})', ''],
    ['absent_over_time(nobody{a="$node"}[5m])', 'a'],
    ['absent(sum(up))', ''],
    // signs
    ['-boot_time', 'node'],
    ['+boot_time', '__name__=boot_time node'],
  ])('%s has %s', (text, labels) => expect(result(text)).toBe(labels));
});

describe('label_replace', () => {
  const replaced = (series: string, ...args: readonly string[]) =>
    result(`label_replace(${series}, ${args.map((arg) => `'${arg}'`).join(', ')})`);

  test.each([
    ['copies a label', ['sum by (gpu) (gpu_memory_mib)', 'to', '$1', 'gpu', '(.*)'], 'gpu to'],
    ['copies one that can be absent', ['sum by (hpc_job) (gpu_memory_mib)', 'to', '$1', 'hpc_job', '(.+)'], 'hpc_job? to?'],
    ['takes a part of one, where it is', ['sum by (gpu) (gpu_memory_mib)', 'to', '$1', 'gpu', '(.*)-.*'], 'gpu to?'],
    ['leaves a label where the regex does not match', ['boot_time', 'node', 'x', 'node', 'a.*'], '__name__=boot_time node'],
    ['works on known values', ['sum by (job) (up)', 'to', 'is-$1', 'job', '(web|node)-?.*'], 'job=web|node-exporter to=is-web|is-node'],
    ['leaves the label out where it does not match', ['sum by (job) (up)', 'to', 'y', 'job', 'web'], 'job=web|node-exporter to?=y'],
    ['sets a label', ['vector(1)', 'to', 'x', '', ''], 'to=x'],
    ['takes a label away', ['sum by (job, instance) (up)', 'instance', '', 'instance', '.*'], 'job=web|node-exporter'],
    ['does nothing from a label that is not there', ['vector(1)', 'to', '$1', 'from', '(.+)'], ''],
    ['keeps what it does not know open', ['nobody', 'to', '$1', 'from', '(.*)'], 'to? …'],
    ['does not guess at named groups', ['sum by (job) (up)', 'to', '$x', 'job', '(?P<x>.*)'], 'job=web|node-exporter to?'],
  ] as const)('%s', (_, [series, ...args], labels) => expect(replaced(series, ...args)).toBe(labels));

  test('with a variable for the name leaves the labels open', () => {
    expect(result('label_replace(vector(1), "$node", "x", "", "")')).toBe('…');
  });
});

describe('label_join', () => {
  test.each([
    ['label_join(boot_time, "to", "-", "node", "x")', '__name__=boot_time node to'],
    ['label_join(sum by (hpc_job) (gpu_memory_mib), "to", "", "hpc_job")', 'hpc_job? to?'],
    ['label_join(sum by (hpc_job) (gpu_memory_mib), "to", "-", "hpc_job", "hpc_job")', 'hpc_job? to'],
    ['label_join(boot_time, "node", "", "x")', '__name__=boot_time'],
    ['label_join(nobody, "to", "", "x")', 'to? …'],
  ])('%s has %s', (text, labels) => expect(result(text)).toBe(labels));
});

describe('an aggregation', () => {
  test.each([
    ['sum(gpu_memory_mib)', ''],
    ['max by (gpu, hpc_job, other) (gpu_memory_mib)', 'gpu hpc_job?'],
    ['avg by () (gpu_memory_mib)', ''],
    ['min without (gpu) (gpu_memory_mib)', 'Hostname hpc_job?'],
    ['stddev by (__name__) (boot_time)', '__name__=boot_time'],
    ['quantile by (gpu) (0.9, gpu_memory_mib)', 'gpu'],
    ['group by (gpu) (gpu_memory_mib)', 'gpu'],
    ['count_values("version", boot_time)', 'version'],
    ['count_values by (node) ("version", boot_time)', 'node version'],
    ['topk(3, boot_time)', '__name__=boot_time node'],
    ['bottomk by (node) (3, boot_time)', '__name__=boot_time node'],
    ['sum by (a) (nobody)', 'a?'],
    ['sum without (a) (nobody)', '…'],
    ['sum by (node) (max by (node, mode) (cpu_seconds_total))', 'node'],
  ])('%s has %s', (text, labels) => expect(result(text)).toBe(labels));
});

describe('an operator between series and a number', () => {
  test.each([
    ['boot_time * 2', 'node'],
    ['time() - boot_time', 'node'],
    ['boot_time > 5', '__name__=boot_time node'],
    ['5 < boot_time', '__name__=boot_time node'],
    ['boot_time > bool 5', 'node'],
    ['1 + 2', ''],
    ['boot_time / scalar(sum(up))', 'node'],
  ])('%s has %s', (text, labels) => expect(result(text)).toBe(labels));
});

describe('an operator between series', () => {
  test.each([
    ['boot_time / boot_time', 'node'],
    ['boot_time > boot_time', '__name__=boot_time node'],
    ['boot_time > bool boot_time', 'node'],
    // one to one
    ['host_info * on(node) boot_time', 'node'],
    ['host_info > on(node) boot_time', 'node'],
    ['host_info * ignoring(release, nodename) boot_time', 'node'],
    // many to one
    ['speed_bytes * on(node) group_left host_info', 'device node'],
    ['speed_bytes * on(node) group_left(nodename) host_info', 'device node nodename'],
    ['host_info * on(node) group_right(nodename, release) speed_bytes', 'device node nodename release'],
    ['speed_bytes * on(node) group_left(device) host_info', 'node'],
    ['speed_bytes * on(node) group_left(x) nobody', 'device node x?'],
    // the matched labels have the values of both
    ['up * on(job) group_left vector(1)', 'instance job=web|node-exporter'],
    ['up{job="web"} * on(job) up', 'job=web'],
    ['sum by (job) (up{job="web"}) / up', 'job=web'],
    // sets
    ['boot_time and on(node) host_info', '__name__=boot_time node'],
    ['boot_time unless on(node) host_info', '__name__=boot_time node'],
    ['sum by (node) (boot_time) or vector(0)', 'node?'],
    ['up{job="web"} or up{job="node-exporter"}', '__name__=up instance job=web|node-exporter'],
    ['boot_time or cores_limit', '__name__=boot_time|cores_limit node'],
    ['boot_time or nobody', '__name__?=boot_time node? …'],
  ])('%s has %s', (text, labels) => expect(result(text)).toBe(labels));
});

test('every expression of a query has its labels', () => {
  const query = readQuery('sum by (node) (rate(received_bytes_total[5m]))');
  const evaluation = labelsOf(query, schema);
  if (query.expr.kind !== 'aggregation') throw new Error('expected an aggregation');
  expect([...evaluation.of(query.expr.operand).labels.keys()]).toEqual(['node', 'device']);
  expect([...evaluation.result.labels.keys()]).toEqual(['node']);
});
