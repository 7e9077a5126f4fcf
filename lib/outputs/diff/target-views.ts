import { load } from 'js-yaml';
import { at, entries, type Json, type JsonObject, type KubeObject, list, strings, type Tree, text, texts } from '../../checks/tree';
import { prometheusDuration, quantity } from '../../common/units';
import { isCollector } from '../../scrape/collector';
import { metaLabelKey } from '../../scrape/identity-rules';
import type { RelabelRule } from '../../scrape/relabel-rule';
import { DiscoveryRole, type ScrapeEndpoint, type ScrapeTarget, TargetLabel } from '../../scrape/scrape-target';
import type { SideModel } from './side';

/** One port and path that is scraped, whoever says so. */
export interface TargetView {
  /** Name of the scrape, with its port or path where it has several. */
  readonly name: string;
  /** Name of the scrape. */
  readonly scrape: string;
  /** What there is to say of it, by the words for it. */
  readonly fields: { readonly [field: string]: string };
  /** What writes the rules over the labels of the target: rules of different writers cannot be compared. */
  readonly writer: 'model' | 'operator' | 'configuration';
  /** Rules over labels of the target. */
  readonly targetRules: readonly JsonObject[];
  /** Rules over samples. */
  readonly sampleRules: readonly JsonObject[];
}

/** What is scraped, of the scrape model of a cluster that was rendered. */
export function targetsOfModel({ app }: SideModel): TargetView[] {
  const targets = app.node
    .findAll()
    .filter(isCollector)
    .flatMap((collector) => collector.scrapedTargets);
  return targets.flatMap((target) => target.endpoints.map((endpoint) => ofModel(target, endpoint)));
}

function ofModel(target: ScrapeTarget, endpoint: ScrapeEndpoint): TargetView {
  const { name, discovery, tls, targetLabels } = target;
  const several =
    target.endpoints.length > 1
      ? target.endpoints.filter(({ port }) => port === endpoint.port).length > 1
        ? endpoint.path
        : endpoint.port
      : '';
  return {
    name: several ? `${name} ${several}` : name,
    scrape: name,
    writer: 'model',
    targetRules: target.relabelConfigs.map(ruleJson),
    // those with a remedy follow from what is read: what they do is told with the metrics
    sampleRules: target.metricRelabelConfigs.filter(({ remedy }) => remedy === undefined).map(ruleJson),
    fields: written({
      job: target.job,
      finds: discovery.role,
      'in namespaces': [...discovery.namespaces].sort().join(', '),
      selector: selectorText(Object.entries(discovery.matchLabels)),
      port: endpoint.port,
      path: endpoint.path ?? '/metrics',
      scheme: tls ? 'https' : 'http',
      certificate: tls && tlsText(tls.caConfigMap, tls.serverName, tls.insecureSkipVerify),
      credential: target.serviceAccountToken ? "the agent's service account token" : undefined,
      interval: prometheusDuration(target.scrapeInterval),
      timeout: prometheusDuration(target.scrapeTimeout),
      instance: target.instance,
      'label namespace': targetLabels.includes(TargetLabel.NAMESPACE) ? [...discovery.namespaces].sort().join(', ') : undefined,
      'labels of the node': Object.entries(target.nodeLabels ?? {})
        .map(([label, key]) => `${label} of ${key}`)
        .join(', '),
      'labels of series win': target.honorLabels ? 'yes' : undefined,
      'sample limit': target.sampleLimit?.toString(),
      'series limit': target.seriesLimit?.toString(),
      'largest scrape': target.maxScrapeSize && quantity(target.maxScrapeSize),
    }),
  };
}

function ruleJson(rule: RelabelRule): JsonObject {
  return { ...(rule._toKube() as unknown as JsonObject), why: rule.why };
}

/** What is scraped, of resources of the operator and of scrape configurations. */
export function targetsOfObjects(tree: Tree): TargetView[] {
  return [
    ...tree
      .ofKind('VMServiceScrape')
      .flatMap((object) => list(at(object.json, 'spec', 'endpoints')).map((one) => ofResource(object, one, DiscoveryRole.SERVICES))),
    ...tree
      .ofKind('VMPodScrape')
      .flatMap((object) => list(at(object.json, 'spec', 'podMetricsEndpoints')).map((one) => ofResource(object, one, DiscoveryRole.PODS))),
    ...tree.ofKind('VMNodeScrape').map((object) => ofResource(object, object.json.spec, DiscoveryRole.NODES)),
    ...tree
      .ofKind('VMStaticScrape')
      .flatMap((object) => list(at(object.json, 'spec', 'targetEndpoints')).map((one) => ofResource(object, one))),
    ...tree.ofKind('ConfigMap').flatMap(ofConfigMap),
  ];
}

