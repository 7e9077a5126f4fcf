import type { Check, CheckContext, Complaint } from './check';
import { OPERATOR_GROUP } from './operator-made';
import { containers, podTemplates } from './pods';
import { at, type Json, type KubeObject, list, text } from './tree';

/** A moving image changes under a running cluster: the same manifests run something else on the next node. */
export const imagePinned: Check = {
  name: 'image-pinned',
  proves: 'every image has a tag other than latest, or a digest',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    for (const { owner, spec } of podTemplates(tree)) yield* inContainers(owner, '', spec);
    for (const on of tree.objects) {
      if (!on.apiVersion.startsWith(`${OPERATOR_GROUP}/`)) continue;
      const { spec } = on.json;
      yield* inContainers(on, 'spec.', spec);
      const repository = text(at(spec, 'image', 'repository'));
      const tag = text(at(spec, 'image', 'tag'));
      // without any image the operator runs the one that it was built with
      if (repository && !tag) yield unpinned(on, 'spec.image.tag', '');
      if (tag === 'latest') yield unpinned(on, 'spec.image.tag', tag);
      const reloader = text(at(spec, 'configReloaderImage'));
      if (reloader && !pinned(reloader)) yield unpinned(on, 'spec.configReloaderImage', reloader);
    }
  },
};

function* inContainers(on: KubeObject, place: string, spec: Json): Iterable<Complaint> {
  for (const container of containers(spec)) {
    const image = text(at(container, 'image'));
    // the operator fills in the image of a container that it knows
    if (image === '' && place !== '') continue;
    if (!pinned(image)) yield unpinned(on, `${place}image of container ${text(at(container, 'name'))}`, image);
  }
  for (const volume of list(at(spec, 'volumes'))) {
    const image = text(at(volume, 'image', 'reference'));
    if (image && !pinned(image)) yield unpinned(on, `${place}image of volume ${text(at(volume, 'name'))}`, image);
  }
}

/** A colon before the last slash is that of a registry's port. */
function pinned(image: string): boolean {
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  return /@sha\d+:[a-f0-9]+$/.test(image) || (tag !== undefined && tag !== 'latest');
}

function unpinned(on: KubeObject, place: string, image: string): Complaint {
  return { on, message: `${place}: got "${image}", expected a fixed tag or a digest; write the version that you tested` };
}
