import {
  Change,
  type ClusterDifference,
  type DashboardDifference,
  type FieldChange,
  type ObjectDifference,
  type SeriesDifference,
  type TargetDifference,
  type ValueChange,
} from '../outputs/diff';
import { bytesText, counted, few, number } from '../outputs/diff/words';

/** One line of a report, with what belongs to it. */
export interface Line {
  /** What it tells of. @default - neither */
  readonly change?: Change;
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

/** Everything that is told of a cluster, in the order in which it is read. What is empty is left out. */
export function sectionsOf(difference: ClusterDifference): Section[] {
  const { change, warnings, targets, destinations, series, seriesUnknown, permissions, objects, dashboards, checks } = difference;
  const sections: Section[] = [
    { title: 'Watch out', lines: warnings.map(({ danger, subject, message }) => ({ text: `[${danger}] ${subject}: ${message}` })) },
  ];
  // of a whole cluster that comes or goes, everything does
  if (change !== Change.CHANGED) {
    const counts = [counted(targets.length, 'target'), counted(objects.length, 'object'), counted(dashboards.length, 'dashboard')];
    return [...sections, { title: 'Cluster', lines: [{ change, text: `${difference.cluster}: ${counts.join(', ')}` }] }].filter(
      ({ lines }) => lines.length > 0,
    );
  }
  sections.push(
    { title: 'Targets', lines: targets.flatMap(targetLine) },
    {
      title: 'Destinations',
      lines: destinations.map(({ change: what, name, url, fields }) => ({
        change: what,
        text: `${name} (${url})${valuesText(fields, what)}`,
      })),
    },
    {
      title: 'Series',
      lines: series
        ? seriesLines(series)
        : seriesUnknown === undefined || targets.length === 0
          ? []
          : [{ text: `not compared: ${seriesUnknown}` }],
    },
    {
      title: 'Permissions',
      lines: permissions.map(({ change: what, subject, may }) => ({
        change: what,
        text: `${subject} may ${what === Change.REMOVED ? 'no longer ' : ''}${may}`,
      })),
    },
    { title: 'Objects', lines: objectLines(objects) },
    { title: 'Dashboards', lines: dashboards.map(dashboardLine) },
    { title: 'Checks', lines: checks.map(({ change: what, message }) => ({ change: what, text: message })) },
  );
  return sections.filter(({ lines }) => lines.length > 0);
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
  if (old === undefined) return `${path}: ${cut(is)} (new)`;
  if (value === undefined) return `${path}: ${cut(was)} (gone)`;
  return `${path}: ${cut(was)} -> ${cut(is)}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value || '""' : (JSON.stringify(value) ?? '');
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
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

function targetLine({ change, name, job, fields, targetRules, sampleRules }: TargetDifference): Line {
  const told = change === Change.ADDED ? fields.filter(({ field }) => TOLD.includes(field)) : fields;
  const details = [
    ...targetRules.map((rule) => `rules over its labels: ${fieldText(rule)}`),
    ...sampleRules.map((rule) => `rules over its samples: ${fieldText(rule)}`),
  ];
  return { change, text: `${name}${job === name ? '' : ` (job ${job})`}${valuesText(told, change)}`, details };
}

function seriesLines({ active, samplesPerSecond, disk, metrics, labels }: SeriesDifference): Line[] {
  const pair = (old: number, value: number, text: (amount: number) => string) =>
    text(old) === text(value) ? `still ${text(old)}` : `${text(old)} -> ${text(value)}`;
  return [
    {
      text: `estimate: ${pair(active.old, active.new, number)} active series, ${pair(samplesPerSecond.old, samplesPerSecond.new, number)} samples a second`,
    },
    ...(disk
      ? [
          {
            text: `disk of the store: needs ${pair(disk.needed.old, disk.needed.new, bytesText)}, has ${pair(disk.volume.old, disk.volume.new, bytesText)}`,
          },
        ]
      : []),
    ...metrics.map(({ change, destinations, job, scrape, why, metrics: names, readBy }) => ({
      change,
      text: `${counted(names.length, 'metric')} of ${scrape === job ? job : `${scrape} (job ${job})`} ${change === Change.ADDED ? 'arrive in' : 'no longer arrive in'} ${destinations.join(', ')}: ${why}`,
      details: [few(names), ...(readBy.length > 0 && change === Change.REMOVED ? [`asked for by ${few(readBy, 4)}`] : [])],
    })),
    ...labels.map(({ job, scrape, added, removed, metrics: names }) => ({
      change: Change.CHANGED,
      text: `${counted(names.length, 'metric')} of ${scrape === job ? job : `${scrape} (job ${job})`}: ${[
        ...(added.length > 0 ? [`with label ${added.join(', ')}`] : []),
        ...(removed.length > 0 ? [`without label ${removed.join(', ')}`] : []),
      ].join(', ')}`,
      details: [few(names)],
    })),
  ];
}

/** Objects with the same differences are one line; so are those of a kind that come or go. */
function objectLines(objects: readonly ObjectDifference[]): Line[] {
  const groups = new Map<string, ObjectDifference[]>();
  for (const object of objects) {
    const { change, kind, fields, meaning } = object;
    const key = JSON.stringify([change, kind, fields, meaning]);
    groups.set(key, [...(groups.get(key) ?? []), object]);
  }
  return [...groups.values()].flatMap((alike): Line[] => {
    const [first] = alike;
    if (!first) return [];
    const names = alike.map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name));
    const meaning = first.meaning.length > 0 ? ` (${first.meaning.join('; ')})` : '';
    return [{ change: first.change, text: `${first.kind} ${few(names, 12)}${meaning}`, details: first.fields.map(fieldText) }];
  });
}

function dashboardLine({ change, title, panels, parts }: DashboardDifference): Line {
  const details = parts.map(({ change: what, part, what: fields }) =>
    what === Change.CHANGED ? `${part}: other ${few(fields, 8)}` : `${part} is ${what === Change.ADDED ? 'new' : 'gone'}`,
  );
  return { change, text: `${title}${change === Change.CHANGED ? '' : `: ${counted(panels, 'panel')}`}`, details };
}