function ofResource(object: KubeObject, endpoint: Json, role?: DiscoveryRole): TargetView {
  const { spec } = object.json;
  const rules = list(at(endpoint, 'relabelConfigs')).map(asRule);
  const lists = ['endpoints', 'podMetricsEndpoints', 'targetEndpoints'].flatMap((field) => list(at(spec, field)));
  const port = portOf(endpoint);
  const path = text(at(endpoint, 'path')) || '/metrics';
  const several = lists.filter((other) => portOf(other) === port).length > 1 ? path : port;
  const selector = at(spec, 'selector');
  const isAny = at(spec, 'namespaceSelector', 'any') === true;
  const named = texts(at(spec, 'namespaceSelector', 'matchNames'));
  const namespaces = isAny ? 'all' : (named.length > 0 ? [...named].sort() : [object.namespace]).join(', ');
  const inNamespaces = role === undefined || role === DiscoveryRole.NODES ? '' : namespaces;
  const tls = at(endpoint, 'tlsConfig');
  const ca = at(tls, 'ca', 'configMap');
  return {
    name: lists.length > 1 && several ? `${object.name} ${several}` : object.name,
    scrape: object.name,
    writer: 'operator',
    targetRules: rules,
    sampleRules: list(at(endpoint, 'metricRelabelConfigs')).map(asRule),
    fields: written({
      ...fieldsOfRules(rules, object.name),
      finds: role ?? 'addresses',
      addresses: texts(at(endpoint, 'targets')).join(', '),
      'in namespaces': inNamespaces,
      selector: selectorText([
        ...Object.entries(strings(at(selector, 'matchLabels'))),
        ...list(at(selector, 'matchExpressions')).map(
          (one) => [text(at(one, 'key')), `${text(at(one, 'operator'))} ${texts(at(one, 'values')).join('|')}`] as const,
        ),
      ]),
      port,
      path,
      scheme: text(at(endpoint, 'scheme')) || 'http',
      certificate:
        tls === undefined
          ? undefined
          : tlsText({ name: text(at(ca, 'name')), key: text(at(ca, 'key')) }, text(at(tls, 'serverName')), at(tls, 'insecureSkipVerify')),
      credential: credentialText(endpoint, text(at(endpoint, 'bearerTokenFile'))),
      interval: text(at(endpoint, 'scrape_interval')) || text(at(endpoint, 'interval')),
      timeout: text(at(endpoint, 'scrapeTimeout')),
      'label namespace': rules.some((rule) => dropsLabel(rule, 'namespace')) ? '' : inNamespaces,
      'labels of series win': at(endpoint, 'honorLabels') === true ? 'yes' : '',
      ...limits(endpoint, at(endpoint, 'sampleLimit'), at(endpoint, 'seriesLimit')),
    }),
  };
}

/** The jobs of each file of a ConfigMap that is a scrape configuration. */
function ofConfigMap(object: KubeObject): TargetView[] {
  return Object.entries(strings(object.json.data))
    .filter(([file, content]) => /\.ya?ml$/.test(file) && /^scrape_configs:/m.test(content))
    .flatMap(([, content]) => list(at(load(content) as Json, 'scrape_configs')).map(ofJob));
}

/** Rules of a configuration by which it keeps what it looks for; the operator makes the like of selector and port. */
const LABEL = /^__meta_kubernetes_(?:service|pod|node)_label_(.+)$/;
const PORT = /^__meta_kubernetes_(?:endpointslice_port_name|pod_container_port_name|endpoint_port_name)$/;
const ROLES: { readonly [role: string]: DiscoveryRole } = { node: DiscoveryRole.NODES, pod: DiscoveryRole.PODS };

function ofJob(job: Json): TargetView {
  const [found] = list(at(job, 'kubernetes_sd_configs'));
  const rules = list(at(job, 'relabel_configs')).map(asRule);
  const keeps = rules
    .filter(({ action }) => action === 'keep')
    .map((rule) => ({ rule, source: texts(rule.sourceLabels)[0] ?? '', value: text(rule.regex).replace(/\\(.)/g, '$1') }));
  const looks = keeps.filter(({ source }) => LABEL.test(source) || PORT.test(source));
  const port = looks.find(({ source }) => PORT.test(source))?.value;
  const [scrape = '', which] = text(at(job, 'job_name')).split('/');
  const namespaces = texts(at(found, 'namespaces', 'names'))
    .sort()
    .join(', ');
  const tls = at(job, 'tls_config');
  const [, caName = '', caKey = ''] = /([^/]+)\/([^/]+)$/.exec(text(at(tls, 'ca_file'))) ?? [];
  return {
    name: which === undefined ? scrape : `${scrape} ${which}`,
    scrape,
    writer: 'configuration',
    targetRules: rules.filter((rule) => !looks.some((look) => look.rule === rule)),
    sampleRules: list(at(job, 'metric_relabel_configs')).map(asRule),
    fields: written({
      ...fieldsOfRules(rules, scrape),
      finds: found === undefined ? 'addresses' : (ROLES[text(at(found, 'role'))] ?? DiscoveryRole.SERVICES),
      addresses: list(at(job, 'static_configs'))
        .flatMap((one) => texts(at(one, 'targets')))
        .join(', '),
      'in namespaces': namespaces,
      selector: selectorText(
        looks.flatMap(({ source, value }) => (LABEL.test(source) ? [[LABEL.exec(source)?.[1] ?? '', value] as const] : [])),
      ),
      port,
      path: text(at(job, 'metrics_path')) || '/metrics',
      scheme: text(at(job, 'scheme')) || 'http',
      certificate:
        tls === undefined
          ? undefined
          : tlsText({ name: caName, key: caKey }, text(at(tls, 'server_name')), at(tls, 'insecure_skip_verify')),
      credential: credentialText(job, text(at(job, 'bearer_token_file'))),
      interval: text(at(job, 'scrape_interval')),
      timeout: text(at(job, 'scrape_timeout')),
      'label namespace': rules.some(({ targetLabel }) => targetLabel === 'namespace') ? namespaces : '',
      'labels of series win': at(job, 'honor_labels') === true ? 'yes' : '',
      ...limits(job, at(job, 'sample_limit'), at(job, 'series_limit')),
    }),
  };
}

