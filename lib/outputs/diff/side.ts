import type { IConstruct } from 'constructs';
import type { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { at, type JsonObject, kubeObject, Tree, text } from '../../checks/tree';
import { CLUSTER_LABEL } from '../../common/labels';
import type { RenderedCluster } from '../clusters';

/** One of two states of a cluster. */
export interface Side {
  /** Name of the cluster. */
  readonly cluster: string;
  /** Where it comes from, as it was given. */
  readonly from: string;
  /** Its objects. */
  readonly tree: Tree;
  /** Names of custom resource definitions, with a text that says which version they are. */
  readonly definitions: ReadonlyMap<string, string>;
  /** What it was rendered from. @default - only the objects are known */
  readonly model?: SideModel;
  /** Warnings of its checks. @default - only the objects are known */
  readonly warnings?: readonly string[];
}

/** What is known of a cluster that was rendered of its file. */
export interface SideModel {
  readonly app: IConstruct;
  readonly pipeline: MetricsPipeline;
}

/** The state that a cluster file describes. */
export function sideOfCluster(
  { cluster, file, app, pipeline }: RenderedCluster,
  warnings: readonly string[],
  definitions: ReadonlyMap<string, string>,
): Side {
  return { cluster, from: file, tree: Tree.of(app), definitions, model: { app, pipeline }, warnings };
}

/**
 * The state that manifests describe.
 *
 * @param name name of the cluster where no object tells
 */
export function sideOfManifests(
  from: string,
  name: string,
  objects: readonly JsonObject[],
  definitions: ReadonlyMap<string, string>,
): Side {
  const labelled = objects.map((object) => text(at(object, 'metadata', 'labels', CLUSTER_LABEL))).find((label) => label !== '');
  return { cluster: labelled ?? name, from, tree: new Tree(objects.map((object) => kubeObject(from, object))), definitions };
}

/** The state before there was a cluster, or after it. */
export function emptySide(cluster: string, from: string): Side {
  return { cluster, from, tree: new Tree([]), definitions: new Map() };
}
