import {
  Change,
  type ClusterDifference,
  type Danger,
  type DashboardDifference,
  type FieldChange,
  type MetricsDifference,
  type ObjectDifference,
  type SeriesDifference,
  type TargetDifference,
  type ValueChange,
  type Warning,
} from '../outputs/diff';
import { ruleText } from '../outputs/diff/destinations';
import { bytesText, counted, few, number } from '../outputs/diff/words';

/** One line of a report, with what belongs to it. */
export interface Line {
  /** What it tells of. @default - neither */
  readonly change?: Change;
  /** What may go wrong. @default - nothing */
  readonly danger?: Danger;
  readonly text: string;
  readonly details?: readonly string[];
}

/** A part of a report. */
export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Characters of a value that are shown. */
const SHOWN = 100;
/** Characters of what is lost, of which the beginning says enough. */
const LONG = 200;

/** Everything that is told of a cluster, in the order in which it is read. What is empty is left out. */
export function sectionsOf(difference: ClusterDifference): Section[] {
  const { change, warnings, targets, destinations, series, seriesUnknown, permissions, objects, dashboards, checks } = difference;
  const sections: Section[] = [{ title: 'Watch out', lines: warningLines(warnings) }];
  // of a whole cluster that comes or goes, everything does
  if (change !== Change.CHANGED) {
    const counts = [counted(targets.length, 'target'), counted(objects.length, 'object'), counted(dashboards.length, 'dashboard')];
    return [...sections, { title: 'Cluster', lines: [{ change, text: `${difference.cluster}: ${counts.join(', ')}` }] }].filter(
      ({ lines }) => lines.length > 0,
    );
  }
  sections.push(
    { title: 'Targets', lines: targetLines(targets) },
    {
      title: 'Destinations',
      lines: destinations.map(({ change: what, name, url, fields }) => ({
        change: what,
        text: `${name}${what === Change.CHANGED ? '' : ` (${url})`}${valuesText(fields, what)}`,
      })),
    },
    {
      title: 'Series',
      lines: series ? seriesLines(series) : seriesUnknown === undefined ? [] : [{ text: `not compared: ${seriesUnknown}` }],
    },
    {
      title: 'Permissions',
      lines: permissions.map(({ change: what, subject, may }) => ({
        change: what,
        text: what === Change.REMOVED ? cut(`${subject} may no longer ${may}`, LONG) : `${subject} may ${may}`,
      })),
    },
    { title: 'Objects', lines: objectLines(objects, series !== undefined) },
    { title: 'Dashboards', lines: dashboards.map(dashboardLine) },
    { title: 'Checks', lines: checks.map(({ change: what, message }) => ({ change: what, text: message })) },
  );
  return sections.filter(({ lines }) => lines.length > 0);
}

/** What is said of several subjects alike is one line. */
function warningLines(warnings: readonly Warning[]): Line[] {
  return grouped(warnings, ({ danger, message }) => `${danger} ${message}`).flatMap((alike): Line[] => {
    const [first] = alike;
    if (!first) return [];
    return [{ danger: first.danger, text: `${alike.map(({ subject }) => subject).join(', ')}: ${first.message}` }];
  });
}

