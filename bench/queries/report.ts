import { cpus, totalmem } from 'node:os';
import { BARS, brokenBars, millions } from './bars';
import type { PanelCost } from './measure';

/** One size that was measured. */
export interface Run {
  /** As it was asked for: `1000x3h`. */
  readonly size: string;
  readonly nodes: number;
  readonly lengthS: number;
  readonly series: number;
  readonly samples: number;
  /** At the ranges that pages have at first. */
  readonly costs: readonly PanelCost[];
  /** Over all of the data. @default - pages look back as far at first */
  readonly whole?: readonly PanelCost[];
}

/** Panels that are named with their costs, of those that take longest. */
const SLOWEST = 10;

/** The page of the documentation. */
export function pageOf(runs: readonly Run[]): string {
  return `<!-- written by \`npm run bench:queries -- --victoria-metrics PATH --write\`; not by hand -->

# What the dashboards cost the store

Every query of every panel of all dashboards, asked of one VictoriaMetrics that holds a generated past: folded rows included, variables at what they are at first, steps and
intervals as Grafana works them out on a screen of 1,920 pixels, jobs attributed by join. The store's cache of results is off, so this is the first opening of a page; the minutes after cost less.

Measured on ${cpus().length} CPUs and ${Math.round(totalmem() / 2 ** 30)} GiB of memory, 3 GiB of it the store's. Seconds are those of one run, differ
from machine to machine, and grow with what else a machine does; samples and series do not.

<!-- not run: two sizes take a quarter of an hour and 6 GB of memory -->

    npm run bench:queries -- --victoria-metrics PATH     # of the binary; exits with 1 when a bar is broken

| per panel, at the range that the page has at first | bar |
| --- | --- |
| samples scanned | ${millions(BARS.scanned)} |
| series of the answer | ${BARS.series} |

- **Samples scanned** are what the store counts in \`vm_rows_scanned_per_query\`, for each query from its trace (\`trace=1\`, \`samplesScanned\`): each sample of the range once, and once more
  for each point whose window it is looked at in. \`/metrics\` itself is kept for seconds, so differences of it around one query say nothing; \`stats\` of an answer has series only.
- **Samples read** are those of the blocks that were unpacked (\`fetch unique series\` of the trace). A block holds up to 8,192 samples of a series, hours before the range included:
  at 15 seconds more than a day. That is why the same three hours take longer on a store with a longer past, at the same number of samples scanned.
- **Series** of a table are those of its largest query, because queries of a table are its columns; of other panels they are those of all queries.
- **Data**: nodes with 8 GPUs, 192 CPUs and about 20 pods each, and one node of the system for each fifty; jobs of 1 to 128 nodes one after another; every series that a panel reads, at its interval (15 s GPUs, 30 s the rest) and
  with the labels that it has behind the pipeline. Series of which pages read those of one chosen node only, such as each CPU's, are there for three nodes: the store finds them by the node and reads no others.

${runs.map(sectionOf).join('\n')}
## All panels

Slowest first, by the first size.

${allOf(runs)}`;
}

function sectionOf({ nodes, lengthS, series, samples, costs, whole }: Run): string {
  const broken = brokenBars(costs);
  const total = costs.reduce((sum, { seconds }) => sum + seconds, 0);
  return `## ${nodes.toLocaleString('en')} GPU nodes, ${hours(lengthS)}

${series.toLocaleString('en')} series, ${millions(samples)} samples. All ${costs.length} panels one after another take ${total.toFixed(0)} s.
${broken.length === 0 ? 'Every panel is within the bars.' : `Beyond the bars:\n\n${broken.map((text) => `- ${text}`).join('\n')}`}

The slowest:

${tableOf(bySeconds(costs).slice(0, SLOWEST))}
The most samples scanned:

${tableOf([...costs].sort((a, b) => b.scanned - a.scanned).slice(0, SLOWEST))}
The most samples read. What stands here and not above asks for one moment of very many series: less of it can only be had by storing sums, as an agent makes them by stream aggregation.

${tableOf([...costs].sort((a, b) => b.read - a.read).slice(0, SLOWEST))}
${whole === undefined ? '' : `\nOver all ${hours(lengthS)}, to which no bar applies:\n\n${tableOf(bySeconds(whole).slice(0, SLOWEST))}`}`;
}

const hours = (lengthS: number): string => `${lengthS / 3600} h`;

const bySeconds = (costs: readonly PanelCost[]): readonly PanelCost[] => [...costs].sort((a, b) => b.seconds - a.seconds);

function tableOf(costs: readonly PanelCost[]): string {
  const rows = costs.map(
    ({ page, panel, rangeS, seconds, scanned, read, series, queries }) =>
      `| ${page} | ${panel} | ${hours(rangeS)} | ${queries} | ${seconds.toFixed(2)} | ${millions(scanned)} | ${millions(read)} | ${series} |`,
  );
  return `| dashboard | panel | range | queries | seconds | scanned | read | series |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`;
}

/** One line for each panel, with the figures of each size. */
function allOf(runs: readonly Run[]): string {
  const [first, ...others] = runs;
  if (first === undefined) return '';
  const key = ({ page, panel }: PanelCost) => `${page}\n${panel}`;
  const known = others.map(({ costs }) => new Map(costs.map((cost) => [key(cost), cost])));
  const figures = (cost: PanelCost | undefined) =>
    cost === undefined ? '| | | ' : `| ${cost.seconds.toFixed(2)} | ${millions(cost.scanned)} | ${cost.series} `;
  const rows = bySeconds(first.costs).map((cost) => {
    const rest = known.map((costs) => figures(costs.get(key(cost)))).join('');
    return `| ${cost.page} | ${cost.panel} | ${hours(cost.rangeS)} ${figures(cost)}${rest}|`;
  });
  const heads = runs.map(({ size }) => `| ${size}: seconds | scanned | series `).join('');
  return `| dashboard | panel | range ${heads}|
| --- | --- | --- ${runs.map(() => '| ---: | ---: | ---: ').join('')}|
${rows.join('\n')}
`;
}
