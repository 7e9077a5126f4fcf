import { Duration } from 'cdk8s';
import { scrapeTimeout } from '../../../lib/checks/scrape-timeout';
import { collector, findings, kube, target } from './support';

const scrape = (timing: { readonly [field: string]: string }, kind = 'VMServiceScrape', list = 'endpoints') =>
  kube(kind, 'brought', { spec: { [list]: [{ port: 'metrics', ...timing }] } });

test('passes when every timeout fits into its interval', () => {
  const objects = [
    scrape({ interval: '1m', scrapeTimeout: '60s' }),
    scrape({ interval: '10s', scrape_interval: '1m', scrapeTimeout: '30s' }),
    scrape({ scrapeTimeout: '30s' }),
    scrape({}, 'PodMonitor', 'podMetricsEndpoints'),
  ];
  expect(findings(scrapeTimeout, { objects, collectors: [collector([target()])] })).toEqual([]);
});

test('fails when a target waits longer than until its next scrape', () => {
  const slow = target({ scrapeTimeout: Duration.seconds(45) });
  expect(findings(scrapeTimeout, { collectors: [collector([slow])] })).toEqual([
    '[agent] scrape of web: got timeout "45s", expected at most the interval "30s", to which it would be cut without a word; shorten the timeout or lengthen the interval',
  ]);
});

test.each([
  ['VMServiceScrape', 'endpoints'],
  ['VMPodScrape', 'podMetricsEndpoints'],
  ['VMStaticScrape', 'targetEndpoints'],
  ['ServiceMonitor', 'endpoints'],
  ['PodMonitor', 'podMetricsEndpoints'],
])('fails when a %s of the user does', (kind, list) => {
  expect(findings(scrapeTimeout, { objects: [scrape({ interval: '15s', scrapeTimeout: '20s' }, kind, list)] })).toEqual([
    `[${kind}/brought] spec.${list}[0]: got timeout "20s", expected at most the interval "15s", to which it would be cut without a word; shorten the timeout or lengthen the interval`,
  ]);
});

test("counts the agent's interval where a scrape has none", () => {
  const agent = kube('VMAgent', 'main', { spec: { scrapeInterval: '15s' } });
  const nodes = kube('VMNodeScrape', 'brought', { spec: { scrapeTimeout: '20s' } });
  expect(findings(scrapeTimeout, { objects: [agent, nodes] })).toEqual([
    '[VMNodeScrape/brought] spec: got timeout "20s", expected at most the interval "15s", to which it would be cut without a word; shorten the timeout or lengthen the interval',
  ]);
});

test('fails when a duration cannot be read', () => {
  expect(findings(scrapeTimeout, { objects: [scrape({ interval: '30', scrapeTimeout: '0.5m' })] })).toEqual([
    '[VMServiceScrape/brought] spec.endpoints[0]: got interval "30", expected a duration; write whole numbers with their unit, largest first: "30s", "1m30s"',
    '[VMServiceScrape/brought] spec.endpoints[0]: got timeout "0.5m", expected a duration; write whole numbers with their unit, largest first: "30s", "1m30s"',
  ]);
});

test('counts the intervals of those agents alone that read such objects', () => {
  const agent = kube('VMAgent', 'main', { spec: { scrapeInterval: '1m' } });
  const nodes = kube('VMNodeScrape', 'brought', { spec: { scrapeTimeout: '45s' } });
  expect(findings(scrapeTimeout, { objects: [agent, nodes], collectors: [collector([])] })).toEqual([]);
});
