import type { RenderedCluster } from '../clusters';

/** Files by their path below the folder of the cluster, with `/` between its parts. */
export type ShapeFiles = ReadonlyMap<string, string | Uint8Array>;

/** Another form of the same objects, for a tool that takes more than plain manifests. */
export interface Shape {
  /** The files of one cluster. */
  files(cluster: RenderedCluster): ShapeFiles;
  /** The same around the files of another shape. @default - it wraps no other */
  readonly of?: (content: Shape) => Shape;
}
