import type { RenderedCluster } from '../clusters';
import type { SettingValues, ShapeSettings } from './settings';

/** Files by their path below the folder of the cluster, with `/` between its parts. */
export type ShapeFiles = ReadonlyMap<string, string | Uint8Array>;

/** Another form of the same objects, for a tool that takes more than plain manifests. */
export interface Shape {
  /** What its user may say. @default - nothing */
  readonly settings?: ShapeSettings;
  /** The files of one cluster. */
  files(cluster: RenderedCluster, settings: SettingValues): ShapeFiles;
  /** The same around the files of another shape. @default - it wraps no other */
  readonly of?: (content: Shape) => Shape;
}
