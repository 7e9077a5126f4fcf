import { readFileSync } from 'node:fs';
import { MANIFEST_FILES } from '../manifests';
import type { Shape } from './shape';

/** Plain manifests: the files of {@link writeFolder}. */
export const manifests: Shape = {
  files: ({ files, crds }) =>
    new Map<string, string | Uint8Array>([
      ...(crds === undefined ? [] : [[MANIFEST_FILES.crds, readFileSync(crds)] as const]),
      ...files.map(({ name, content }) => [name, content] as const),
    ]),
};
