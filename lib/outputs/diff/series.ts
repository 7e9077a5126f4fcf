import { Tree } from '../../checks';
import { bytes } from '../../common/units';
import { isCollector } from '../../scrape/collector';
import { type Load, loadOf } from '../../scrape/load';
import { storageFor } from '../../scrape/sizing';
import { placeText, Readers } from '../readers';
import { type MetricReport, seriesReport } from '../series-report';
import { Change, Danger, type LabelsDifference, type MetricsDifference, type SeriesDifference, type Warning } from './kinds';
import type { Side, SideModel } from './side';
import { counted, few, number } from './words';

/** Everything that is known of the series of one name and job. */
interface MetricView {
  readonly name: string;
  readonly reports: readonly MetricReport[];
  /** Destinations that it arrives at. */
  readonly arrives: ReadonlySet<string>;
}

/** What becomes of series between two sides; nothing where one of them is only known by its manifests. */
export function seriesDifference(former: Side, latter: Side): SeriesDifference | undefined {
  if (!former.model || !latter.model) return undefined;
  const [before, after] = [metricsOf(former.model), metricsOf(latter.model)];
  const [load, next] = [loadIn(former.model), loadIn(latter.model)];
  const [disk, nextDisk] = [diskOf(former.model), diskOf(latter.model)];
  const difference = {
    active: { old: load?.series ?? 0, new: next?.series ?? 0 },
    samplesPerSecond: { old: load?.samplesPerSecond ?? 0, new: next?.samplesPerSecond ?? 0 },
    ...(disk && nextDisk
      ? { disk: { needed: { old: disk.needed, new: nextDisk.needed }, volume: { old: disk.volume, new: nextDisk.volume } } }
      : {}),
    arriving: arrivingIn(before, after),
    metrics: metricDifferences(before, after, new Readers(Tree.of(latter.model.app))),
    labels: labelDifferences(before, after),
  };
  const { active, samplesPerSecond, arriving, metrics, labels } = difference;
  const isSame =
    active.old === active.new && samplesPerSecond.old === samplesPerSecond.new && arriving.length + metrics.length + labels.length === 0;
  return isSame && disk?.volume === nextDisk?.volume && disk?.needed === nextDisk?.needed ? undefined : difference;
}

/** What to know of series that differ. */
export function seriesWarnings({ metrics, labels, disk }: SeriesDifference): Warning[] {
  const empty = [...new Set(metrics.filter(({ change }) => change === Change.REMOVED).flatMap(({ readBy }) => readBy))];
  const vanished = labels.filter(({ removed }) => removed.length > 0);
  return [
    ...(empty.length > 0
      ? [{ danger: Danger.EMPTY, subject: counted(empty.length, 'panel'), message: `ask for what no longer arrives: ${few(empty, 4)}` }]
      : []),
    ...vanished.map(({ job, scrape, removed, metrics: names }) => ({
      danger: Danger.LABELS,
      subject: `scrape of ${scrape}`,
      message: `${counted(names.length, 'metric')} of job ${job} lose ${removed.join(', ')}: queries and alerts that use the label find nothing`,
    })),
    ...(disk && disk.needed.new > disk.volume.new
      ? [
          {
            danger: Danger.DATA,
            subject: 'store',
            message: `needs ${number(disk.needed.new)} bytes of a volume of ${number(disk.volume.new)}`,
          },
        ]
      : []),
  ];
}

/** How many metrics arrive where, if another number does. */
function arrivingIn(before: ReadonlyMap<string, MetricView>, after: ReadonlyMap<string, MetricView>): SeriesDifference['arriving'] {
  const count = (metrics: ReadonlyMap<string, MetricView>, destination: string) =>
    [...metrics.values()].filter(({ arrives }) => arrives.has(destination)).length;
  return [...new Set([...destinationsIn(before), ...destinationsIn(after)])]
    .map((destination) => ({ destination, old: count(before, destination), new: count(after, destination) }))
    .filter((one) => one.old !== one.new);
}

const KNOWN = new WeakMap<SideModel, ReadonlyMap<string, MetricView>>();

/** All metrics of a side, by job and name; one side may be compared with several. */
function metricsOf(model: SideModel): ReadonlyMap<string, MetricView> {
  const metrics = KNOWN.get(model) ?? metricsIn(model);
  KNOWN.set(model, metrics);
  return metrics;
}

function metricsIn({ app }: SideModel): Map<string, MetricView> {
  const groups = new Map<string, MetricReport[]>();
  for (const report of seriesReport(app)) {
    const key = `${report.job} ${report.name}`;
    const group = groups.get(key);
    if (group) group.push(report);
    else groups.set(key, [report]);
  }
  return new Map(
    [...groups].map(([key, reports]) => [
      key,
      {
        name: reports[0]?.name ?? '',
        reports,
        arrives: new Set(
          reports.flatMap(({ fates }) => fates.flatMap(({ destination, droppedBy }) => (droppedBy === undefined ? [destination] : []))),
        ),
      },
    ]),
  );
}

