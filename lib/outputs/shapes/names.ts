/** The shapes by their names, each with what it is. Apart from what makes them, because the command's help reads it. */
export const SHAPE_SUMMARIES = {
  argocd: 'manifests in sync waves, and the Application of Argo CD that has them',
  flux: 'a folder a stage, and the Kustomizations of Flux that apply them in order',
  helm: 'two Helm charts, operator and pipeline; only pipeline where no operator is rendered',
  manifests: 'plain manifests, as synth writes them',
  oci: 'an OCI artifact with the media types of Flux, as an image layout; of another shape with --content',
} as const;

/** Name of a shape. */
export type ShapeName = keyof typeof SHAPE_SUMMARIES;
