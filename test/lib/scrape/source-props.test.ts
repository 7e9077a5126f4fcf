import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { endpointsOf, type ScrapeDefaults, type ScrapeProps, type SourceProps, scrapeTiming } from '../../../lib/scrape/source-props';
import { render } from '../../support';

const source = render((chart) => new Construct(chart, 'Source')).made;
const timing = (props: ScrapeProps = {}, defaults?: ScrapeDefaults) => scrapeTiming(source, props, defaults);
const METRICS = { port: 'metrics', catalog: { name: 'what it measures', families: [] } };
const MONITORING = { port: 'monitoring', catalog: { name: 'itself', families: [] } };
const endpoints = (props: SourceProps) => endpointsOf(source, props, [METRICS, MONITORING]);

describe('timing', () => {
  test('is every 30 s with 10 s of patience unless somebody says otherwise', () => {
    expect(timing()).toMatchObject({ scrapeInterval: Duration.seconds(30), scrapeTimeout: Duration.seconds(10) });
  });

  test('of the source gives way to that of the user', () => {
    const defaults = { scrapeInterval: Duration.seconds(15), scrapeTimeout: Duration.seconds(12) };
    expect(timing({}, defaults)).toMatchObject(defaults);
    const given = { scrapeInterval: Duration.minutes(2), scrapeTimeout: Duration.minutes(1) };
    expect(timing(given, defaults)).toMatchObject(given);
  });

  test('has no more patience than there is time until the next scrape', () => {
    expect(timing({ scrapeInterval: Duration.seconds(5) }).scrapeTimeout).toEqual(Duration.seconds(5));
    expect(timing({ scrapeInterval: Duration.seconds(15) }, { scrapeTimeout: Duration.seconds(20) }).scrapeTimeout).toEqual(
      Duration.seconds(15),
    );
  });

  test('allows a timeout as long as the interval', () => {
    const given = { scrapeInterval: Duration.seconds(10), scrapeTimeout: Duration.seconds(10) };
    expect(timing(given)).toMatchObject(given);
  });

  test('fails when the timeout is longer than the interval', () => {
    expect(() => timing({ scrapeTimeout: Duration.seconds(45) })).toThrow(
      Error(
        '[test/Source] scrapeTimeout: got "45s", expected at most the scrape interval of 30s; shorten the timeout or lengthen scrapeInterval: vmagent would cut the timeout without a word',
      ),
    );
  });

  test.each(['scrapeInterval', 'scrapeTimeout'])('fails when %s is under a second', (option) => {
    expect(() => timing({ [option]: Duration.millis(500) })).toThrow(
      Error(`[test/Source] ${option}: got "500ms", expected 1s or longer; use Duration.seconds(30)`),
    );
  });
});

describe('rules', () => {
  const own = RelabelRule.dropLabels('of the source', 'pod');
  const users = RelabelRule.dropLabels('of the user', 'uid');

  test('of the user run behind those of the source', () => {
    const defaults = { relabelConfigs: [own], metricRelabelConfigs: [own] };
    const given = timing({ relabelConfigs: [users], metricRelabelConfigs: [users] }, defaults);
    expect(given.relabelConfigs).toEqual([own, users]);
    expect(given.metricRelabelConfigs).toEqual([own, users]);
  });

  test('are none unless somebody brings one', () => {
    expect(timing()).toMatchObject({ relabelConfigs: [], metricRelabelConfigs: [] });
  });
});

describe('limits', () => {
  test('are handed on as given, and are not set otherwise', () => {
    const limits = { sampleLimit: 1, seriesLimit: 20_000, maxScrapeSize: Size.mebibytes(8) };
    expect(timing(limits)).toMatchObject(limits);
    expect(timing()).toMatchObject({ sampleLimit: undefined, seriesLimit: undefined, maxScrapeSize: undefined });
  });

  test.each(['sampleLimit', 'seriesLimit'])('fail when %s allows nothing or half a thing', (option) => {
    for (const limit of [0, -1, 1.5]) {
      expect(() => timing({ [option]: limit })).toThrow(
        Error(`[test/Source] ${option}: got ${limit}, expected a whole number of 1 or more; leave it out for no limit`),
      );
    }
  });
});

describe('ports', () => {
  test("are the source's own", () => {
    expect(endpoints({})).toEqual([METRICS, MONITORING]);
    expect(endpoints({ deploy: false })).toEqual([METRICS, MONITORING]);
  });

  test('are those that somebody else gave what they deployed', () => {
    expect(endpoints({ deploy: false, portNames: ['http'] })).toEqual([{ ...METRICS, port: 'http' }]);
  });

  test('expose under another name what the own port at their place does; of more than the source has nothing is known', () => {
    expect(endpoints({ deploy: false, portNames: ['monitoring'] })).toEqual([MONITORING]);
    expect(endpoints({ deploy: false, portNames: ['http', 'self', 'pprof'] })).toEqual([
      { ...METRICS, port: 'http' },
      { ...MONITORING, port: 'self' },
      { port: 'pprof' },
    ]);
  });

  test('fail when none is left', () => {
    expect(() => endpoints({ deploy: false, portNames: [] })).toThrow(
      Error('[test/Source] portNames: got [], expected at least one port name; leave it out for metrics, monitoring'),
    );
  });

  test.each([
    ['portNames', ['http'], '["http"]'],
    ['selector', { app: 'x' }, '{"app":"x"}'],
  ])('fail when %s are given for what the source deploys itself', (option, value, shown) => {
    expect(() => endpoints({ [option]: value })).toThrow(
      Error(
        `[test/Source] ${option}: got ${shown}, expected to be left out while the source deploys its workload itself; set deploy to false where somebody else deploys it`,
      ),
    );
  });
});
