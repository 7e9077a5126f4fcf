import { App } from 'cdk8s';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import type { MetricsPipelineProps } from '../../../charts/options';
import { queryContract } from '../../../lib/checks/query-contract';
import { type JsonObject, type KubeObject, Tree } from '../../../lib/checks/tree';
import { Mode } from '../../../lib/common/mode';
import { KubeletEndpoint } from '../../../lib/kubelet-scrapes';
import { KNOWN_SOURCES } from '../../../lib/metrics/sources';
import { type ICollector, isCollector } from '../../../lib/scrape/collector';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { type ScrapeTarget, TargetLabel } from '../../../lib/scrape/scrape-target';
import { dashboard, panel } from './queries-support';
import { findings } from './support';

/** A pipeline with its dashboards, and a panel about the manager, which no dashboard shows. */
function pipeline(props: Partial<MetricsPipelineProps> = {}) {
  const app = new App();
  const made = new MetricsPipeline(app, 'pipeline', { cluster: 'one', ...props });
  const manager = dashboard({
    panels: [panel('sum by (controller) (rate(controller_runtime_reconcile_total{job="soperator-controller"}[$__rate_interval]))')],
    title: 'Manager',
  });
  return { made, objects: [...Tree.of(app).objects, manager], collectors: app.node.findAll().filter(isCollector) };
}

/** The collector with other targets. */
function changed(collector: ICollector, job: string, change: (target: ScrapeTarget) => readonly ScrapeTarget[]): ICollector {
  const scrapedTargets = collector.scrapedTargets.flatMap((target) => (target.job === job ? change(target) : [target]));
  return Object.create(collector, { scrapedTargets: { value: scrapedTargets } });
}

/** The objects with another name of a metric in their dashboards, as if the catalogs had been changed and not they. */
function renamed(all: readonly KubeObject[], from: string, to: string): KubeObject[] {
  return all.map((object) =>
    'grafana_dashboard' in object.labels ? { ...object, json: JSON.parse(JSON.stringify(object.json).replaceAll(from, to)) } : object,
  );
}

/** With what is off unless it is asked for. */
const OPTIONAL: Partial<MetricsPipelineProps> = { apiServer: { enabled: true }, coreDns: { enabled: true } };
const { objects, collectors } = pipeline(OPTIONAL);
const [agent] = collectors;
const texts = new Map(objects.map((object) => [object, 'grafana_dashboard' in object.labels ? JSON.stringify(object.json) : undefined]));

/** The objects without the dashboards that do not ask for a metric: judging all of them each time would be most of the work here. */
function about(metric: string): KubeObject[] {
  return objects.filter((object) => texts.get(object)?.includes(metric) ?? true);
}

/** What is found when the targets of a job are others. */
function found(job: string, change: (target: ScrapeTarget) => readonly ScrapeTarget[], among = objects): string[] {
  if (!agent) throw new Error('a pipeline has a collector');
  return findings(queryContract, { objects: among, collectors: [changed(agent, job, change)] });
}

const PLACE = '\\[\\S+\\] dashboard "[^"]+", (panel|variable|annotation) .+ at \\d+:\\d+';

test('finds nothing wrong with the dashboards of a pipeline', () => {
  expect(findings(queryContract, { objects, collectors })).toEqual([]);
  const standalone = pipeline({ mode: Mode.STANDALONE });
  expect(findings(queryContract, standalone).filter((text) => !text.includes('vmOperator'))).toEqual([]);
});

test('knows every source by the option that it comes with, its job and its pages', () => {
  const { made } = pipeline(OPTIONAL);
  for (const { option, job, catalogs, targetLabels = [] } of KNOWN_SOURCES) {
    const source = (made as unknown as { readonly [option: string]: { readonly targets: readonly ScrapeTarget[] } | undefined })[option];
    const targets = source?.targets ?? [];
    expect([...new Set(targets.map((target) => target.job))]).toEqual([job]);
    const common: readonly string[] = [TargetLabel.NAMESPACE, TargetLabel.ENDPOINT];
    const labels = targets.flatMap((target) => [...target.targetLabels, ...Object.keys(target.nodeLabels ?? {})]);
    expect([...new Set(labels)].filter((label) => !common.includes(label)).sort()).toEqual([...targetLabels].sort());
    const pages = targets.flatMap(({ endpoints }) => endpoints.map(({ catalog }) => catalog?.name));
    expect(catalogs.map(({ name }) => name).sort()).toEqual(pages.sort());
  }
});

