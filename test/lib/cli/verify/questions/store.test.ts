import { clocks } from '../../../../../lib/cli/verify/questions/clocks';
import { duplicates } from '../../../../../lib/cli/verify/questions/duplicates';
import { limits } from '../../../../../lib/cli/verify/questions/limits';
import { store } from '../../../../../lib/cli/verify/questions/store';
import { expectedFor, lines, looks, Well } from '../support';

const well = new Well(expectedFor());
const volume = (free: number, readOnly = 0) =>
  `vm_total_disk_space_bytes{path="/d"} 1e11\nvm_free_disk_space_bytes{path="/d"} ${free}\nvm_free_disk_space_limit_bytes{path="/d"} 1e8\nvm_storage_is_read_only{path="/d"} ${readOnly}`;

describe('store', () => {
  test('is content with room on its volume', () => {
    expect(lines(store.judge(well.facts()))).toEqual([]);
    expect(lines(store.judge(well.withStore({ looks: looks(volume(2e10)) })))).toEqual([]);
  });

  test('warns when the volume is nearly full, and tells when it is full', () => {
    const judged = (free: number, readOnly?: number) => lines(store.judge(well.withStore({ looks: looks(volume(free, readOnly)) })));
    expect(judged(5e9)).toEqual([
      expect.stringMatching(/^warning vmsingle: its volume is nearly full \(4\.7Gi of 93Gi free\): the volume is too small/),
    ]);
    expect(judged(9e7)).toEqual([expect.stringMatching(/^error vmsingle: its volume is full \(86Mi of 93Gi free\)/)]);
    expect(judged(9e7, 1)).toEqual([
      expect.stringMatching(
        /^error vmsingle is read-only: its volume is full .*; kubectl get persistentvolumeclaims -n monitoring-system$/,
      ),
    ]);
  });

  test('tells samples that are thrown away now, and says why', () => {
    const ignored = (count: number) => `vm_rows_ignored_total{reason="big_timestamp"} ${count}`;
    expect(lines(store.judge(well.withStore({ looks: looks(ignored(4), ignored(9)) })))).toEqual([
      expect.stringContaining('error vmsingle throws samples away: big_timestamp: their time is in the future'),
    ]);
    expect(lines(store.judge(well.withStore({ looks: looks(ignored(4), ignored(4)) })))).toEqual([]);
  });

  test('says nothing of a store that shows no figures of its own', () => {
    expect(lines(store.judge(well.withStore({ looks: undefined })))).toEqual([]);
  });
});

describe('limits', () => {
  test('is content when nothing is over', () => {
    expect(lines(limits.judge(well.answering(limits, [])))).toEqual([]);
  });

  test('tells scrapes that are too large: an error while they come, a warning afterwards', () => {
    const refused = (count: number) => `vm_promscrape_max_scrape_size_exceeded_errors_total ${count}`;
    expect(lines(limits.judge(well.withAgent({ looks: looks(refused(1), refused(3)) })))).toEqual([
      expect.stringMatching(
        /^error vmagent-metrics-0: 3 scrapes larger than maxScrapeSize since it started, and more come: .*raise maxScrapeSize/,
      ),
    ]);
    expect(lines(limits.judge(well.withAgent({ looks: looks(refused(3)) })))).toEqual([expect.stringMatching(/^warning /)]);
  });

  test('tells series that the store refuses', () => {
    const refused = 'vm_hourly_series_limit_rows_dropped_total 12';
    expect(lines(limits.judge(well.withStore({ looks: looks(refused) })))).toEqual([
      expect.stringContaining('vmsingle: 12 samples over -storage.maxHourlySeries'),
    ]);
  });

  test('names the targets over a limit of their source', () => {
    const sample = { labels: { job: 'node-exporter', instance: 'gpu-0' }, value: 1 };
    expect(lines(limits.judge(well.answering(limits, [['scrape_samples_limit', [sample]]])))).toEqual([
      expect.stringMatching(/^error node-exporter: 1 target over its sampleLimit \(gpu-0\)/),
    ]);
    expect(lines(limits.judge(well.answering(limits, [['scrape_series_limit_samples_dropped', [sample]]])))).toEqual([
      expect.stringMatching(/^error node-exporter: 1 target over its seriesLimit \(gpu-0\)/),
    ]);
  });
});

describe('duplicates', () => {
  test('is content when samples come as often as they are scraped', () => {
    expect(lines(duplicates.judge(well.answering(duplicates, [])))).toEqual([]);
  });

  test('asks only of jobs whose second samples the store does not merge into the first', () => {
    const queries = duplicates.queries?.(well.expected, []) ?? [];
    expect(queries).toHaveLength(1);
    // half as many again as ten in five minutes
    expect(queries[0]).toMatch(/\[300s\]\) > 15\)$/);
    expect(queries[0]).toContain('node-exporter');
    // every 15 s, and merged within 15 s
    expect(queries[0]).not.toContain('dcgm-exporter');
  });

  test('tells that somebody else writes, too', () => {
    const facts = well.answering(duplicates, [['count_over_time', [{ labels: { job: 'kubelet' }, value: 8 }]]]);
    expect(lines(duplicates.judge(facts))).toEqual([
      expect.stringMatching(/^error 8 targets stored more often than scraped: kubelet: a second agent/),
    ]);
  });
});

describe('clocks', () => {
  const node = { labels: { instance: 'gpu-0' }, value: 40 };

  test('is content when they agree', () => {
    expect(lines(clocks.judge(well.answering(clocks, [])))).toEqual([]);
  });

  test('tells how far the store is from here', () => {
    expect(lines(clocks.judge(well.withStore({ ahead: -63.4 })))).toEqual([
      expect.stringContaining('warning the clock of the store is 63 s behind the clock here'),
    ]);
  });

  test('tells samples of the future, and nodes that are off', () => {
    expect(lines(clocks.judge(well.answering(clocks, [['max(timestamp(up', [node]]])))).toEqual([
      expect.stringMatching(/^error samples come 40 s from the future: the clock of the agent's node is ahead/),
    ]);
    expect(lines(clocks.judge(well.answering(clocks, [['node_time_seconds', [node]]])))).toEqual([
      expect.stringMatching(/^warning the clocks of 1 node are off by more than 5 s: gpu-0/),
    ]);
  });

  test('only notes a clock that is right and not synchronised', () => {
    expect(clocks.judge(well.answering(clocks, [['node_timex_sync_status', [node]]]))).toMatchObject({
      findings: [],
      notes: [{ what: '1 node with a clock that nobody synchronises: gpu-0' }],
    });
  });
});
