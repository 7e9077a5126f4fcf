import { load } from 'js-yaml';
import type { FamilyLabel } from '../../common/metric-family';
import type { ICollector } from '../../scrape/collector';
import { isOf } from '../agents';
import { at, type Json, strings, type Tree } from '../tree';

/** Labels of series by name. */
export type KnownLabels = { readonly [name: string]: FamilyLabel };

/** Where nothing says what an agent adds, it adds the cluster: every series of a pipeline has that. */
const USUAL: KnownLabels = { cluster: {} };

/**
 * The labels that a collector adds to everything, as what it rendered says: its VMAgent, or its scrape configuration.
 *
 * @param isShared others may write into the same store, so that values beside the collector's own are there
 */
export function externalLabels(tree: Tree, collector: ICollector, isShared: boolean): KnownLabels {
  const written = [...ofAgents(tree, collector), ...ofConfigurations(tree, collector)].find((labels) => Object.keys(labels).length > 0);
  if (written === undefined) return USUAL;
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, isShared ? {} : { values: [value] }]));
}

function ofAgents(tree: Tree, collector: ICollector) {
  return tree
    .ofKind('VMAgent')
    .filter((object) => isOf(collector, object))
    .map(({ json }) => strings(at(json, 'spec', 'externalLabels')));
}

function ofConfigurations(tree: Tree, collector: ICollector) {
  return tree
    .ofKind('ConfigMap')
    .filter((object) => isOf(collector, object))
    .flatMap(({ json }) => Object.values(strings(json.data)))
    .filter((content) => content.includes('external_labels'))
    .map((content) => strings(at(head(content), 'global', 'external_labels')));
}

/** The configuration without its jobs, which are long and say nothing about it. */
function head(content: string): Json {
  const [before = ''] = content.split(/^scrape_configs:/m);
  try {
    return load(before.includes('external_labels') ? before : content) as Json;
  } catch {
    return undefined;
  }
}
