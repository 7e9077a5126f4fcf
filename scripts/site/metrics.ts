import { App } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { type Bringer, bringersOf } from '../../lib/cli/explain/absent';
import type { MetricCatalog, MetricFamily } from '../../lib/common/metric-family';
import { SeriesProfile } from '../../lib/common/series-profile';
import { KNOWN_SOURCES, type KnownSource } from '../../lib/metrics/sources';
import { isStored, type MetricReport, seriesReport } from '../../lib/outputs';
import { namesOf } from '../../lib/scrape/schema/samples';
import { code, codes, frontmatter, heading, page, prose, sentence, table } from './markdown';

/** Where something is described; nothing where it is not. */
export type Link = (name: string) => string | undefined;

/** A pipeline, as far as pages of metrics read it. */
interface Rendered {
  readonly pipeline: MetricsPipeline;
  /** Reports by scrape and name. */
  readonly reports: ReadonlyMap<string, MetricReport>;
}

/** Up to so many readers stand in a line. */
const FEW = 4;

/** Scraped nowhere by default, and documented all the same. */
const OPTIONAL = new Set(['apiServer', 'coreDns']);

function rendered(profile: SeriesProfile): Rendered {
  const app = new App();
  const pipeline = new MetricsPipeline(app, 'soperator', {
    cluster: 'soperator',
    series: { profile },
    apiServer: { enabled: true },
    coreDns: { enabled: true },
  });
  return { pipeline, reports: new Map(seriesReport(app).map((report) => [`${report.scrape} ${report.name}`, report])) };
}

/** Where each metric is described: its page and anchor. */
export function metricLinks(): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  for (const { job, catalogs } of KNOWN_SOURCES) {
    for (const [catalog, index] of catalogs.map((one, at) => [one, at] as const)) {
      for (const family of catalog.families) {
        const link = `/metrics/${job}.md#${anchorOf(family, catalogs, index)}`;
        for (const name of [family.name, ...seriesOf(family)]) if (!links.has(name)) links.set(name, link);
        // what the agent sends in place of a counter of each CPU
        links.set(`instance:${family.name}:sum`, link);
      }
    }
  }
  return links;
}

const seriesOf = (family: MetricFamily): readonly string[] => namesOf({ name: '', families: [family] });

/** The name itself; where two pages of a source expose it, the later one has a number. */
function anchorOf({ name }: MetricFamily, catalogs: readonly MetricCatalog[], index: number): string {
  const before = catalogs.slice(0, index).filter(({ families }) => families.some((family) => family.name === name)).length;
  return before === 0 ? name : `${name}-${before + 1}`;
}

/** The pages of all sources, by their paths in the site. */
export function metricPages(placeLink: Link): ReadonlyMap<string, string> {
  const profiles = Object.values(SeriesProfile).map((profile) => ({ profile, ...rendered(profile) }));
  const standard = profiles.find(({ profile }) => profile === SeriesProfile.STANDARD);
  if (standard === undefined) throw new Error('metric pages: got no profile standard, expected one');
  const teller = new Teller(profiles, standard, placeLink);
  return new Map([
    ['metrics/index.md', index()],
    ...KNOWN_SOURCES.map((source) => [`metrics/${source.job}.md`, teller.page(source)] as const),
  ]);
}

function index(): string {
  const rows = KNOWN_SOURCES.map(({ job, option, catalogs }) => [
    `[${job}](/metrics/${job}.md)`,
    `[${code(option)}](/options/${option}.md)`,
    catalogs.map(({ name }) => name).join(', '),
    String(catalogs.reduce((sum, { families }) => sum + families.length, 0)),
  ]);
  return page(
    frontmatter({ outline: 2 }),
    heading(1, 'Metrics, by source'),
    'Everything that the sources of the pipeline can expose. For a cluster file of your own, [`soperator-metrics explain METRIC FILE`](/command.md#explain) tells what arrives and who reads it.',
    table(['job', 'option', 'pages', 'metrics'], rows),
    'What the agent says of each scrape, such as `up`, and which metrics a profile keeps beyond those that are read: [on one page](/metrics.md).',
  );
}

/** Tells of metrics what becomes of them in the default pipeline. */
class Teller {
  constructor(
    private readonly profiles: readonly (Rendered & { readonly profile: SeriesProfile })[],
    private readonly standard: Rendered,
    private readonly placeLink: Link,
  ) {}