/** What a value looks like: long lists of alternatives by what comes and goes. */
function fieldText({ path, old, new: value }: FieldChange): string {
  const [was, is] = [shown(old), shown(value)];
  if (typeof old === 'string' && typeof value === 'string' && (was.length > SHOWN || is.length > SHOWN)) {
    const [had, has] = [old.split('|'), value.split('|')];
    const more = has.filter((one) => !had.includes(one));
    const less = had.filter((one) => !has.includes(one));
    if (more.length + less.length < had.length + has.length) {
      return `${path}: ${[...(more.length > 0 ? [`with ${few(more, 4)}`] : []), ...(less.length > 0 ? [`without ${few(less, 4)}`] : [])].join(', ')}`;
    }
  }
  const [, list, word] = /^(.*)\[([^[]+)\]$/.exec(path) ?? [];
  const one = old ?? value;
  if (old === undefined || value === undefined) {
    const isThere = value !== undefined;
    if (list !== undefined && word === one) return `${list}: ${isThere ? 'with' : 'without'} ${word}`;
    return `${path}${typeof one === 'object' ? '' : `: ${cut(shown(one))}`} (${isThere ? 'new' : 'gone'})`;
  }
  return `${path}: ${cut(was)} -> ${cut(is)}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value || '""' : (JSON.stringify(value) ?? '');
}

function cut(text: string, most = SHOWN): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function valuesText(fields: readonly ValueChange[], change: Change): string {
  if (change === Change.REMOVED) return '';
  const texts = fields.map(({ field, old, new: value }) => {
    if (change === Change.ADDED) return `${field} ${value}`;
    if (old === undefined) return `${field} ${value} (new)`;
    return value === undefined ? `${field} ${old} (gone)` : `${field} ${old} -> ${value}`;
  });
  return texts.length === 0 ? '' : `: ${texts.join(', ')}`;
}

/** Fields of a new target that a reader looks for; all of them are in the JSON. */
const TOLD = ['finds', 'in namespaces', 'addresses', 'port', 'path', 'scheme', 'credential', 'interval'];

/** Targets with the same differences are one line. */
function targetLines(targets: readonly TargetDifference[]): Line[] {
  const groups = grouped(targets, ({ name: _, ...rest }) => JSON.stringify(rest));
  return groups.flatMap((alike): Line[] => {
    const [first] = alike;
    if (!first) return [];
    const { change, job, fields, targetRules, sampleRules } = first;
    const told = change === Change.ADDED ? fields.filter(({ field }) => TOLD.includes(field)) : fields;
    const details = [
      ...targetRules.map((rule) => `rule over its labels: ${ruleChangeText(rule)}`),
      ...sampleRules.map((rule) => `rule over its samples: ${ruleChangeText(rule)}`),
    ];
    const names = alike.map(({ name }) => name);
    return [
      {
        change,
        text: `${names.join(', ')}${names.join() === job ? '' : ` (job ${job})`}${valuesText(told.map(shortened), change)}`,
        details,
      },
    ];
  });
}

/** A rule that comes or goes in full, with its reason. */
function ruleChangeText(change: FieldChange): string {
  const rule = change.old ?? change.new;
  if (typeof rule !== 'object' || rule === null || (change.old !== undefined && change.new !== undefined)) return fieldText(change);
  return `${cut(ruleText(rule))} (${change.new === undefined ? 'gone' : 'new'})`;
}

/** Of labels that are looked for, those that differ. */
function shortened(one: ValueChange): ValueChange {
  const { field, old, new: value } = one;
  if (field !== 'selector' || old === undefined || value === undefined) return one;
  const [had, has] = [old.split(', '), value.split(', ')];
  return {
    field,
    old: had.filter((label) => !has.includes(label)).join(', '),
    new: has.filter((label) => !had.includes(label)).join(', '),
  };
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}

function seriesLines({ active, samplesPerSecond, disk, arriving, metrics, labels }: SeriesDifference): Line[] {
  const pair = (old: number, value: number, text: (amount: number) => string) =>
    text(old) === text(value) ? `still ${text(old)}` : `${text(old)} -> ${text(value)}`;
  const isLess = active.old !== active.new || samplesPerSecond.old !== samplesPerSecond.new;
  const singles = metrics.length > 0 && !isLess ? ['the estimate follows scale, intervals and series.profile, not single metrics'] : [];
  return [
    ...(isLess || singles.length > 0
      ? [
          {
            text: `estimate: ${pair(active.old, active.new, number)} active series, ${pair(samplesPerSecond.old, samplesPerSecond.new, number)} samples a second`,
            details: singles,
          },
        ]
      : []),
    ...(disk && (disk.needed.old !== disk.needed.new || disk.volume.old !== disk.volume.new)
      ? [
          {
            text: `disk of the store: needs ${pair(disk.needed.old, disk.needed.new, bytesText)}, has ${pair(disk.volume.old, disk.volume.new, bytesText)}`,
          },
        ]
      : []),
    ...arriving.map(({ destination, old, new: value }) => ({
      text: `metrics that arrive in ${destination}: ${number(old)} -> ${number(value)}`,
    })),
    ...grouped(metrics, ({ change, destinations, why }) => JSON.stringify([change, destinations, why])).flatMap(metricsLine),
    ...labels.map(({ job, scrape, added, removed, metrics: names }) => ({
      change: Change.CHANGED,
      text: `${counted(names.length, 'metric')} of ${scrapeText(scrape, job)}: ${[
        ...(added.length > 0 ? [`may have label ${added.join(', ')}`] : []),
        ...(removed.length > 0 ? [`without label ${removed.join(', ')}`] : []),
      ].join(', ')}`,
      details: [few(names)],
    })),
  ];
}

/** Metrics that come or go for one reason, by scrape. */
function metricsLine(alike: readonly MetricsDifference[]): Line[] {
  const [first] = alike;
  if (!first) return [];
  const { change, destinations, why } = first;
  const count = alike.reduce((sum, { metrics }) => sum + metrics.length, 0);
  const arrive = `${change === Change.ADDED ? '' : 'no longer '}arrive${count === 1 ? 's' : ''}`;
  const readBy = change === Change.REMOVED ? [...new Set(alike.flatMap((one) => one.readBy))] : [];
  return [
    {
      change,
      text: `${counted(count, 'metric')} ${arrive} in ${destinations.join(', ')}: ${why}`,
      details: [
        ...alike.map(
          ({ job, scrape, metrics }) => `${metrics.length} of ${scrapeText(scrape, job)}: ${few(metrics, alike.length > 2 ? 3 : 6)}`,
        ),
        ...(readBy.length > 0 ? [`asked for by ${few(readBy, 4)}`] : []),
      ],
    },
  ];
}

function scrapeText(scrape: string, job: string): string {
  return scrape === job ? job : `${scrape} (job ${job})`;
}

/** Objects with the same differences are one line; so are those of a kind that come or go. */
function objectLines(objects: readonly ObjectDifference[], isSeriesKnown: boolean): Line[] {
  const groups = grouped(objects, (object) =>
    JSON.stringify([object.change, object.kind, detailsOf(object, isSeriesKnown), object.meaning]),
  );
  return groups.flatMap((alike): Line[] => {
    const [first] = alike;
    if (!first) return [];
    const names = alike.map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name));
    const meaning = first.meaning.length > 0 ? ` (${first.meaning.join('; ')})` : '';
    const details = detailsOf(first, isSeriesKnown);
    return [
      { change: first.change, text: `${first.kind} ${few(names, first.kind === 'CustomResourceDefinition' ? 2 : 12)}${meaning}`, details },
    ];
  });
}

/** The fields of an object that differ, without those that a section of their own tells. */
function detailsOf({ change, kind, fields }: ObjectDifference, isSeriesKnown: boolean): string[] {
  if (change !== Change.CHANGED) return [];
  if (/Role$/.test(kind)) return ['rules (see Permissions)'];
  const isRule = ({ path }: FieldChange) => isSeriesKnown && /metric_?[rR]elabel_?[cC]onfigs\b/.test(path);
  return [...new Set(fields.map((field) => (isRule(field) ? 'rules over samples (see Series)' : fieldText(field))))];
}

function dashboardLine({ change, title, panels, parts }: DashboardDifference): Line {
  const details = parts.map(({ change: what, part, what: fields }) =>
    what === Change.CHANGED ? `${part}: other ${few(fields, 8)}` : `${part} is ${what === Change.ADDED ? 'new' : 'gone'}`,
  );
  return { change, text: `${title}${change === Change.CHANGED ? '' : `: ${counted(panels, 'panel')}`}`, details };
}