function metricDifferences(
  before: ReadonlyMap<string, MetricView>,
  after: ReadonlyMap<string, MetricView>,
  asking: Readers,
): MetricsDifference[] {
  const [had, has] = [destinationsIn(before), destinationsIn(after)];
  const answered = answeredIn(after);
  const groups = new Map<
    string,
    { readonly difference: Omit<MetricsDifference, 'metrics' | 'readBy'>; metrics: string[]; readers: string[] }
  >();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(key), after.get(key)];
    // of a destination that comes or goes, everything does
    for (const destination of [...had].filter((name) => has.has(name))) {
      const [was, is] = [one?.arrives.has(destination) ?? false, other?.arrives.has(destination) ?? false];
      if (was === is) continue;
      const change = is ? Change.ADDED : Change.REMOVED;
      const view = is ? other : one;
      const [report] = view?.reports ?? [];
      if (!view || !report) continue;
      const why = is ? whyNew(one, before, report, destination) : whyGone(other, after, report, destination);
      const id = JSON.stringify([change, report.job, report.scrape, why, destination]);
      const group = groups.get(id) ?? {
        difference: { change, destinations: [destination], job: report.job, scrape: report.scrape, why },
        metrics: [],
        readers: [],
      };
      groups.set(id, group);
      group.metrics.push(view.name);
      const readers = view.reports.flatMap(({ readBy }) => readBy);
      const asked = is
        ? readers
        : readers.filter((reader) => !answered.has(`${view.name} ${reader}`) && asking.named(view.name).map(placeText).includes(reader));
      group.readers.push(...asked);
    }
  }
  const all = [...groups.values()].map(({ difference, metrics, readers }) => ({
    ...difference,
    metrics: metrics.sort(),
    readBy: [...new Set(readers)],
  }));
  return mergedByDestination(all);
}

/** Who asks for which name and is answered: by series of another job, too. */
function answeredIn(metrics: ReadonlyMap<string, MetricView>): Set<string> {
  const stored = [...metrics.values()].filter(({ arrives }) => arrives.size > 0);
  return new Set(stored.flatMap(({ name, reports }) => reports.flatMap(({ readBy }) => readBy.map((reader) => `${name} ${reader}`))));
}

/** What is the same for several destinations is told once. */
function mergedByDestination(all: readonly MetricsDifference[]): MetricsDifference[] {
  const merged = new Map<string, MetricsDifference>();
  for (const one of all) {
    const key = JSON.stringify({ ...one, destinations: [] });
    const former = merged.get(key);
    merged.set(key, former ? { ...one, destinations: [...former.destinations, ...one.destinations] } : one);
  }
  return [...merged.values()];
}

function destinationsIn(metrics: ReadonlyMap<string, MetricView>): Set<string> {
  return new Set(
    [...metrics.values()].flatMap(({ reports }) => reports.flatMap(({ fates }) => fates.map(({ destination }) => destination))),
  );
}

function dropIn(view: MetricView | undefined, destination: string): string | undefined {
  return view?.reports.flatMap(({ fates }) => fates).find((fate) => fate.destination === destination && fate.droppedBy !== undefined)
    ?.droppedBy;
}

function isScraped(metrics: ReadonlyMap<string, MetricView>, { job, scrape }: MetricReport): boolean {
  return [...metrics.values()].some(({ reports }) => reports.some((one) => one.job === job && one.scrape === scrape));
}

function whyGone(now: MetricView | undefined, after: ReadonlyMap<string, MetricView>, report: MetricReport, destination: string): string {
  const rule = dropIn(now, destination);
  if (rule !== undefined) return `dropped: ${rule}`;
  return isScraped(after, report) ? 'no longer exposed' : 'no longer scraped';
}

function whyNew(then: MetricView | undefined, before: ReadonlyMap<string, MetricView>, report: MetricReport, destination: string): string {
  const rule = dropIn(then, destination);
  if (rule !== undefined) return `no longer dropped: ${rule}`;
  return isScraped(before, report) ? 'newly exposed' : 'newly scraped';
}

function labelDifferences(before: ReadonlyMap<string, MetricView>, after: ReadonlyMap<string, MetricView>): LabelsDifference[] {
  const groups = new Map<string, { readonly difference: Omit<LabelsDifference, 'metrics'>; readonly metrics: string[] }>();
  for (const [key, one] of before) {
    const other = after.get(key);
    const [report] = other?.reports ?? [];
    if (!other || !report || one.arrives.size === 0 || other.arrives.size === 0) continue;
    const [had, has] = [labelsOf(one), labelsOf(other)];
    const added = [...has].filter((label) => !had.has(label));
    const removed = [...had].filter((label) => !has.has(label));
    if (added.length + removed.length === 0) continue;
    const difference = { job: report.job, scrape: report.scrape, added, removed };
    const id = JSON.stringify(difference);
    const group = groups.get(id) ?? { difference, metrics: [] };
    groups.set(id, group);
    group.metrics.push(one.name);
  }
  return [...groups.values()].map(({ difference, metrics }) => ({ ...difference, metrics: metrics.sort() }));
}

function labelsOf({ reports }: MetricView): Set<string> {
  return new Set(reports.filter(({ fates }) => fates.some(({ droppedBy }) => droppedBy === undefined)).flatMap(({ labels }) => labels));
}

function loadIn({ app, pipeline }: SideModel): Load | undefined {
  const scale = pipeline.vmAgent?.scale ?? pipeline.vmSingle?.scale;
  const targets = app.node
    .findAll()
    .filter(isCollector)
    .flatMap(({ scrapedTargets }) => scrapedTargets);
  return scale && loadOf(targets, scale);
}

function diskOf(model: SideModel): { readonly needed: number; readonly volume: number } | undefined {
  const store = model.pipeline.vmSingle;
  if (!store) return undefined;
  const load = loadOf(model.pipeline.collector.scrapedTargets, store.scale);
  return { needed: storageFor(load, store.retentionPeriod).bytes, volume: bytes(store.storageSize) };
}