  page(source: KnownSource): string {
    const { job, option, catalogs } = source;
    const several = catalogs.length > 1;
    return page(
      frontmatter({ outline: 2 }),
      heading(1, job),
      `Job ${code(job)}, options [${code(option)}](/options/${option}.md).${OPTIONAL.has(option) ? ` It is off by default: write \`${option}: { enabled: true }\`.` : ''}`,
      catalogs.flatMap((catalog, at) => [
        several ? heading(2, catalog.name) : '',
        ...catalog.families.map((family) => this.family(family, source, catalog, anchorOf(family, catalogs, at))),
        catalog.others === undefined ? '' : `Further metrics of this page may have names like ${code(catalog.others.source)}.`,
      ]),
    );
  }

  private family(family: MetricFamily, source: KnownSource, catalog: MetricCatalog, anchor: string): string {
    const { name, type, unit, help } = family;
    const series = seriesOf(family);
    const facts = [
      `${type}, ${unit}${series.length > 1 || series[0] !== name ? `; series ${codes(series)}` : ''}`,
      ...labelsOf(family),
      ...conditionsOf(family),
      ...this.fate(family, catalog),
    ];
    const own = this.reports(family, catalog, this.standard);
    const bringer = this.bringer(family, source, catalog);
    return page(
      heading(3, code(name), anchor),
      prose(sentence(help)),
      [...facts, ...(bringer === undefined ? [] : [`not there by default, because ${prose(bringer.because)}: ${prose(bringer.write)}`])]
        .map((fact) => `- ${fact}`)
        .join('\n'),
      this.readers(own),
    ).trimEnd();
  }

  /** Who would bring a metric that the default pipeline does not have. */
  private bringer(family: MetricFamily, source: KnownSource, catalog: MetricCatalog): Bringer | undefined {
    return bringersOf(family.name, this.standard.pipeline.collector.scrapedTargets).find(
      (one) => one.source === source.option && one.page === catalog.name,
    );
  }

  /** What is known of a family in a pipeline, its series and the sum that the agent sends in place of them. */
  private reports(family: MetricFamily, catalog: MetricCatalog, { pipeline, reports }: Rendered): readonly MetricReport[] {
    const names = [...seriesOf(family), `instance:${family.name}:sum`];
    return pipeline.collector.scrapedTargets
      .filter(({ endpoints }) => endpoints.some((endpoint) => endpoint.catalog?.name === catalog.name))
      .flatMap((target) => names.flatMap((name) => reports.get(`${target.name} ${name}`) ?? []));
  }

  private fate(family: MetricFamily, catalog: MetricCatalog): string[] {
    const own = this.reports(family, catalog, this.standard);
    if (own.length === 0) return [];
    const stored = this.profiles.filter((one) => this.reports(family, catalog, one).some(isStored)).map(({ profile }) => profile);
    const sums = own.filter(({ summedOver }) => summedOver.length > 0);
    const isRead = own.some(({ readBy }) => readBy.length > 0);
    return [
      stored.length === 0
        ? 'stored in no profile by itself; [`series.keep`](/options/series.md#series-keep) brings it'
        : `stored in profile ${codes(stored)}`,
      ...sums.map((sum) => `sent as ${code(sum.name)}, its sum over ${codes(sum.summedOver)}, unless something reads the metric itself`),
      ...(isRead ? [] : ['read by no panel']),
    ];
  }

  /** Who reads a metric, by dashboard; long lists are folded. */
  private readers(reports: readonly MetricReport[]): string {
    const places = [...new Set(reports.flatMap(({ readBy }) => readBy))];
    const byDashboard = new Map<string, string[]>();
    for (const place of places) {
      const [dashboard = '', ...rest] = place.split(': ');
      const link = this.placeLink(place);
      const part = prose(rest.join(': '));
      byDashboard.set(dashboard, [...(byDashboard.get(dashboard) ?? []), link === undefined ? part : `[${part}](${link})`]);
    }
    const lines = [...byDashboard].map(([dashboard, parts]) => `${prose(dashboard)}: ${parts.join(', ')}`);
    if (lines.length === 0) return '';
    if (places.length <= FEW) return `Read by ${lines.join('; ')}`;
    return page(
      `<details><summary>Read by ${places.length} panels and variables</summary>`,
      lines.map((line) => `- ${line}`).join('\n'),
      '</details>',
    ).trimEnd();
  }
}

function labelsOf({ labels }: MetricFamily): string[] {
  const told = (some: boolean) =>
    Object.entries(labels)
      .filter(([, { optional = false }]) => optional === some)
      .map(
        ([name, { values }]) => `${code(name)}${values === undefined ? '' : ` (${values.map((value) => code(value || '""')).join(', ')})`}`,
      )
      .join(', ');
  const [always, sometimes] = [told(false), told(true)];
  return [...(always === '' ? [] : [`labels: ${always}`]), ...(sometimes === '' ? [] : [`labels that are not always there: ${sometimes}`])];
}

function conditionsOf({ name, when = {} }: MetricFamily): string[] {
  const { option, hardware, event } = when;
  return [
    ...(option === undefined || option === `counter ${name}` ? [] : [`comes with ${prose(option)}`]),
    ...(hardware === undefined ? [] : [`needs ${prose(hardware)}`]),
    ...(event === undefined ? [] : [`there once ${prose(event)}`]),
  ];
}
