import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { MetricFamily } from '../lib/common/metric-family';
import { evaluateRelabeling, finalizeSeriesLabels, finalizeTargetLabels, type LabelSet } from '../lib/scrape/relabel-evaluate';
import { RelabelRule, type RelabelRuleOptions } from '../lib/scrape/relabel-rule';
import type { IMetricsSource, ScrapeTarget } from '../lib/scrape/scrape-target';
import type { SourceProps } from '../lib/scrape/source-props';
import { renderVmScrape } from '../lib/scrape/vm-operator';

/** A rendered object, as it is written. */
export interface KubeJson {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: { readonly [key: string]: string };
  };
  readonly [field: string]: unknown;
}

/** What a chart renders. */
export class Rendered<T = unknown> {
  constructor(
    /** What the builder returned. */
    readonly made: T,
    private readonly objects: readonly KubeJson[],
  ) {}

  /** The one object of a kind and name. Without a namespace it is looked for in all of them. */
  find(kind: string, name: string, namespace?: string): KubeJson {
    const title = (object: KubeJson) => [object.kind, object.metadata.namespace ?? '', object.metadata.name].join('/');
    const found = this.objects.filter(
      (object) =>
        object.kind === kind && object.metadata.name === name && (namespace ?? object.metadata.namespace) === object.metadata.namespace,
    );
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const where = found.length > 1 ? found : this.objects;
      throw new Error(
        `found ${found.length} of ${kind}/${namespace ?? '*'}/${name} among:\n${where.map(title).sort().join('\n') || 'no objects at all'}`,
      );
    }
    return only;
  }

  /** All objects, or those of a kind. */
  all(kind?: string): readonly KubeJson[] {
    return this.objects.filter((object) => kind === undefined || object.kind === kind);
  }
}

/** Renders what `build` puts into a fresh chart `test`, charts inside it included. Generated names carry no hash. */
export function render<T>(build: (chart: Chart) => T): Rendered<T> {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  const made = build(chart);
  const objects = chart.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject);
  return new Rendered(
    made,
    objects.map((object) => object.toJson() as KubeJson),
  );
}

/** A container, as far as tests look at it. */
export interface ContainerJson {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly hostPort?: number }[];
  readonly securityContext?: { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A pod, as far as tests look at it. */
export interface PodJson {
  readonly containers: readonly ContainerJson[];
  readonly initContainers?: readonly ContainerJson[];
  readonly volumes?: readonly { readonly name: string; readonly [source: string]: unknown }[];
  readonly securityContext?: { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** The pods that a workload makes. */
export function podOf(workload: KubeJson): PodJson {
  return (workload.spec as { readonly template: { readonly spec: PodJson } }).template.spec;
}

/** The container of a workload that has this name. */
export function containerOf(workload: KubeJson, name: string): ContainerJson {
  const { containers } = podOf(workload);
  const found = containers.find((container) => container.name === name);
  if (found === undefined) throw new Error(`no container ${name} among ${containers.map((container) => container.name).join(', ')}`);
  return found;
}

/** The value of an argument `--flag=value` of a container. */
export function flagOf(container: ContainerJson, flag: string): string | undefined {
  return container.args?.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);
}

/** The target of a source that has this name. */
export function targetOf(source: IMetricsSource, name: string): ScrapeTarget {
  const found = source.targets.find((target) => target.name === name);
  if (found === undefined) throw new Error(`no target ${name} among ${source.targets.map((target) => target.name).join(', ')}`);
  return found;
}

/** The families that a target is known to expose by name: on one port, or on the only one. */
export function familiesOf({ name, endpoints }: ScrapeTarget, port = endpoints[0]?.port): ReadonlyMap<string, MetricFamily> {
  const catalog = endpoints.find((endpoint) => endpoint.port === port)?.catalog;
  if (catalog === undefined) throw new Error(`no catalog of ${name} on ${port}`);
  return new Map(catalog.families.map((family) => [family.name, family]));
}

/** Every option that all sources share, each with a value that is nobody's default. */
export const SOURCE_PROPS: Required<SourceProps> = {
  name: 'given',
  namespace: 'elsewhere',
  image: 'registry.example/exporter:1.2.3',
  resources: {
    cpuRequest: Cpu.millis(150),
    cpuLimit: Cpu.units(2),
    memoryRequest: Size.mebibytes(96),
    memoryLimit: Size.gibibytes(1),
  },
  imagePullSecrets: ['registry-login'],
  nodeSelector: { pool: 'operations' },
  tolerations: [{ key: 'dedicated', value: 'operations', effect: 'NoSchedule' }],
  priorityClassName: 'operations',
  scrapeInterval: Duration.minutes(1),
  scrapeTimeout: Duration.seconds(25),
  relabelConfigs: [RelabelRule.setLabel('a rule of the user', 'pool', 'operations')],
  metricRelabelConfigs: [RelabelRule.setLabel('a rule of the user', 'pod', 'of-the-user')],
  sampleLimit: 50_000,
  seriesLimit: 60_000,
  maxScrapeSize: Size.mebibytes(8),
  deploy: false,
  selector: { team: 'operations' },
  portNames: ['given-port'],
};

/** What {@link SOURCE_PROPS} make of every target. */
export const GIVEN_TARGET = {
  scrapeInterval: Duration.minutes(1),
  scrapeTimeout: Duration.seconds(25),
  sampleLimit: 50_000,
  seriesLimit: 60_000,
  maxScrapeSize: Size.mebibytes(8),
};

/** What {@link SOURCE_PROPS} make of every pod, once the source deploys it. */
export const GIVEN_POD = {
  imagePullSecrets: [{ name: 'registry-login' }],
  nodeSelector: { pool: 'operations' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'operations', effect: 'NoSchedule' }],
  priorityClassName: 'operations',
};

/** What {@link SOURCE_PROPS} make of the main container, once the source deploys it. */
export const GIVEN_CONTAINER = {
  image: 'registry.example/exporter:1.2.3',
  resources: { requests: { cpu: '150m', memory: '96Mi' }, limits: { cpu: '2', memory: '1Gi' } },
};

/** The labels of each series of a scrape file in `test/fixtures/expositions`, the metric's name among them as `__name__`. */
export function exposition(file: string): LabelSet[] {
  return parseExposition(expositionText(file));
}

/** The text of a scrape file in `test/fixtures/expositions`. */
export function expositionText(file: string): string {
  return readFileSync(join(__dirname, 'fixtures', 'expositions', `${file}.prom`), 'utf8');
}

/** Reads the text format of Prometheus. Values and times are left out. */
export function parseExposition(text: string): LabelSet[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name = '', inner = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+(?: \d+)?$/.exec(line) ?? [];
    const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"(?:, ?|$)/g)];
    if (name === '' || labels.map(([text]) => text).join('') !== inner) throw new Error(`no sample: ${line}`);
    const plain = (value: string) => value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
    return { __name__: name, ...Object.fromEntries(labels.map(([, label = '', value = '']) => [label, plain(value)])) };
  });
}

