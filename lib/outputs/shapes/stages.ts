import { readFileSync } from 'node:fs';
import type { RenderedCluster } from '../clusters';
import { MANIFEST_FILES } from '../manifests';

/** What is applied together: one file of the plain manifests. */
export type StageName = keyof typeof MANIFEST_FILES;

/** One stage of one cluster. */
export interface Stage {
  /** Which one. */
  readonly name: StageName;
  /** The file of the plain manifests that it is. */
  readonly file: string;
  /** Its bytes. */
  readonly content: string | Uint8Array;
}

/** The stages that a cluster has, in their order: no definitions and no operator in standalone mode and where they are somebody else's. */
export function stagesOf({ files, crds }: RenderedCluster): Stage[] {
  const contents = new Map<string, string | Uint8Array>(files.map(({ name, content }) => [name, content]));
  if (crds !== undefined) contents.set(MANIFEST_FILES.crds, readFileSync(crds));
  return Object.entries(MANIFEST_FILES).flatMap(([name, file]) => {
    const content = contents.get(file);
    return content === undefined ? [] : [{ name: name as StageName, file, content }];
  });
}
