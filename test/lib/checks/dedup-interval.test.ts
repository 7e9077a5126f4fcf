import { Duration } from 'cdk8s';
import { dedupInterval } from '../../../lib/checks/dedup-interval';
import { agentWorkload, collector, findings, jobOf, kube, scrapeConfig, storeWorkload, target, URL_OF_STORE } from './support';

const store = (window?: string) =>
  kube('VMSingle', 'main', {
    spec: { disableSelfServiceScrape: true, extraArgs: window === undefined ? {} : { 'dedup.minScrapeInterval': window } },
  });
const fast = target({ name: 'gpu', scrapeInterval: Duration.seconds(15) });
const PLACE = '[VMSingle/main] spec.extraArgs["dedup.minScrapeInterval"]';

test('passes up to the shortest interval of what is written into it', () => {
  const collectors = [collector([target(), fast], URL_OF_STORE)];
  expect(findings(dedupInterval, { objects: [store('15s')], collectors })).toEqual([]);
  expect(findings(dedupInterval, { objects: [store()], collectors })).toEqual([]);
  expect(findings(dedupInterval, { objects: [store('30s')], collectors: [collector([fast], 'http://elsewhere')] })).toEqual([]);
});

test('fails when the window is longer than an interval', () => {
  expect(findings(dedupInterval, { objects: [store('30s')], collectors: [collector([target(), fast], URL_OF_STORE)] })).toEqual([
    `${PLACE}: got "30s", expected at most "15s", the interval of scrape of gpu: of its samples within 30s all but one would be lost; write "15s", or scrape it less often`,
  ]);
});

test('counts scrapes that the user brings, also at the interval of the agent', () => {
  const agent = kube('VMAgent', 'own', {
    spec: { podScrapeSelector: {}, scrapeInterval: '20s', remoteWrite: [{ url: 'http://vmsingle-main:8429/api/v1/write' }] },
  });
  const brought = kube('VMPodScrape', 'brought', { spec: { podMetricsEndpoints: [{ port: 'metrics' }] } });
  expect(findings(dedupInterval, { objects: [store('30s'), agent, brought] })).toEqual([
    `${PLACE}: got "30s", expected at most "20s", the interval of VMPodScrape apps/brought: of its samples within 30s all but one would be lost; write "20s", or scrape it less often`,
  ]);
});

test.each(['half a minute', '30', '1d'])('fails when the store could not read the window %s', (window) => {
  expect(findings(dedupInterval, { objects: [store(window)] })).toEqual([
    `${PLACE}: got "${window}", expected a duration in hours, minutes, seconds or milliseconds, or the store does not start; write "30s" or "1m30s"`,
  ]);
});

test('warns when several replicas write every sample and none is merged', () => {
  const agent = kube('VMAgent', 'own', { spec: { replicaCount: 2, remoteWrite: [{ url: URL_OF_STORE }] } });
  expect(findings(dedupInterval, { objects: [store('30s'), agent] })).toEqual([]);
  expect(findings(dedupInterval, { objects: [store(), agent] })).toEqual([
    `warning: ${PLACE}: got nothing, expected the scrape interval, because the 2 replicas of VMAgent apps/own write every sample 2 times; write "30s"`,
  ]);
  expect(findings(dedupInterval, { objects: [store('1ms'), agent] })).toEqual([
    `warning: ${PLACE}: got "1ms", expected the scrape interval, because the 2 replicas of VMAgent apps/own write every sample 2 times; write "30s"`,
  ]);
});

describe('a store without the operator', () => {
  const WINDOW = '-dedup.minScrapeInterval';
  const place = `[Deployment/vmsingle-main] spec.template.spec.containers[vmsingle].args["${WINDOW}"]`;
  const windowed = (window: string) => storeWorkload(`${WINDOW}=${window}`);

  test('passes up to the shortest interval of what is written into it', () => {
    const collectors = [collector([target(), fast], 'http://vmsingle-main.apps:8428/api/v1/write')];
    expect(findings(dedupInterval, { objects: windowed('15s'), collectors })).toEqual([]);
    expect(findings(dedupInterval, { objects: storeWorkload(), collectors })).toEqual([]);
    expect(findings(dedupInterval, { objects: windowed('30s'), collectors: [collector([fast], 'http://elsewhere')] })).toEqual([]);
  });

  test('fails when the window is longer than an interval, of a collector or of a configuration', () => {
    expect(findings(dedupInterval, { objects: windowed('30s'), collectors: [collector([target(), fast], URL_OF_STORE)] })).toEqual([
      `${place}: got "30s", expected at most "15s", the interval of scrape of gpu: of its samples within 30s all but one would be lost; write "15s", or scrape it less often`,
    ]);
    const own = [agentWorkload('own', [URL_OF_STORE]), scrapeConfig('own', [jobOf('web')], { scrape_interval: '20s' })];
    expect(findings(dedupInterval, { objects: [...windowed('30s'), ...own] })).toEqual([
      `${place}: got "30s", expected at most "20s", the interval of job web of ConfigMap apps/own: of its samples within 30s all but one would be lost; write "20s", or scrape it less often`,
    ]);
  });

  test('fails when it could not read the window', () => {
    expect(findings(dedupInterval, { objects: windowed('1d') })).toEqual([
      `${place}: got "1d", expected a duration in hours, minutes, seconds or milliseconds, or the store does not start; write "30s" or "1m30s"`,
    ]);
  });

  test('warns when several replicas write every sample; shards do not', () => {
    const replicated = agentWorkload('own', [URL_OF_STORE], [], {}, { replicas: 2 });
    expect(findings(dedupInterval, { objects: [...storeWorkload(), replicated] })).toEqual([
      `warning: ${place}: got nothing, expected the scrape interval, because the 2 replicas of StatefulSet apps/own write every sample 2 times; write "30s"`,
    ]);
    const sharded = ['-promscrape.cluster.membersCount=2', '-promscrape.cluster.memberNum=$(POD_NAME)'];
    const members = (...args: string[]) => agentWorkload('own', [URL_OF_STORE], [...sharded, ...args], {}, { replicas: 2 });
    expect(findings(dedupInterval, { objects: [...storeWorkload(), members()] })).toEqual([]);
    expect(findings(dedupInterval, { objects: [...storeWorkload(), members('-promscrape.cluster.replicationFactor=2')] })).toHaveLength(1);
  });

  test('warns when the workload of a collector has several replicas', () => {
    const replicated = agentWorkload('own', [URL_OF_STORE], [], {}, { replicas: 3 }, { path: 'agent/StatefulSet' });
    expect(findings(dedupInterval, { objects: [...storeWorkload(), replicated], collectors: [collector([], URL_OF_STORE)] })).toEqual([
      `warning: ${place}: got nothing, expected the scrape interval, because the 3 replicas of agent write every sample 3 times; write "30s"`,
    ]);
  });
});
