import { ociLayout } from '../oci/layout';
import { manifests } from './manifests';
import type { Shape } from './shape';

/** An OCI artifact of another shape's files, as Flux takes it: an image layout, which tools copy to a registry. */
function ociOf(content: Shape): Shape {
  return {
    settings: content.settings,
    files: (cluster, settings) => ociLayout(content.files(cluster, settings), `metrics pipeline of ${cluster.cluster}`),
    of: ociOf,
  };
}

/** The artifact of plain manifests. */
export const oci = ociOf(manifests);
