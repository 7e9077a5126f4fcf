import { readQuery } from '../../../lib/promql';
import { refusal } from './support';

describe('refuses what only MetricsQL has, by its name', () => {
  test.each([
    [
      'with (x = up) x',
      '1:1: got "with", expected PromQL; only MetricsQL of VictoriaMetrics has this; write the expression out where it is used',
    ],
    [
      'sum(label_move(up, "a", "b"))',
      '1:5: got "label_move", expected PromQL; only MetricsQL of VictoriaMetrics has this; write label_replace(…, "to", "$1", "from", "(.*)")',
    ],
    ['up default 0', '1:4: got "default", expected PromQL; only MetricsQL of VictoriaMetrics has this; write … or vector(0)'],
    ['histogram(up)', '1:1: got "histogram", expected PromQL; only MetricsQL of VictoriaMetrics has this; ask for it in another way'],
    [
      'tlast_change_over_time(up[5m])',
      '1:1: got "tlast_change_over_time", expected PromQL; only MetricsQL of VictoriaMetrics has this; ask for it in another way',
    ],
    [
      'rate(requests_total)',
      '1:6: got "requests_total", expected series over a range such as metric[5m] for rate, not series at one moment; write rate(…[5m]); only MetricsQL chooses a window by itself',
    ],
  ])('%s', (text, message) => expect(refusal(text)).toBe(message));
});

describe('refuses what needs a feature flag of Prometheus', () => {
  test.each([
    ['limitk(3, up)', '1:1: got "limitk"'],
    ['sort_by_label(up, "x")', '1:1: got "sort_by_label"'],
    ['rate(up[step()])', '1:9: got "step()"'],
    ['up == fill(0) up', '1:7: got "fill(0)"'],
    ['rate(up[5m] smoothed)', '1:6: got "up[5m] smoothed"'],
  ])('%s', (text, start) => {
    expect(refusal(text)).toBe(
      `${start}, expected PromQL that every store answers; this needs a feature flag of Prometheus; write it without`,
    );
  });
});

describe('says where the text stops being a query, and what was expected there', () => {
  test.each([
    ['', '1:1: got nothing, expected an expression; write a metric or a number'],
    ['up +', '1:5: got the end of the query, expected an expression; write a metric, a number or a function'],
    ['up foo', '1:4: got "foo", expected an operator between two expressions, or the end; remove it, or write the operator'],
    ['sum(\n  rate(requests_total[5m]\n)', '1:4: got "(" without its end, expected ")"; close what is opened here'],
    ['sum by (a (up)', '1:8: got "(" without its end, expected ")"; close what is opened here'],
    ['up)', '1:3: got ")", expected no closing sign, nothing is open; balance the brackets'],
    ['rate(up[5m)]', '1:11: got ")", expected "]"; balance the brackets'],
    ['up{job="web}', '1:8: got "\\"web}", expected a closing quote; close the quotes'],
    ['up{job=}', '1:8: got "}", expected a label, one of = != =~ !~ and a text in quotes; complete the matcher'],
    [
      'up{job="x" instance="y"}',
      '1:12: got "instance", expected matchers such as label="value", with commas between; complete the matcher',
    ],
    ['up{job="x" or job="y"}', '1:12: got "or", expected matchers such as label="value", with commas between; complete the matcher'],
    ['rate(up[])', '1:9: got "]", expected a duration such as 5m; write [5m]'],
    ['up offset', '1:10: got the end of the query, expected a duration such as 5m; write offset 5m'],
    ['sum up', '1:5: got "up", expected series in parentheses; put them in parentheses'],
    ['sum(up) by', '1:11: got the end of the query, expected names of labels in parentheses; write (label)'],
    ['ratee(up[5m])', '1:1: got function "ratee", expected a function of PromQL; write rate'],
  ])('%j', (text, message) => expect(refusal(text)).toBe(message));
});

describe('refuses what the grammar accepts and Prometheus does not', () => {
  test.each([
    ['up[5m]', '1:1: got "up[5m]", expected one value of a series at a time; put a function such as rate around it'],
    ['1 > 2', '1:1: got "1 > 2", expected bool in a comparison of numbers; write > bool'],
    ['up and 1', '1:1: got "up and 1", expected series on both sides of and; write vector(…) around a number'],
    ['sum(1)', '1:5: got "1", expected series at one moment for sum, not a number; give it series at one moment'],
    ['clamp(up, 1)', '1:1: got "clamp(up, 1)", expected 3 arguments of clamp; write clamp(series, number, number)'],
    ['topk(up)', '1:1: got "topk(up)", expected topk(number, series); give it these arguments'],
    ['sum(up, up)', '1:1: got "sum(up, up)", expected sum(series); give it these arguments'],
    [
      'sum(up[5m])',
      '1:5: got "up[5m]", expected series at one moment for sum, not series over a range such as metric[5m]; take the range off, or put a function such as rate around it',
    ],
    ['up + on(job) 1', '1:1: got "up + on(job) 1", expected on or ignoring between series only; leave the clause out'],
    ['up + bool up', '1:1: got "up + bool up", expected bool after a comparison only; leave bool out'],
    [
      'up and on(job) group_left up',
      '1:1: got "up and on(job) group_left up", expected and without group_left or group_right; leave the clause out',
    ],
    [
      'up * on(job) group_left(job) up',
      '1:1: got "up * on(job) group_left(job) up", expected label job in on or in the group clause, not in both; keep it in on',
    ],
    ['(up + up) offset 5m', '1:1: got "(up + up)", expected a metric or a subquery before offset or @; move it behind the metric inside'],
    ['max_over_time(sum(up)[5m])', '1:15: got "sum(up)", expected a metric before a range; write a subquery, such as [5m:1m]'],
    ['rate(up[0s])', '1:9: got "0s", expected a duration above 0; write [5m]'],
    ['up{__name__="down"}', '1:4: got a second name, expected one name of a metric; leave one out'],
    ['"a" + 1', '1:1: got "\\"a\\"", expected a number or series beside +; leave the text out'],
    ['up{job=~"(a"}', '1:9: got "\\"(a\\"", expected an RE2 regex (missing closing ): `(a`); mend the regex'],
    [
      'up{job="\\d"}',
      '1:8: got "\\"\\\\d\\"", expected a text in quotes with escapes such as \\n and \\\\; close the quotes, or write \\\\ for a backslash',
    ],
    [
      '{job=~".*"}',
      '1:1: got "{job=~\\".*\\"}", expected a metric, or a matcher that an absent label does not pass; write the name of the metric',
    ],
  ])('%s', (text, message) => expect(refusal(text)).toBe(message));
});

describe('refuses a variable where a name is expected, and one that is not declared', () => {
  const tail =
    'expected a variable of the dashboard, inside a string, or for a number or a duration; declare the variable, or write out what it stands for';
  test.each([
    ['sum by ($node) (up)', `1:9: got "$node" in place of a name, ${tail}`],
    ['up_$node', `1:4: got "$node", ${tail}`],
    ['up > $foo', `1:6: got "$foo", ${tail}`],
    ['rate(up[$__rate_interva])', `1:9: got "$__rate_interva", ${tail}`],
  ])('%s', (text, message) => expect(refusal(text)).toBe(message));

  test('every variable outside dashboards', () => {
    expect(() => readQuery('rate(up[$__rate_interval])')).toThrow('1:9: got "$__rate_interval"');
  });
});
