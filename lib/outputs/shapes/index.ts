import { argocd } from './argocd';
import { flux } from './flux';
import { helm } from './helm';
import { manifests } from './manifests';
import type { ShapeName } from './names';
import { oci } from './oci';
import type { Shape } from './shape';

/** What makes each shape. A new one is a file beside this one, a line here and its summary in `names.ts`. */
export const SHAPES: { readonly [name in ShapeName]: Shape } = {
  argocd,
  flux,
  helm,
  manifests,
  oci,
};

export { SHAPE_SUMMARIES, type ShapeName } from './names';
export type { Shape, ShapeFiles } from './shape';
