import { distance } from 'fastest-levenshtein';
import type { FamilyCondition, MetricFamily } from '../../common/metric-family';
import { NODE_FAMILIES, POD_FAMILIES } from '../../metrics/kube-state-metrics-allow-list';
import { OPTIONAL_COLLECTORS } from '../../metrics/node-exporter-optional';
import { KNOWN_SOURCES, type KnownSource } from '../../metrics/sources';
import { isAutomatic, namesOf, sampleOf, stemOf } from '../../scrape/schema/samples';
import type { ScrapeTarget } from '../../scrape/scrape-target';

/** A source of the project that can expose a metric and does not in this cluster. */
export interface Bringer {
  /** The option of the pipeline that the source comes with: `apiServer`. */
  readonly source: string;
  /** Value of the label `job` that its series would have. */
  readonly job: string;
  /** The page that has it: `kubelet /metrics/cadvisor`. */
  readonly page: string;
  readonly type: string;
  readonly unit: string;
  readonly help?: string;
  /** What must be there or have happened besides. @default - nothing */
  readonly when?: Omit<FamilyCondition, 'option'>;
  /** Why it is not there, as a sentence without its end. */
  readonly because: string;
  /** What to write so that it is, as an imperative. */
  readonly write: string;
}

/** Names by the family of a catalog; some thousands, so each once. */
let known:
  | ReadonlyMap<string, readonly { readonly source: KnownSource; readonly page: string; readonly family: MetricFamily }[]>
  | undefined;

function families(name: string) {
  if (known === undefined) {
    const made = new Map<string, { source: KnownSource; page: string; family: MetricFamily }[]>();
    for (const source of KNOWN_SOURCES) {
      for (const { name: page, families: all } of source.catalogs) {
        for (const family of all) made.set(family.name, [...(made.get(family.name) ?? []), { source, page, family }]);
      }
    }
    known = made;
  }
  return [...(known.get(name) ?? []), ...(known.get(stemOf(name) ?? '') ?? [])];
}

/** Who could bring a metric that targets do not have: sources, pages and options that are off. */
export function bringersOf(name: string, targets: readonly ScrapeTarget[], isStandalone = false): Bringer[] {
  const pages = new Set(targets.flatMap(({ endpoints }) => endpoints.flatMap(({ catalog }) => catalog?.name ?? [])));
  const scraped = (page: string) =>
    targets.some(({ endpoints }) => endpoints.some(({ catalog }) => catalog?.name === page && sampleOf(catalog, name) !== undefined));
  return families(name).flatMap(({ source, page, family }) => {
    const catalog = source.catalogs.find((one) => one.name === page);
    const sample = catalog && sampleOf(catalog, name);
    // the name of a histogram is no series, but it is what people ask for
    if (scraped(page) || (sample === undefined && family.name !== name)) return [];
    const isLeftOut = !source.catalogs.some((one) => pages.has(one.name));
    const off = isLeftOut ? leftOut(source, isStandalone) : pages.has(page) ? switchedOff(source, family) : pageOff(source, page);
    const { hardware, event } = family.when ?? {};
    return [
      {
        source: source.option,
        job: source.job,
        page,
        type: family.type,
        unit: sample?.unit ?? family.unit,
        help: family.help,
        ...(hardware === undefined && event === undefined ? {} : { when: { hardware, event } }),
        ...off,
      },
    ];
  });
}

type Off = Pick<Bringer, 'because' | 'write'>;

/**
 * Why a source is not there, and what brings it.
 *
 * @param isStandalone the cluster does without the operator
 */
export function leftOut({ option }: Pick<KnownSource, 'option'>, isStandalone: boolean): Off {
  if (option === 'vmOperator' && isStandalone) {
    return {
      because: 'without the operator there is none to scrape',
      write: 'write mode: operator, or vmOperator: { deploy: false } where somebody else runs one',
    };
  }
  return { because: `${option} is left out of this cluster`, write: `write ${option}: { enabled: true }` };
}

function pageOff({ option, job }: KnownSource, page: string): Off {
  const path = page.slice(job.length + 1);
  if (option !== 'kubelet') return { because: `${page} is not scraped`, write: `name its port in ${option}.portNames` };
  const endpoint = path.replace(/^\/metrics\/?/, '') || 'metrics';
  return { because: `${page} is not scraped`, write: `add ${endpoint} to kubelet.endpoints` };
}

