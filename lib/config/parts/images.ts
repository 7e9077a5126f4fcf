import type { ImageOptions } from '../../common/image-source';
import { REGISTRY } from '../../common/image-source';
import { option, part, Refusal } from '../option';
import { dottedName, flag, list, text } from '../values';

/** What a cluster file says about images: digests are in a file of their own. */
export interface ImagesOfFile extends Omit<ImageOptions, 'digests'> {
  /** The file with the digests, from the folder of the cluster file. */
  readonly lock?: string;
}

/** Where images come from. */
export const images = part<ImagesOfFile>(
  'Where the images of all parts come from, and how they are pinned.',
  {
    registry: option(
      text({
        expected: 'the host of a registry, with a port and a path where it has them',
        example: 'registry.example.com/mirror',
        pattern: REGISTRY,
        mend: (given) => given.replace(/^https?:\/\//, '').replace(/\/+$/, ''),
      }),
      'Registry that every image is taken from which no other option names, those that the operator puts into pods included. The path of an image is kept.',
      { otherwise: 'where each image is published', example: 'registry.example.com/mirror' },
    ),
    keepHost: option(flag(), 'Keeps the name of the registry where an image is published, too: registry.example.com/mirror/docker.io/…', {
      otherwise: 'false',
      example: true,
    }),
    pullSecrets: option(
      list(dottedName('registry', true), 'registry'),
      'Names of Secrets with registry credentials, for every pod of a part that names none of its own; in each namespace with such pods.',
      { otherwise: 'none', example: ['registry'] },
    ),
    lock: option(
      text({ expected: 'the path of a file, from the folder of this one', example: 'images.lock', pattern: /^[^\n]+$/ }),
      'File with the digest of every image, as `soperator-metrics images --lock` writes it. Images then run as name:tag@digest.',
      { otherwise: 'tags alone', example: 'images.lock' },
    ),
  },
  [
    {
      reads: ['keepHost', 'registry'],
      check: ({ keepHost, registry }) =>
        keepHost !== undefined && registry === undefined
          ? new Refusal('to be left out while there is no registry; write registry, or remove it', ['keepHost'])
          : undefined,
    },
  ],
);