/** The labels that a target gets when discovery finds it with these, by the rules that are rendered for the operator. */
export function targetLabels(target: ScrapeTarget, discovered: LabelSet): LabelSet | undefined {
  const path = target.endpoints[0]?.path ?? '/metrics';
  const found = evaluateRelabeling(renderedRules(target), {
    __address__: '10.0.0.1:9100',
    __metrics_path__: path,
    job: 'given-by-the-operator',
    ...discovered,
  });
  return found && finalizeTargetLabels(found);
}

/** What becomes of each series of a scrape: the labels it is stored with, or nothing when it is dropped. */
export function storedSeries(target: ScrapeTarget, scraped: readonly LabelSet[], ofTarget: LabelSet): Map<LabelSet, LabelSet | undefined> {
  return new Map(
    scraped.map((series) => {
      const relabeled = evaluateRelabeling(target.metricRelabelConfigs, overlay(series, ofTarget, target.honorLabels ?? false));
      return [series, relabeled && finalizeSeriesLabels(relabeled)];
    }),
  );
}

/** Groups of different series that are stored with the same labels. There should be none. */
export function mergedSeries(stored: ReadonlyMap<LabelSet, LabelSet | undefined>): string[][] {
  const text = (labels: LabelSet) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const groups = new Map<string, Set<string>>();
  for (const [before, after] of stored) {
    if (after !== undefined) groups.set(text(after), (groups.get(text(after)) ?? new Set()).add(text(before)));
  }
  return [...groups.values()].filter((group) => group.size > 1).map((group) => [...group]);
}

/** The labels of a target over those of a series, as an agent lays them before its metric relabel rules. */
function overlay(series: LabelSet, target: LabelSet, honorLabels: boolean): LabelSet {
  if (honorLabels) return { ...target, ...series };
  const renamed = Object.entries(series).map(([name, value]) => [name in target ? `exported_${name}` : name, value]);
  return { ...Object.fromEntries(renamed), ...target };
}

function renderedRules(target: ScrapeTarget): RelabelRule[] {
  const chart = new Chart(new App(), 'scrape');
  const { spec } = renderVmScrape(chart, target, { namespace: 'monitoring-system', labels: {} }).toJson() as { spec: ScrapeSpec };
  const [endpoint] = spec.endpoints ?? spec.podMetricsEndpoints ?? [spec];
  return (endpoint?.relabelConfigs ?? []).map((rule) => RelabelRule.of('as rendered', rule));
}

interface ScrapeSpec {
  readonly endpoints?: readonly ScrapeSpec[];
  readonly podMetricsEndpoints?: readonly ScrapeSpec[];
  readonly relabelConfigs?: readonly RelabelRuleOptions[];
}
