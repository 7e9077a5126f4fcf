import type { Check, CheckContext, Complaint } from './check';
import { usedImages } from './images';

/** One image from elsewhere is one pod that does not start where only the own registry is reached. */
export const imageRegistry: Check = {
  name: 'image-registry',
  proves: 'where a registry is set, every image comes from it, those included that an operator puts into pods',
  *run({ tree, images }: CheckContext): Iterable<Complaint> {
    for (const { on, place, image } of usedImages(tree)) {
      const registry = images?.(on)?.registry;
      if (registry === undefined || image.startsWith(`${registry}/`)) continue;
      const got = image === '' ? 'nothing, for which the operator takes one that no list of images has' : `"${image}"`;
      const path = image.slice(image.indexOf('/') + 1) || 'name:tag';
      yield {
        on,
        message: `${place}: got ${got}, expected an image of ${registry}, which images.registry names; leave the option out that names it, or copy it there and write ${registry}/${path}`,
      };
    }
  },
};
