import { App, Chart } from 'cdk8s';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { poolNames } from '../../../lib/scrape/pool-names';
import { renderScrapeConfig } from '../../../lib/scrape/scrape-config';

const { collector } = new MetricsPipeline(new App(), 'lab', { cluster: 'lab' });
const targets = collector.scrapedTargets;
const names = (way: number) =>
  targets.flatMap((target) => target.endpoints.map((_, index) => poolNames(target, index, 'monitoring-system')[way]));

test('in a rendered configuration each scrape has its name', () => {
  const { scrape_configs } = renderScrapeConfig(targets, { cluster: 'lab', fileOf: () => '/x' });
  expect(names(1)).toEqual(scrape_configs.map(({ job_name }) => job_name));
});

test('the operator calls scrapes by kind, namespace, name and position; nodes have one page', () => {
  const objects = Chart.of(collector).toJson() as {
    kind: string;
    metadata: { name: string; namespace: string };
    spec: Record<string, unknown[]>;
  }[];
  const made = objects.flatMap(({ kind, metadata: { namespace, name }, spec }) => {
    const [, of = ''] = /^VM(Service|Pod|Node)Scrape$/.exec(kind) ?? [];
    if (of === '') return [];
    const pool = `${of.toLowerCase()}Scrape/${namespace}/${name}`;
    return of === 'Node' ? [pool] : (spec.endpoints ?? spec.podMetricsEndpoints ?? []).map((_, index) => `${pool}/${index}`);
  });
  expect([...names(0)].sort()).toEqual(made.sort());
});
