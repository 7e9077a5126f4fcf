// Writes docs/metrics.md from the catalogs, the rules of the default pipeline and its dashboards. `npm run docs`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../charts/metrics-pipeline';
import { STANDARD, THINNED } from '../lib/economy';
import { isStored, type MetricReport, seriesReport } from '../lib/outputs';

const app = new App();
const pipeline = new MetricsPipeline(app, 'soperator', { cluster: 'soperator' });

/** Metrics of pages alone: what the agent makes of every scrape is everywhere the same. */
const all = seriesReport(app).filter(({ help }) => help !== undefined);
const automatic = [...new Set(seriesReport(app).flatMap(({ name, help }) => (help === undefined ? [name] : [])))];
const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** Pages that ask, each with the number of its panels that do. */
function readers({ readBy }: MetricReport): string {
  const pages = new Map<string, number>();
  for (const place of readBy) {
    const page = place.slice(0, place.indexOf(': '));
    pages.set(page, (pages.get(page) ?? 0) + 1);
  }
  return [...pages].map(([page, count]) => (count === 1 ? page : `${page} (${count})`)).join(', ');
}

function section(scrape: string): string {
  const own = all.filter((metric) => metric.scrape === scrape);
  const stored = own.filter(isStored);
  const read = stored.filter(({ readBy }) => readBy.length > 0);
  const beside = stored.filter(({ readBy }) => readBy.length === 0);
  const dropped = own.filter((metric) => !isStored(metric));
  const rows = read.map((metric) => {
    const { name, type, unit, help = '', when, summedOver } = metric;
    const notes = [
      help,
      ...(when === undefined ? [] : [`there with ${when}`]),
      ...(summedOver.length > 0 ? [`summed over ${summedOver.join(', ')}`] : []),
    ];
    return [`\`${name}\``, `${type}, ${unit}`, notes.join('; '), readers(metric)];
  });
  return [
    `## ${scrape}`,
    '',
    `Job \`${own[0]?.job}\`: ${own.length} metrics, of which ${stored.length} are stored and ${read.length} are read.`,
    '',
    table(['metric', 'what', 'says', 'read by (panels)'], rows),
    ...(beside.length > 0 ? ['', `Stored beside these: ${code(beside.map(({ name }) => name))}`] : []),
    ...(dropped.length > 0
      ? [
          '',
          `<details><summary>${dropped.length} that are not stored</summary>`,
          '',
          code(dropped.map(({ name }) => name)),
          '',
          '</details>',
        ]
      : []),
  ].join('\n');
}

const scrapes = [...new Set(all.map(({ scrape }) => scrape))];
const page = `# Metrics

What each source exposes, what of it is stored in profile \`standard\`, and who reads it. For a cluster file of your own: [\`soperator-metrics explain METRIC FILE\`](command.md#explain), which
also tells the rule by which a metric is dropped on the way to each destination.

Of every scrape, the agent makes ${code(automatic)}; they are stored in every profile.

## What profile \`standard\` keeps beyond what is read

${table(
  ['job', 'metrics', 'because'],
  STANDARD.map(({ job, metrics, why }) => [job, code(metrics), why]),
)}

## What profiles \`lean\` and \`standard\` leave of a metric

${table(
  ['job', 'metric', 'what is done', 'because'],
  [
    ...pipeline.collector.scrapedTargets.flatMap(({ job, sums = [] }) =>
      sums.map(({ metric, as, without, why }) => [
        job,
        `\`${metric}\``,
        `only \`${as}\` is sent, its sum over ${code(without)}, unless something reads the counter`,
        why,
      ]),
    ),
    ...THINNED.map(({ job, match: { __name__: metric, ...labels }, why }) => [
      job,
      `\`${metric}\``,
      `dropped where ${Object.entries(labels)
        .map(([name, value]) => `\`${name}="${value}"\``)
        .join(', ')}`,
      why,
    ]),
  ],
)}

${scrapes.map(section).join('\n\n')}
`;
writeFileSync(process.argv[2] ?? join(__dirname, '..', 'docs', 'metrics.md'), page);
