import type { Colors } from 'picocolors/types';
import { loadClusters } from '../../config';
import { DEFAULT_FROM } from '../from';
import { CommandError, ExitCode, type Report, type Terminal } from '../report';
import { leftOut, nearestNames } from './absent';
import { Cluster } from './cluster';
import { type ListedMetric, type ListedScrape, listed, listText, overview, overviewText } from './list';
import { isKnownMetric, MetricState, seriesNamed, type ToldMetric, tellMetric } from './metric';
import { metricText } from './metric-text';
import { panelNames, panelsNamed, type ToldPanel, tellPanel } from './panel';
import { panelText } from './panel-text';
import { Kind, kindOf, matched } from './subject';
import { sourceNamed, type ToldTarget, targetNames, targetsNamed, tellTarget } from './target';
import { targetText } from './target-text';
import { columns, field } from './text';

/** Options of {@link explain}. */
export interface ExplainOptions {
  /** The subject is a metric. */
  readonly metric?: boolean;
  /** The subject is a scrape. */
  readonly target?: boolean;
  /** The subject is a part of a dashboard. */
  readonly panel?: boolean;
  /** The one cluster that is asked about. @default - all that are read */
  readonly cluster?: string;
  /** Lists metrics that are stored and that no dashboard reads. */
  readonly unread?: boolean;
  /** Lists metrics that are exposed and stored nowhere. */
  readonly dropped?: boolean;
}

/** What is told of one cluster. Which fields are there depends on the kind of subject. */
export interface ToldCluster {
  readonly cluster: string;
  readonly file: string;
  /** Of a metric: itself, or the parts of a histogram. */
  readonly metrics?: readonly ToldMetric[];
  /** Of a target: the scrapes of that name or job. */
  readonly targets?: readonly ToldTarget[];
  /** Of a target that the cluster does not have: what brings it. */
  readonly couldBring?: { readonly option: string; readonly job: string; readonly because: string; readonly write: string };
  /** Of a panel. */
  readonly panels?: readonly ToldPanel[];
  /** Of a panel: places that a text means, where it means several. */
  readonly matches?: readonly string[];
  /** Names that may have been meant, where nothing is called so. */
  readonly nearest?: readonly string[];
  /** Of a list. */
  readonly list?: readonly ListedMetric[];
  /** Of the overview. */
  readonly scrapes?: readonly ListedScrape[];
}

/** A cluster as it is told, with its exit code and its text. */
interface Told {
  readonly json: ToldCluster;
  readonly exitCode: ExitCode;
  readonly text: (colours: Colors) => string;
}

/** Tells of a metric, a scrape or a part of a dashboard: where it comes from, what becomes of it, who reads it. */
export function explain(subject: string | undefined, from: string | undefined, options: ExplainOptions, terminal: Terminal): Report {
  // the one argument may be where the clusters are
  const isFrom = subject !== undefined && from === undefined && (/\.ya?ml$|\/$/.test(subject) || subject === '.');
  const about = isFrom ? undefined : subject;
  const clusters = chosen((isFrom ? subject : from) ?? DEFAULT_FROM, options, terminal);
  const kind = wanted(about, clusters, options);
  const told = clusters.map((cluster) => tell(kind, about ?? '', cluster, options));
  return {
    exitCode: Math.max(...told.map(({ exitCode }) => exitCode)),
    json: { ...(about === undefined ? {} : { subject: about }), kind, clusters: told.map(({ json }) => json) },
    text: (colours) =>
      told
        .map(({ json, text }) => (told.length === 1 ? text(colours) : `${colours.underline(`cluster ${json.cluster}`)}\n${text(colours)}`))
        .join('\n\n'),
  };
}

function chosen(from: string, { cluster: name }: ExplainOptions, terminal: Terminal): Cluster[] {
  const loaded = loadClusters(from);
  const asked = loaded.filter(({ cluster }) => name === undefined || cluster === name);
  if (asked.length === 0) {
    const names = loaded.map(({ cluster }) => cluster).join(', ');
    throw new CommandError(`--cluster: got ${name}, expected one of ${names}; write one of these`);
  }
  terminal.progress(`reading ${asked.length} cluster${asked.length === 1 ? '' : 's'}`);
  return asked.map((one) => new Cluster(one));
}

/** The kind that is asked for, or that is found out. */
function wanted(subject: string | undefined, clusters: readonly Cluster[], options: ExplainOptions): Kind {
  const forced = (['metric', 'target', 'panel'] as const).filter((kind) => options[kind]);
  if (forced.length > 1 || (options.unread && options.dropped)) {
    const given = [...forced, ...(['unread', 'dropped'] as const).filter((kind) => options[kind])].map((kind) => `--${kind}`);
    throw new CommandError(`got ${given.join(' and ')}, expected one of them; leave the others out`);
  }
  if (options.unread || options.dropped) return Kind.LIST;
  if (subject === undefined) {
    if (forced.length > 0)
      throw new CommandError(`--${forced[0]}: got no name, expected one before the cluster file; write explain NAME --${forced[0]}`);
    return Kind.OVERVIEW;
  }
  if (options.metric) {
    const isPattern =
      !clusters.some((cluster) => isKnownMetric(subject, cluster)) && clusters.some((cluster) => matched(subject, cluster).length > 0);
    return isPattern ? Kind.LIST : Kind.METRIC;
  }
  if (options.target) return Kind.TARGET;
  return options.panel ? Kind.PANEL : kindOf(subject, clusters);
}