/** A rule in the words of resources, whichever words it was written in. */
function asRule(rule: Json): JsonObject {
  const words: { readonly [word: string]: string } = { source_labels: 'sourceLabels', target_label: 'targetLabel' };
  return Object.fromEntries(entries(rule).map(([key, value]) => [words[key] ?? key, value]));
}

const INSTANCES: { readonly [label: string]: string } = {
  __meta_kubernetes_node_name: 'node',
  __meta_kubernetes_pod_node_name: 'node',
  __meta_kubernetes_pod_name: 'pod',
  __address__: 'address',
};

/** What rules make of a target: its job, its instance and labels of its node. */
function fieldsOfRules(rules: readonly JsonObject[], name: string) {
  const target = (label: string) => rules.find(({ targetLabel }) => targetLabel === label);
  const source = texts(target('instance')?.sourceLabels)[0];
  const ofNode = rules.flatMap(({ targetLabel, sourceLabels }) => {
    const [, key] = /^__meta_kubernetes_node_label_(.+)$/.exec(texts(sourceLabels)[0] ?? '') ?? [];
    return key === undefined || typeof targetLabel !== 'string' ? [] : [`${targetLabel} of ${key}`];
  });
  return {
    job: text(target('job')?.replacement) || name,
    instance: source && (INSTANCES[source] ?? source),
    'labels of the node': ofNode.join(', '),
  };
}

function dropsLabel({ action, regex }: JsonObject, label: string): boolean {
  return action === 'labeldrop' && text(regex).split('|').includes(label);
}

function portOf(endpoint: Json): string | undefined {
  const port = at(endpoint, 'port') ?? at(endpoint, 'targetPort') ?? at(endpoint, 'portNumber');
  return port === undefined ? undefined : String(port);
}

function limits(endpoint: Json, samples: Json, series: Json) {
  return {
    'sample limit': samples === undefined ? '' : String(samples),
    'series limit': series === undefined ? '' : String(series),
    // flags say MiB what Kubernetes says Mi
    'largest scrape': text(at(endpoint, 'max_scrape_size')).replace(/iB$/, 'i'),
  };
}

/** Who scrapes, in words; a secret itself is never said. */
function credentialText(endpoint: Json, tokenFile: string): string {
  if (tokenFile.startsWith('/var/run/secrets/kubernetes.io/serviceaccount/')) return "the agent's service account token";
  if (tokenFile !== '') return `file ${tokenFile}`;
  const secret = text(at(endpoint, 'bearerTokenSecret', 'name'));
  if (secret !== '') return `Secret ${secret}`;
  return ['basicAuth', 'basic_auth', 'authorization', 'oauth2'].find((way) => at(endpoint, way) !== undefined) ?? '';
}

function tlsText(ca: { readonly name: string; readonly key: string } | undefined, serverName: string | undefined, isAny: Json): string {
  const authority = ca?.name ? `signed by ConfigMap ${ca.name}, key ${ca.key}` : 'signed by an authority of the system';
  return [isAny === true ? 'any' : authority, ...(serverName ? [`for ${serverName}`] : [])].join(', ');
}

function selectorText(labels: readonly (readonly [key: string, value: string])[]): string {
  return labels
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
}

/** The fields of a target as a configuration has them, which knows the keys of labels in another form. */
export function inMetaLabels({ fields }: TargetView): TargetView['fields'] {
  const pairs = (fields.selector ?? '').split(', ').map((pair) => {
    const [key = '', ...value] = pair.split('=');
    return `${metaLabelKey(key)}=${value.join('=')}`;
  });
  return { ...fields, ...(fields.selector === undefined ? {} : { selector: pairs.sort().join(', ') }) };
}

function written(fields: { readonly [field: string]: string | undefined }): { readonly [field: string]: string } {
  return Object.fromEntries(Object.entries(fields).flatMap(([field, value]) => (value ? [[field, value]] : [])));
}
