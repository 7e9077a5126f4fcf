import { PART_OF } from '../../common/names';
import { type KubeContext, type Kubectl, KubectlError, Trouble } from '../kubectl';
import type { Agent, KubeObject, Node, Service, StorageClass, Workload } from './objects';

/** What is read of a cluster, by kind: as kubectl takes it, with the type of its objects. */
export interface Kinds {
  readonly nodes: Node;
  readonly namespaces: KubeObject;
  readonly services: Service;
  readonly 'deployments.apps': Workload;
  readonly 'daemonsets.apps': Workload;
  readonly 'storageclasses.storage.k8s.io': StorageClass;
  readonly 'slurmclusters.slurm.nebius.ai': KubeObject;
  readonly 'vmagents.operator.victoriametrics.com': Agent;
  readonly 'vmsingles.operator.victoriametrics.com': KubeObject;
}

/** A kind that is read. */
export type Kind = keyof Kinds;

/** A Secret that somebody may need; only whether it is there is asked. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** Everything that is known of a cluster. */
export interface FactsData {
  /** The context that was asked. */
  readonly context: KubeContext;
  /** Version of Kubernetes, such as `v1.34.4`; nothing where it may not be read. */
  readonly kubernetes?: string;
  /** Groups of the API, such as `slurm.nebius.ai`: a kind without its group is not there. */
  readonly groups: readonly string[];
  /** How many pods there are; nothing where that may not be read. */
  readonly pods?: number;
  /** Objects of the kinds that were read. A kind that is not there has none. */
  readonly objects: { readonly [kind in Kind]?: readonly Kinds[kind][] };
  /** Kinds that may not be read, and what kubectl said. */
  readonly unread: { readonly [kind in Kind | 'pods' | 'secrets']?: string };
  /** Secrets that were asked for, as `namespace/name`, and whether they are there. */
  readonly secrets?: { readonly [title: string]: boolean };
}

/** The facts, as questions read them. */
export class Facts {
  constructor(readonly data: FactsData) {}

  /** Objects of a kind that are not this pipeline's own: those are what it would render again. */
  of<K extends Kind>(kind: K): readonly Kinds[K][] {
    const objects: readonly Kinds[K][] = this.data.objects[kind] ?? [];
    return objects.filter((object) => !isOurs(object));
  }

  /** An object by its name, this pipeline's own included. */
  find<K extends Kind>(kind: K, name: string): Kinds[K] | undefined {
    const objects: readonly Kinds[K][] = this.data.objects[kind] ?? [];
    return objects.find(({ metadata }) => metadata.name === name);
  }

  /** Whether the API has a group. */
  has(group: string): boolean {
    return this.data.groups.includes(group);
  }

  /** Whether a kind was read. */
  knows(kind: Kind): boolean {
    return this.data.unread[kind] === undefined;
  }
}

/** Whether an object was rendered here. */
export function isOurs({ metadata }: KubeObject): boolean {
  return metadata.labels?.['app.kubernetes.io/part-of'] === PART_OF;
}

/** Requests at a time: kubectl is a process of its own each time. */
const AT_ONCE = 4;

/**
 * Asks the cluster.
 *
 * @param kinds what to read
 * @param progress is told what is read
 * @throws KubectlError when nobody answers; what may not be read is a fact
 */
export async function gather(kubectl: Kubectl, kinds: readonly Kind[], progress: (text: string) => void): Promise<Facts> {
  const context = await kubectl.context();
  progress(`asking the cluster of context ${context.name}`);
  const unread: { [kind: string]: string } = {};
  const read = async <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof KubectlError) || ![Trouble.FORBIDDEN, Trouble.ABSENT].includes(error.trouble)) throw error;
      if (error.trouble === Trouble.FORBIDDEN) unread[what] = error.message;
      return undefined;
    }
  };
  const version = await read('version', () => kubectl.raw<{ readonly gitVersion: string }>('/version'));
  const apis = await read('groups', () => kubectl.raw<{ readonly groups: readonly { readonly name: string }[] }>('/apis'));
  const groups = apis?.groups.map(({ name }) => name) ?? [];
  const isThere = (kind: Kind) => {
    const group = kind.slice(kind.indexOf('.') + 1);
    return apis === undefined || group === kind || groups.includes(group);
  };
  const objects: { [kind: string]: readonly KubeObject[] } = {};
  const left: readonly Kind[] = [...new Set(kinds)].filter(isThere);
  const queue = [...left];
  const work = async () => {
    for (let kind = queue.shift(); kind !== undefined; kind = queue.shift()) {
      const next = kind;
      progress(`reading ${next}: ${left.length - queue.length} of ${left.length}`);
      objects[next] = (await read(next, () => kubectl.get<KubeObject>(next))) ?? [];
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const pods = await read('pods', () => podCount(kubectl));
  return new Facts({ context, kubernetes: version?.gitVersion, groups, pods, objects: objects as FactsData['objects'], unread });
}

/** One pod and how many are left: of a large cluster, all pods would be hundreds of megabytes. */
async function podCount(kubectl: Kubectl): Promise<number> {
  const first = await kubectl.raw<{ readonly items: readonly unknown[]; readonly metadata: { readonly remainingItemCount?: number } }>(
    '/api/v1/pods?limit=1',
  );
  return first.items.length + (first.metadata.remainingItemCount ?? 0);
}

/** The same facts, and which Secrets are there. */
export async function withSecrets(facts: Facts, kubectl: Kubectl, wanted: readonly SecretName[]): Promise<Facts> {
  const secrets: { [title: string]: boolean } = {};
  let refused: string | undefined;
  for (const { namespace, name } of wanted) {
    try {
      secrets[`${namespace}/${name}`] = await kubectl.exists('secret', namespace, name);
    } catch (error) {
      if (!(error instanceof KubectlError) || error.trouble !== Trouble.FORBIDDEN) throw error;
      refused = error.message;
    }
  }
  const unread = refused === undefined ? facts.data.unread : { ...facts.data.unread, secrets: refused };
  return new Facts({ ...facts.data, unread, secrets });
}
