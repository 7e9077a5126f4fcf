import type { IConstruct } from 'constructs';
import { reject } from './errors';

/**
 * What a cluster grows to. Sizes of agent, store and queues, and limits of scrapes, are worked out from it; nothing that is scraped depends
 * on it. Estimates are generous, so count what will be there in a year and leave the rest to them.
 */
export interface Scale {
  /** Nodes that are scraped, those of the system among them; a whole number of 1 to 10,000. @default 10 */
  readonly nodes?: number;
  /** GPUs of a node; a whole number of 0 to 64. @default 8 */
  readonly gpusPerNode?: number;
  /** CPUs of a node as its kernel counts them, hyper-threads included; a whole number of 1 to 1,024. @default 128 */
  readonly cpusPerNode?: number;
  /**
   * Pods of all namespaces together, those that have ended and are not yet removed included; a whole number of 1 to 1,000,000.
   *
   * @default - 30 for each node: a worker of SLURM, some twenty of DaemonSets, and its share of the system's
   */
  readonly pods?: number;
}

/** {@link Scale} with nothing left open. */
export interface ResolvedScale {
  /** Nodes that are scraped. */
  readonly nodes: number;
  /** GPUs of a node. */
  readonly gpusPerNode: number;
  /** CPUs of a node as its kernel counts them. */
  readonly cpusPerNode: number;
  /** Pods of all namespaces together. */
  readonly pods: number;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  /** What to do about a number out of bounds. */
  readonly instead: string;
}

const BOUNDS: { readonly [option in keyof ResolvedScale]: Bounds } = {
  nodes: { least: 1, most: 10_000, instead: 'count the nodes that the cluster grows to' },
  gpusPerNode: { least: 0, most: 64, instead: 'count the GPUs of one node; 0 where there are none' },
  cpusPerNode: { least: 1, most: 1024, instead: 'count the CPUs of one node as `nproc` does' },
  pods: { least: 1, most: 1_000_000, instead: 'count the pods of all namespaces, or leave it out for 30 a node' },
};
const PODS_A_NODE = 30;

/**
 * Checks what was given of a scale and fills in the rest.
 *
 * @param where the construct that was given the scale, or its name where none exists yet
 * @throws InvalidOptionError when a number is not whole or out of its range
 */
export function resolveScale(where: IConstruct | string, scale: Scale = {}): ResolvedScale {
  const nodes = inBounds(where, 'nodes', scale.nodes ?? 10);
  return {
    nodes,
    gpusPerNode: inBounds(where, 'gpusPerNode', scale.gpusPerNode ?? 8),
    cpusPerNode: inBounds(where, 'cpusPerNode', scale.cpusPerNode ?? 128),
    pods: inBounds(where, 'pods', scale.pods ?? PODS_A_NODE * nodes),
  };
}

function inBounds(where: IConstruct | string, option: keyof ResolvedScale, given: number): number {
  const { least, most, instead } = BOUNDS[option];
  if (!Number.isInteger(given) || given < least || given > most) {
    reject(where, { option: `scale.${option}`, got: given, expected: `a whole number of ${least} to ${most}`, instead });
  }
  return given;
}
