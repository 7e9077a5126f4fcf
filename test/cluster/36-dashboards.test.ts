import { Mode } from '../../lib';
import { DASHBOARDS, JobAttribution } from '../../lib/dashboards';
import type { VariableSource } from '../../scripts/dashboard-queries';
import { BLANK, BLANK_WITH_ONE } from './support/blank';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { applied } from './support/modes';
import { type Blank, type Choice, Page, RANGE_S } from './support/page';
import { MONITORING, requirePipeline, SLURM } from './support/pipeline';
import { query } from './support/store';
import { WHOLE } from './support/whole';

const cluster = useCluster();
const STORE = 'svc/vmsingle-metrics-victoria-metrics-k8s-stack';

/** Values that are chosen where one is, in place of the first that is offered: those with most to show. */
const PREFERRED: ReadonlyMap<string, string> = new Map([['namespace', MONITORING]]);

const answers: VariableSource = {
  query: (expression) => query(cluster, expression),
  async labelValues(selector, label) {
    const path = `/api/v1/label/${label}/values?match[]=${encodeURIComponent(selector)}&start=-${RANGE_S}s`;
    const { data }: { data: string[] } = JSON.parse(await cluster.fetch(MONITORING, STORE, 8429, path));
    return data;
  },
};

function reasonFor(dashboard: string, { what, choice }: Blank): string | undefined {
  return BLANK[dashboard]?.[what] ?? (choice === 'one' ? BLANK_WITH_ONE[dashboard]?.[what] : undefined);
}

/** A panel or variable that shows nothing, with everything that it asks. */
const line = ({ what, choice, queries }: Blank): string =>
  [`${what.startsWith('$') ? 'variable' : 'panel'} ${what}, ${choice} of each variable:`, ...queries].join('\n    ');

/** Waits until a rate can be had of everything that is scraped now. */
async function everythingTwice(): Promise<void> {
  await eventually('every target was scraped three times', 120, async () => {
    // of what is gone, the last value is found for minutes
    expect(await query(cluster, `count_over_time(up[${RANGE_S}s]) < 3 and last_over_time(up[45s]) == 1`)).toEqual([]);
    const [counted] = await query(cluster, 'count(up == 1)');
    expect(counted?.value).toBeGreaterThan(0);
  });
}

function everyDashboardShows(jobAttribution: JobAttribution): void {
  test.each(DASHBOARDS)('$title: every panel and every variable finds something, with all values and with one', async (definition) => {
    const { title } = definition;
    const page = new Page(definition, jobAttribution, answers, PREFERRED);
    const choices: readonly Choice[] = ['all', 'one'];
    const blanks = (await Promise.all(choices.map((choice) => page.blanks(choice)))).flat();
    const known = blanks.filter((blank) => reasonFor(title, blank));
    report(
      `${title}, ${jobAttribution}: ${page.asking.length} panels and variables, ${new Set(known.map(({ what }) => what)).size} without data for a reason`,
    );
    const needless = page.asking.filter((what) => BLANK[title]?.[what] && !blanks.some((blank) => blank.what === what));
    if (needless.length > 0) report(`${title}, ${jobAttribution}: shown nevertheless: ${needless.join('; ')}`);
    let unexplained = blanks.filter((blank) => !reasonFor(title, blank));
    // what comes with the next scrapes is not missing: some panels rank by minutes of the past
    await eventually(`${title}, job attribution ${jobAttribution}: nothing is blank without a reason`, 150, async () => {
      const again = await Promise.all(
        choices.map((choice) =>
          page.blanks(choice, new Set(unexplained.filter((blank) => blank.choice === choice).map(({ what }) => what))),
        ),
      );
      unexplained = again.flat();
      expect(unexplained.map(line)).toEqual([]);
    });
  });
}

beforeAll(() => requirePipeline(cluster));

/** Applies a pipeline, and waits for its GPU exporter, which differs most. */
async function roll(manifests: Manifests): Promise<void> {
  await applied(cluster, manifests, Mode.OPERATOR);
  const exporters = manifests.objects.filter(({ kind, metadata }) => kind === 'DaemonSet' && metadata.namespace === SLURM);
  expect(exporters).toHaveLength(1);
  for (const { metadata } of exporters) {
    await cluster.kubectl('rollout', 'status', '-n', SLURM, `daemonset/${metadata.name}`, '--timeout=2m');
  }
}

describe(`dashboards with job attribution ${JobAttribution.LABEL}, where the GPU exporter names jobs`, () => {
  beforeAll(async () => {
    await roll(Manifests.of(cluster, WHOLE));
    await eventually('GPUs name their jobs', 60, async () => {
      expect(await query(cluster, 'DCGM_FI_DEV_GPU_UTIL{hpc_job!=""}')).not.toEqual([]);
    });
    await everythingTwice();
  }, 330_000);

  everyDashboardShows(JobAttribution.LABEL);
});

describe('dashboards of the usual pipeline', () => {
  beforeAll(async () => {
    await roll(await Manifests.ofDefaults(cluster));
    await eventually('GPUs name no jobs any more', 120, async () => {
      expect(await query(cluster, 'DCGM_FI_DEV_GPU_UTIL{hpc_job!=""}')).toEqual([]);
    });
    await everythingTwice();
  }, 330_000);

  describe.each([JobAttribution.JOIN, JobAttribution.NONE])('with job attribution %s', (jobAttribution) => {
    everyDashboardShows(jobAttribution);
  });
});
