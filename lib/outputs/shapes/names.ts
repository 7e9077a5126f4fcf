/** The shapes by their names, each with what it is. Apart from what makes them, because the command's help reads it. */
export const SHAPE_SUMMARIES = {
  helm: 'two Helm charts, operator and pipeline; only pipeline where no operator is rendered',
  manifests: 'plain manifests, as synth writes them',
} as const;

/** Name of a shape. */
export type ShapeName = keyof typeof SHAPE_SUMMARIES;