function tell(kind: Kind, subject: string, cluster: Cluster, options: ExplainOptions): Told {
  switch (kind) {
    case Kind.METRIC:
      return metrics(subject, cluster);
    case Kind.TARGET:
      return targets(subject, cluster);
    case Kind.PANEL:
      return panels(subject, cluster);
    case Kind.LIST:
      return list(subject, cluster, options);
    case Kind.OVERVIEW:
      return all(cluster);
  }
}

function whole({ name: cluster, file }: Cluster): Pick<ToldCluster, 'cluster' | 'file'> {
  return { cluster, file };
}

function metrics(subject: string, cluster: Cluster): Told {
  const names = seriesNamed(subject, cluster);
  const told = (names.length === 0 ? [subject] : names).map((name) =>
    tellMetric(name, cluster, [...targetNames(cluster), ...titles(cluster)]),
  );
  // no panel can be meant where there is none
  const isBare = cluster.dashboards.length === 0 && told.every(({ state }) => state === MetricState.UNKNOWN);
  const isThere = told.some(({ state }) => state === MetricState.STORED || state === MetricState.POSSIBLE);
  return {
    json: { ...whole(cluster), metrics: told },
    exitCode: isThere ? ExitCode.FINE : ExitCode.FOUND,
    text: (colours) =>
      [
        told.map((one) => metricText(one, colours)).join('\n\n'),
        ...(isBare ? ['  no panel is called so: this cluster has no dashboards'] : []),
      ].join('\n'),
  };
}

function targets(subject: string, cluster: Cluster): Told {
  const found = targetsNamed(subject, cluster);
  if (found.length > 0) {
    const told = found.map((target) => tellTarget(target, cluster));
    return {
      json: { ...whole(cluster), targets: told },
      exitCode: ExitCode.FINE,
      text: (colours) => told.map((one) => targetText(one, colours)).join('\n\n'),
    };
  }
  const source = sourceNamed(subject);
  const couldBring = source && { option: source.option, job: source.job, ...leftOut(source, cluster.isStandalone) };
  const nearest = couldBring ? [] : nearestNames(subject, targetNames(cluster));
  return {
    json: { ...whole(cluster), targets: [], ...(couldBring && { couldBring }), nearest },
    exitCode: ExitCode.FOUND,
    text: ({ bold, red }) =>
      [
        `${bold(subject)}  ${red(couldBring ? 'not scraped' : 'no scrape of this name')}`,
        ...(couldBring ? [...field('but', couldBring.because), ...field('so', couldBring.write)] : []),
        ...(nearest.length === 0 ? [] : field('nearest', nearest.join(', '))),
        ...(couldBring ? [] : field('scrapes', cluster.targets.map(({ name }) => name).join(', '))),
      ].join('\n'),
  };
}

function panels(subject: string, cluster: Cluster): Told {
  const matches = panelsNamed(subject, cluster);
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) {
    const told = tellPanel(only, cluster);
    const isSound = told?.queries.every(({ problems }) => problems.length === 0) === true;
    return {
      json: { ...whole(cluster), panels: told ? [told] : [] },
      exitCode: isSound ? ExitCode.FINE : ExitCode.FOUND,
      text: (colours) => (told ? panelText(told, colours) : ''),
    };
  }
  if (matches.length > 0) {
    return {
      json: { ...whole(cluster), panels: [], matches },
      exitCode: ExitCode.USAGE,
      text: ({ yellow }) =>
        [yellow(`${matches.length} panels match “${subject}”: which one is meant?`), ...matches.map((place) => `  ${place}`)].join('\n'),
    };
  }
  const nearest = nearestNames(subject, [...panelNames(cluster), ...titles(cluster)]);
  return {
    json: { ...whole(cluster), panels: [], nearest },
    exitCode: ExitCode.FOUND,
    text: ({ bold, red }) =>
      [
        `${bold(subject)}  ${red('neither a metric nor a scrape nor part of the name of a panel')}`,
        ...(nearest.length === 0 ? [] : field('nearest', nearest.join(', '))),
        ...field('boards', [...new Set(cluster.dashboards.map(({ title }) => title))].join(', ')),
      ].join('\n'),
  };
}

/** Titles of panels without their dashboards. */
function titles(cluster: Cluster): string[] {
  return panelNames(cluster).map((place) => place.replace(/^.*?: /, ''));
}

function list(subject: string, cluster: Cluster, { unread, dropped }: ExplainOptions): Told {
  const scrapes = subject === '' ? undefined : targetsNamed(subject, cluster).map(({ name }) => name);
  const names = new Set(subject === '' || scrapes?.length ? [] : [...seriesNamed(subject, cluster), ...matched(subject, cluster)]);
  const isAsked = (name: string, scrape: string) => subject === '' || (scrapes?.length ? scrapes.includes(scrape) : names.has(name));
  const found = listed(cluster, ({ name, arrival }) => isAsked(name, arrival.target.name)).filter(
    ({ stored, readBy }) => (!unread || (stored && readBy.length === 0)) && (!dropped || !stored),
  );
  // that nothing is unread or dropped is an answer, too
  const isFound = found.some(({ stored }) => stored) || unread === true || dropped === true;
  return {
    json: { ...whole(cluster), list: found },
    exitCode: isFound ? ExitCode.FINE : ExitCode.FOUND,
    text: (colours) => (found.length === 0 ? 'none' : listText(found, colours)),
  };
}

function all(cluster: Cluster): Told {
  const scrapes = overview(listed(cluster, () => true));
  return {
    json: { ...whole(cluster), scrapes },
    exitCode: ExitCode.FINE,
    text: () => [...columns([[cluster.name, cluster.file]], 0), overviewText(scrapes)].join('\n'),
  };
}
