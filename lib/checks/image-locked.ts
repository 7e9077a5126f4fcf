import type { Check, CheckContext, Complaint } from './check';
import { usedImages } from './images';

/** A tag can be given to another image at any time; a digest is the image. */
export const imageLocked: Check = {
  name: 'image-locked',
  proves: 'where a lock file has digests, every image runs by its digest, those included that an operator puts into pods',
  *run({ tree, images }: CheckContext): Iterable<Complaint> {
    for (const { on, place, image } of usedImages(tree)) {
      if (images?.(on)?.digests === undefined || image.includes('@')) continue;
      const got = image === '' ? 'nothing, for which the operator takes a tag' : `"${image}"`;
      yield {
        on,
        message: `${place}: got ${got}, expected an image with a digest, and the lock file has none for it; fill it in with \`soperator-metrics images --lock\``,
      };
    }
  },
};
