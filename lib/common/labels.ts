import { LABEL_PREFIX, PART_OF } from './names';

/** Who an object belongs to, for the recommended labels of Kubernetes. */
export interface Identity {
  /** The program: `node-exporter`. Becomes `app.kubernetes.io/name`. */
  readonly name: string;
  /** This installation of it; by default the name of the workload. Becomes `app.kubernetes.io/instance`. */
  readonly instance: string;
  /**
   * Its role in the pipeline: `slurm-exporter`, `collector`, `store`, … Never plain `exporter`: Soperator's own scrape takes every pod with
   * that.
   */
  readonly component: string;
  /** The version that runs, usually the image's tag. Never part of a selector, because selectors cannot change. */
  readonly version?: string;
}

/** String labels of a Kubernetes object. */
export interface Labels {
  readonly [key: string]: string;
}

/** The recommended label that says what role an object has. */
export const COMPONENT_LABEL = 'app.kubernetes.io/component';

/** The labels that select the pods of one workload: a fixed subset, for selectors of workloads are immutable. */
export function selectorLabels(identity: Identity): Labels {
  return {
    'app.kubernetes.io/name': identity.name,
    'app.kubernetes.io/instance': identity.instance,
    [COMPONENT_LABEL]: identity.component,
  };
}

/** All recommended labels of an object of one component. */
export function objectLabels(identity: Identity): Labels {
  return {
    ...selectorLabels(identity),
    'app.kubernetes.io/part-of': PART_OF,
    'app.kubernetes.io/managed-by': PART_OF,
    ...(identity.version ? { 'app.kubernetes.io/version': labelValue(identity.version) } : {}),
  };
}

/** Cuts a text down to what a label value may hold: at most 63 of `[A-Za-z0-9._-]`, alphanumeric at both ends. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** Label of every rendered object: the metrics' `cluster` that it was rendered for. */
export const CLUSTER_LABEL = `${LABEL_PREFIX}/cluster`;
/** Label of every rendered object: a digest of which objects were rendered together, so that leftovers of a former set can be found. */
export const INVENTORY_LABEL = `${LABEL_PREFIX}/inventory`;
/** Label of every scrape that an agent of ours picks up: the agent's name. Users put it on their own scrapes where the agent asks for it. */
export const AGENT_LABEL = `${LABEL_PREFIX}/agent`;
