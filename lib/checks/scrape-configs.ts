import { load } from 'js-yaml';
import { InvalidOptionError } from '../common/errors';
import { evaluateRelabeling } from '../scrape/relabel-evaluate';
import { RelabelAction, RelabelRule } from '../scrape/relabel-rule';
import { DiscoveryRole } from '../scrape/scrape-target';
import type { Keeps, Scrape, Search } from './scrapes';
import { at, entries, type Json, type KubeObject, list, strings, text, texts, titleOf } from './tree';

/** How often agents scrape where a configuration does not say so. */
const DEFAULT_INTERVAL = '1m';
/** Port of the kubelet, on which nodes are scraped. */
const KUBELET = '10250';

/** What the roles of discovery look for; the others find nothing that the pipeline scrapes. */
const ROLES: { readonly [role: string]: { readonly role: DiscoveryRole; readonly through?: Search['through'] } } = {
  node: { role: DiscoveryRole.NODES },
  pod: { role: DiscoveryRole.PODS },
  service: { role: DiscoveryRole.SERVICES, through: 'service' },
  endpoints: { role: DiscoveryRole.SERVICES, through: 'endpoints' },
  endpointslice: { role: DiscoveryRole.SERVICES, through: 'endpointslices' },
  endpointslices: { role: DiscoveryRole.SERVICES, through: 'endpointslices' },
};

/**
 * The scrapes of a configuration file in a ConfigMap, as far as they look into Kubernetes or name addresses.
 *
 * @param namespace namespace of the agent that reads it
 */
export function scrapesOfConfig(on: KubeObject, key: string, namespace: string): Scrape[] {
  const config = parsed(text(at(on.json, 'data', key)));
  const usual = text(at(config, 'global', 'scrape_interval')) || DEFAULT_INTERVAL;
  return list(at(config, 'scrape_configs')).flatMap((job) => {
    const params = entries(at(job, 'params'));
    const name = text(at(job, 'job_name'));
    const path = (text(at(job, 'metrics_path')) || '/metrics') + (params.length > 0 ? `?${JSON.stringify(params)}` : '');
    const common = {
      on,
      place: `data["${key}"], job ${name}`,
      title: `job ${name} of ${titleOf(on)}`,
      interval: text(at(job, 'scrape_interval')) || usual,
    };
    const found = list(at(job, 'kubernetes_sd_configs')).flatMap((discovery): Scrape[] => {
      const known = ROLES[text(at(discovery, 'role'))];
      if (!known) return [];
      const keeps = keepsOf(job, path);
      const nodeLabels = at(discovery, 'attach_metadata', 'node') === true;
      const search = { ...known, namespaces: namespacesOf(discovery, namespace), selector: {}, keeps };
      if (known.role !== DiscoveryRole.NODES) return [{ ...common, search, addresses: [], nodeLabels, path }];
      const kept = keeps({ __meta_kubernetes_node_name: 'node' }, KUBELET);
      if (!kept) return [{ ...common, search: { role: known.role, selector: {}, keeps }, addresses: [], nodeLabels, path }];
      // what the API server passes on to a kubelet is the kubelet's
      const ofKubelet = kept.path.replace(/^\/api\/v1\/nodes\/[^/]+\/proxy/, '');
      const port = kept.port === KUBELET || ofKubelet !== kept.path ? undefined : kept.port;
      return [{ ...common, search: { role: known.role, selector: {}, port }, addresses: [], nodeLabels, path: ofKubelet }];
    });
    const addresses = list(at(job, 'static_configs')).flatMap((group) => texts(at(group, 'targets')));
    return [...found, ...(addresses.length > 0 ? [{ ...common, addresses, nodeLabels: false, path }] : [])];
  });
}

/** A file that nobody can read makes no scrape: the agent says so. */
function parsed(file: string): Json {
  try {
    return load(file) as Json;
  } catch {
    return undefined;
  }
}

function namespacesOf(discovery: Json, own: string): readonly string[] | undefined {
  const names = texts(at(discovery, 'namespaces', 'names'));
  const all = [...names, ...(at(discovery, 'namespaces', 'own_namespace') === true ? [own] : [])];
  return all.length > 0 ? all : undefined;
}

/** What the rules of a job keep. Where they say something that agents do not agree on, nobody can tell, and nothing is kept. */
function keepsOf(job: Json, path: string): Keeps {
  const rules = rulesOf(job);
  return (discovered, port) => {
    const labels =
      rules && evaluated(rules, { ...discovered, __address__: `discovered:${port}`, __scheme__: 'http', __metrics_path__: path });
    const address = labels?.__address__;
    return labels && address ? { port: /:(\d+)$/.exec(address)?.[1] ?? port, path: labels.__metrics_path__ || '/metrics' } : undefined;
  };
}

function evaluated(rules: readonly RelabelRule[], labels: { readonly [name: string]: string }) {
  try {
    return evaluateRelabeling(rules, labels);
  } catch (error) {
    if (error instanceof InvalidOptionError) return undefined;
    throw error;
  }
}

function rulesOf(job: Json): RelabelRule[] | undefined {
  try {
    return list(at(job, 'relabel_configs')).map((rule) => {
      const { separator, regex, target_label: targetLabel, replacement, action = RelabelAction.REPLACE } = strings(rule);
      const given = at(rule, 'source_labels');
      const sourceLabels = given === undefined ? undefined : texts(given);
      return RelabelRule.of('as configured', {
        action: action.toLowerCase() as RelabelAction,
        separator,
        regex,
        targetLabel,
        replacement,
        sourceLabels,
      });
    });
  } catch (error) {
    if (error instanceof InvalidOptionError) return undefined;
    throw error;
  }
}