// a metric and a label that dashboards ask each source for
describe.each([
  ['slurmExporter', 'slurm_node_info', 'node_name'],
  ['dcgmExporter', 'DCGM_FI_DEV_GPU_UTIL', 'exported_pod'],
  ['nodeExporter', 'node_filesystem_avail_bytes', 'device'],
  ['kubelet', 'kubelet_evictions', 'instance'],
  ['kubeStateMetrics', 'kube_pod_status_ready', 'pod'],
  ['soperatorController', 'controller_runtime_reconcile_total', 'controller'],
  ['apiServer', 'apiserver_request_total', 'verb'],
  ['coreDns', 'coredns_dns_responses_total', 'rcode'],
  ['vmAgent', 'vmagent_remotewrite_pending_data_bytes', 'url'],
  ['vmSingle', 'vm_data_size_bytes', 'type'],
  ['vmOperator', 'controller_runtime_reconcile_errors_total', 'controller'],
  ['grafana', 'process_start_time_seconds', 'handler'],
])('of %s', (option, metric, label) => {
  const { job = '' } = KNOWN_SOURCES.find((source) => source.option === option) ?? {};

  test(`${metric} under another name is missed, with the one that it has`, () => {
    const others = findings(queryContract, { objects: renamed(about(metric), metric, `${metric}_v2`), collectors });
    const told = `got metric ${metric}_v2, expected a metric that a source exposes; write ${metric}`;
    expect(others).toContainEqual(expect.stringMatching(new RegExp(`^${PLACE}.*: ${told}$`)));
  });

  test(`the label ${label} is missed, with the rule that takes it`, () => {
    const rule = RelabelRule.dropLabels('too many values', label);
    const others = found(job, (target) => [{ ...target, metricRelabelConfigs: [...target.metricRelabelConfigs, rule] }], about(metric));
    expect(others).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^${PLACE}.*: got (label|column) "${label}".* \\(the rule "too many values" over the scrape of \\S+ takes it away\\); change that rule`,
        ),
      ),
    );
  });

  test('all of it is missed when it is left out, in one warning for each dashboard', () => {
    const others = found(job, () => []);
    const left = others.filter((text) => text.includes(`${option}, which brings that and is left out`));
    expect(left).not.toEqual([]);
    for (const text of left) expect(text).toMatch(/^warning: \[\S+\] dashboard "[^"]+": got (panel|variable) .+ asking for /);
    expect(new Set(left.map((text) => text.split(': got')[0])).size).toBe(left.length);
    // what else is said follows from it
    expect(others.filter((text) => !text.startsWith('warning: '))).toEqual([]);
  });

  test('another job is missed, with the rule that gives it', () => {
    const rule = RelabelRule.setLabel('our own names', 'job', 'ours');
    const others = found(job, (target) => [{ ...target, relabelConfigs: [...target.relabelConfigs, rule] }], about(metric));
    expect(others).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^${PLACE}.*: got job="${job}", expected a matcher that a value of job passes: .*"ours".* \\(the rule "our own names" over the scrape of \\S+ writes it\\); change that rule`,
        ),
      ),
    );
  });
});

test('tells what options of exporters empty in one warning for each exporter or page', () => {
  const fewer = pipeline({
    dcgmExporter: { counters: ['DCGM_FI_DEV_GPU_UTIL'] },
    kubelet: { endpoints: [KubeletEndpoint.METRICS] },
    strict: false,
  });
  const all = findings(queryContract, fewer);
  expect(all.filter((text) => !text.startsWith('warning: '))).toEqual([]);
  const overview = all.filter((text) => text.includes('dashboard "Workers overview"'));
  expect(overview).toEqual([
    expect.stringMatching(
      /: got panel .* asking for DCGM_FI_.* and \d+ more, expected dcgmExporter to expose that, which is switched off there, or they stay empty; turn on counter DCGM_FI_/,
    ),
    expect.stringMatching(
      / asking for .*, expected kubelet \/metrics\/\w+, which brings that and is not scraped, or they stay empty; let kubelet scrape it, or leave them out$/,
    ),
    expect.stringMatching(
      / asking for .*, expected kubelet \/metrics\/\w+, which brings that and is not scraped, or they stay empty; let kubelet scrape it, or leave them out$/,
    ),
  ]);
});

test('asks for the cluster everywhere, so that a store of several clusters tells them apart', () => {
  // without the file that names the store nobody knows who else writes into it
  const ours = objects.filter(({ name, json }) => name !== 'web' && !('datasources.yaml' in ((json.data as JsonObject) ?? {})));
  const all = findings(queryContract, { objects: ours, collectors });
  expect(all).toEqual([]);
  const careless = dashboard({ panels: [panel('sum(up)')] });
  expect(findings(queryContract, { objects: [...ours, careless], collectors })).toHaveLength(1);
});