/** Why a source that is scraped lacks one of its families, and what brings it. */
function switchedOff({ option: source }: KnownSource, { name, when }: MetricFamily): Off {
  const option = when?.option ?? '';
  const [kind = '', what = '', flag] = /^(\w+) (\S+)(?: with (\S+))?$/.exec(option)?.slice(1) ?? [];
  switch (source) {
    case 'dcgmExporter':
      return {
        because: `${what || name} is not among the counters that the exporter reads`,
        write: `list ${what || name} in dcgmExporter.counters, beside all others that are wanted: the list replaces the default one`,
      };
    case 'nodeExporter':
      if (flag !== undefined) return { because: `${flag} is off`, write: `add ${flag} to nodeExporter.extraArgs` };
      if (kind === 'collector') {
        return {
          because: `collector ${what} is switched off`,
          write: `take --no-collector.${what} out of nodeExporter.extraArgs, or add --collector.${what} where others are off`,
        };
      }
      return { because: 'an argument of the exporter switches it off', write: 'take that out of nodeExporter.extraArgs' };
    case 'kubeStateMetrics':
      return ofObjects(name, kind === 'resource' ? what : '', option);
    case 'vmAgent':
    case 'vmSingle':
      return kind === 'flag'
        ? { because: `the flag ${what} is not set`, write: `set ${what.replace(/^-/, '')} in ${source}.extraArgs` }
        : { because: `it comes with ${option || 'an option'}, which is off`, write: 'nothing of the pipeline switches that on' };
    default:
      return {
        because: `it comes with ${option || 'an option'}, which is off in ${source}`,
        write: `deploy it another way, and let ${source} scrape that`,
      };
  }
}

function ofObjects(name: string, resource: string, option: string): Off {
  const listed = (groups: typeof NODE_FAMILIES) => groups.some(({ families: names }) => names.includes(name));
  if (listed(NODE_FAMILIES)) return { because: 'nodes are not shown', write: 'write kubeStateMetrics: { nodeMetrics: true }' };
  if (resource === 'nodes') {
    return {
      because: 'nodes are not shown, and it is not on the list of what is',
      write: `write kubeStateMetrics: { nodeMetrics: true, extraMetrics: [${name}] }`,
    };
  }
  if (resource === 'pods' && !listed(POD_FAMILIES)) {
    return { because: 'it is not on the list of what is exposed', write: `write kubeStateMetrics: { extraMetrics: [${name}] }` };
  }
  return {
    because: `it comes with ${option || 'an option'}, which is off`,
    write: 'deploy kube-state-metrics yourself, and let kubeStateMetrics: { deploy: false } scrape that',
  };
}

/** What is known of a name that no catalog has, by how it begins. */
export function hintsOf(name: string, isCollectorOn: (collector: string) => boolean): string[] {
  const hints: string[] = [];
  for (const [prefix, collector] of OPTIONAL_COLLECTORS) {
    if (!name.startsWith(prefix)) continue;
    hints.push(
      isCollectorOn(collector)
        ? `it is of node-exporter's collector ${collector}, which is on: if the host has it, it is stored`
        : `node-exporter has it with its collector ${collector}, which is off: add --collector.${collector} to nodeExporter.extraArgs`,
    );
  }
  if (/^kube_(?!pod_|node_)/.test(name)) {
    hints.push(
      'the kube-state-metrics of the pipeline shows pods and, with nodeMetrics, nodes: for other objects deploy your own, and write kubeStateMetrics: { deploy: false }',
    );
  } else if (/^kube_/.test(name)) {
    hints.push(`if kube-state-metrics has it, kubeStateMetrics: { extraMetrics: [${name}] } brings it`);
  }
  if (/^(apiserver|etcd|rest_client|workqueue|kubernetes_feature|aggregator|authentication|authorization)_/.test(name)) {
    hints.push(`if the API server has it, apiServer: { enabled: true, extraMetrics: [${name}] } brings it`);
  }
  if (/^DCGM_/.test(name)) hints.push(`if DCGM has such a field, list ${name} in dcgmExporter.counters`);
  const limit = /^scrape_(sample|series)s?_/.exec(name)?.[1];
  if (limit !== undefined && isAutomatic(name)) hints.push(`the agent makes it of scrapes with a limit: set ${limit}Limit of a source`);
  return hints;
}

/** How many names are offered. */
const MOST = 5;

/** Names that may have been meant, the nearest first. */
export function nearestNames(asked: string, names: Iterable<string>): string[] {
  const word = asked.toLowerCase();
  const most = Math.max(2, Math.ceil(word.length / 4));
  const scored = [...new Set(names)].map((name) => {
    const lower = name.toLowerCase();
    const far = distance(word, lower);
    // part of a name is the most usual thing to know of it
    const contains = word.length > 3 && (lower.includes(word) || word.includes(lower));
    return {
      name,
      score: far <= most ? far : contains && lower.length > 3 ? most + Math.abs(lower.length - word.length) / 100 : undefined,
    };
  });
  return scored
    .flatMap(({ name, score }) => (score === undefined ? [] : [{ name, score }]))
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** Names of all series that any source of the project can have. */
export function knownNames(): string[] {
  return KNOWN_SOURCES.flatMap(({ catalogs }) => catalogs.flatMap(namesOf));
}
