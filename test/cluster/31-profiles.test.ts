import { Mode, SeriesProfile } from '../../lib';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { applied } from './support/modes';
import { requirePipeline } from './support/pipeline';
import { query } from './support/store';
import { WHOLE } from './support/whole';

const cluster = useCluster();

/** Series that got a sample within some of the longest intervals: those of a former profile get none any more. */
const FRESH = '{__name__!=""}[45s]';

interface Counted {
  readonly total: number;
  readonly bySource: ReadonlyMap<string, number>;
}

async function counted(): Promise<Counted> {
  const samples = await query(cluster, `count by (job, metrics_path) (last_over_time(${FRESH}))`);
  const bySource = new Map(samples.map(({ labels, value }) => [`${labels.job}${labels.metrics_path ?? ''}`, value] as const));
  return { total: [...bySource.values()].reduce((sum, value) => sum + value, 0), bySource };
}

/** Applies a profile, and counts once what it takes has come and what it leaves out has aged. */
async function withProfile(profile: SeriesProfile): Promise<Counted> {
  await applied(cluster, Manifests.of(cluster, { series: { profile }, vmSingle: WHOLE.vmSingle }), Mode.OPERATOR);
  let before = await counted();
  await eventually(`the series of profile ${profile} are as many at two looks`, 240, async () => {
    await new Promise((resolve) => setTimeout(resolve, 50_000));
    const now = await counted();
    const difference = Math.abs(now.total - before.total) / now.total;
    before = now;
    expect(difference).toBeLessThan(0.005);
  });
  const nodes = await query(
    cluster,
    `count by (instance) (last_over_time({instance!="", job=~"node-exporter|kubelet|dcgm-exporter"}[45s]))`,
  );
  const lines = [...before.bySource].map(([source, value]) => `${source} ${value}`).sort();
  report(`profile ${profile}: ${before.total} series: ${lines.join(', ')}`);
  report(`profile ${profile}: ${nodes.map(({ labels, value }) => `${labels.instance} ${value}`).join(', ')}`);
  return before;
}

describe('profiles of series', () => {
  let standard: Counted;
  let lean: Counted;
  let full: Counted;
  beforeAll(async () => {
    await requirePipeline(cluster);
    lean = await withProfile(SeriesProfile.LEAN);
    full = await withProfile(SeriesProfile.FULL);
    standard = await withProfile(SeriesProfile.STANDARD);
  }, 900_000);
  afterAll(async () => applied(cluster, Manifests.of(cluster), Mode.OPERATOR), 300_000);

  test('take more, one after the other, in total', () => {
    expect(lean.total).toBeLessThan(standard.total);
    expect(standard.total).toBeLessThanOrEqual(9_000);
    expect(full.total).toBeGreaterThan(2 * standard.total);
  });

  test('take no less of any source than a smaller one does', () => {
    const smaller = (one: Counted, other: Counted) =>
      [...one.bySource].filter(([source, value]) => value > (other.bySource.get(source) ?? 0) + 5).map(([source]) => source);
    expect(smaller(lean, standard)).toEqual([]);
    // what is summed over CPUs is a few series more
    expect(smaller(standard, full)).toEqual([]);
  });
});
