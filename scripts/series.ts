// Tells of every metric where it comes from, what becomes of it and who reads it:
// npm run series -- [FILE] [--metric PATTERN] [--job JOB] [--unread] [--dropped].
import { parseArgs } from 'node:util';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../charts/metrics-pipeline';
import { loadClusters } from '../lib/config';
import { isStored, type MetricReport, seriesReport } from '../lib/outputs';
import { objectionToRegex, RelabelRegex } from '../lib/scrape/relabel-regex';

const USAGE = 'usage: npm run series -- [FILE] [--metric REGEX] [--job JOB] [--unread | --dropped]';

/** What was asked for. */
function options() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { metric: { type: 'string' }, job: { type: 'string' }, unread: { type: 'boolean' }, dropped: { type: 'boolean' } },
  });
  const [file = 'pipeline.yaml', ...more] = positionals;
  if (more.length > 0 || (values.unread && values.dropped)) throw new Error(USAGE);
  const objection = values.metric === undefined ? undefined : objectionToRegex(values.metric);
  if (objection) throw new Error(`--metric: got "${values.metric}", expected ${objection.expected}; ${objection.instead}`);
  return { file, ...values, metric: values.metric === undefined ? undefined : RelabelRegex.of(values.metric) };
}

function told(metric: MetricReport): string {
  const { name, job, scrape, type, unit, help, when, labels, summedOver, fates, readBy } = metric;
  const dropped = fates.filter(({ droppedBy }) => droppedBy !== undefined);
  const lines = [
    `${name}  ${type}, ${unit}, of ${job} (scrape ${scrape})`,
    help ?? 'made by the agent of each scrape',
    ...(when === undefined ? [] : [`there with: ${when}`]),
    ...(summedOver.length === 0 ? [] : [`summed over ${summedOver.join(', ')} by the agent`]),
    ...(isStored(metric) ? [`labels: ${labels.join(', ')}`] : []),
    ...dropped.map(({ destination, droppedBy }) => `not sent to ${destination}: ${droppedBy}`),
    readBy.length === 0 ? 'read by nothing' : `read by ${readBy.join('; ')}`,
  ];
  return lines.join('\n    ');
}

/** One line for each source: what it exposes, what of it arrives, and what of that is read. */
function overview(metrics: readonly MetricReport[]): string[] {
  return [...new Set(metrics.map(({ scrape }) => scrape))].map((scrape) => {
    const own = metrics.filter((metric) => metric.scrape === scrape);
    const stored = own.filter(isStored);
    const read = stored.filter(({ readBy }) => readBy.length > 0);
    return `${scrape}: ${own.length} metrics, ${stored.length} stored, ${read.length} of them read`;
  });
}

try {
  const { file, metric, job, unread, dropped } = options();
  let found = false;
  for (const cluster of loadClusters(file)) {
    const app = new App();
    new MetricsPipeline(app, cluster.cluster, cluster.props);
    const all = seriesReport(app);
    const chosen = all.filter(
      (one) =>
        (metric?.matches(one.name) ?? true) &&
        (job === undefined || one.job === job) &&
        (!unread || (isStored(one) && one.readBy.length === 0)) &&
        (!dropped || !isStored(one)),
    );
    console.log(`${cluster.cluster}\n${overview(all).join('\n')}\n`);
    // without a wish, a thousand metrics are no answer
    if (metric || job !== undefined || unread || dropped) console.log(`${chosen.map(told).join('\n') || 'none'}\n`);
    found ||= chosen.length > 0;
  }
  // that nothing is unread or dropped is an answer, too
  if (!found && !unread && !dropped) throw new Error('no such metric is scraped; npm run series lists the scrapes');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
