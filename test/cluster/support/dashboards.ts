import { Mode } from '../../../lib';
import { DASHBOARDS, type JobAttribution } from '../../../lib/dashboards';
import type { VariableSource } from '../../../lib/dashboards/asked-queries';
import { BLANK, BLANK_WITH_ONE } from './blank';
import { type Cluster, report } from './cluster';
import { eventually } from './eventually';
import type { Manifests } from './manifests';
import { applied } from './modes';
import { type Blank, type Choice, Page, RANGE_S } from './page';
import { MONITORING, SLURM } from './pipeline';
import { query } from './store';

const STORE = 'svc/vmsingle-metrics-victoria-metrics-k8s-stack';

/** Values that are chosen where one is, in place of the first that is offered: those with most to show. */
const PREFERRED: ReadonlyMap<string, string> = new Map([['namespace', MONITORING]]);

const answersOf = (cluster: Cluster): VariableSource => ({
  query: (expression) => query(cluster, expression),
  async labelValues(selector, label) {
    const path = `/api/v1/label/${label}/values?match[]=${encodeURIComponent(selector)}&start=-${RANGE_S}s`;
    const { data }: { data: string[] } = JSON.parse(await cluster.fetch(MONITORING, STORE, 8429, path));
    return data;
  },
});

function reasonFor(dashboard: string, { what, choice }: Blank): string | undefined {
  return BLANK[dashboard]?.[what] ?? (choice === 'one' ? BLANK_WITH_ONE[dashboard]?.[what] : undefined);
}

/** A panel or variable that shows nothing, with everything that it asks. */
const line = ({ what, choice, queries }: Blank): string =>
  [`${what.startsWith('$') ? 'variable' : 'panel'} ${what}, ${choice} of each variable:`, ...queries].join('\n    ');

/** Waits until a rate can be had of everything that is scraped now. */
async function everythingTwice(cluster: Cluster): Promise<void> {
  await eventually('every target was scraped three times', 120, async () => {
    // of what is gone, the last value is found for minutes
    expect(await query(cluster, `count_over_time(up[${RANGE_S}s]) < 3 and last_over_time(up[45s]) == 1`)).toEqual([]);
    const [counted] = await query(cluster, 'count(up == 1)');
    expect(counted?.value).toBeGreaterThan(0);
  });
}

/** Tests that all panels and variables of all dashboards find something. */
export function everyDashboardShows(cluster: Cluster, jobAttribution: JobAttribution): void {
  test.each(DASHBOARDS)('$title: every panel and every variable finds something, with all values and with one', async (definition) => {
    const { title } = definition;
    const page = new Page(definition, jobAttribution, answersOf(cluster), PREFERRED);
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

/** Applies a pipeline, and waits for its GPU exporter, which differs most, and until GPUs name their jobs or no longer do. */
export async function showing(cluster: Cluster, manifests: Manifests, jobs: boolean): Promise<void> {
  await applied(cluster, manifests, Mode.OPERATOR);
  const exporters = manifests.objects.filter(({ kind, metadata }) => kind === 'DaemonSet' && metadata.namespace === SLURM);
  expect(exporters).toHaveLength(1);
  for (const { metadata } of exporters) {
    await cluster.kubectl('rollout', 'status', '-n', SLURM, `daemonset/${metadata.name}`, '--timeout=2m');
  }
  await eventually(jobs ? 'GPUs name their jobs' : 'GPUs name no jobs', 120, async () => {
    // what has ended without a word is found for minutes
    expect((await query(cluster, 'last_over_time(DCGM_FI_DEV_GPU_UTIL{hpc_job!=""}[45s])')).length > 0).toBe(jobs);
  });
  await everythingTwice(cluster);
}
