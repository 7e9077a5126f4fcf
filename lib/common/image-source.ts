import type { Construct, IConstruct } from 'constructs';
import { reject } from './errors';

/** Where the images of all parts come from, and how they are pinned. */
export interface ImageOptions {
  /**
   * Registry, with a path where there is one, that every image is taken from which is not given explicitly: `registry.example.com/mirror`.
   * The path of an image is kept: `docker.io/grafana/grafana:13.2.0` becomes `registry.example.com/mirror/grafana/grafana:13.2.0`.
   *
   * @default - where each image is published
   */
  readonly registry?: string;
  /**
   * Keeps the name of the registry where an image is published, too: `registry.example.com/mirror/docker.io/grafana/grafana:13.2.0`, as
   * `skopeo sync --scoped` writes it and as proxies with a project for each registry have it. Takes `registry`.
   *
   * @default false
   */
  readonly keepHost?: boolean;
  /**
   * Names of Secrets with registry credentials, of every pod that names none of its own, those that the operator makes included. They must
   * exist in each namespace with such pods.
   *
   * @default - none
   */
  readonly pullSecrets?: readonly string[];
  /**
   * Digests (`sha256:…`) by the image with its tag, as it runs. Such an image runs as `name:tag@digest`, and one that is not listed is an error.
   *
   * @default - none: tags
   */
  readonly digests?: { readonly [image: string]: string };
}

const CONTEXT = 'soperator-metrics/images';

/**
 * Says where the images of everything below a construct come from. To be called before anything is made in it.
 *
 * @throws InvalidOptionError when the registry is none, a digest is none, or an option counts only beside another one
 */
export function useImages(scope: Construct, options: ImageOptions): void {
  scope.node.setContext(CONTEXT, new ImageSource(scope, options));
}

/** Form of a registry: a host that nobody takes for the first part of a path, and maybe a path. */
export const REGISTRY =
  /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;

/** Form of a digest. */
export const DIGEST = /^sha256:[a-f0-9]{64}$/;

/** What {@link ImageOptions} make of images. */
export class ImageSource {
  /** What was said of a construct or of what is above it; otherwise every image comes from where it is published. */
  static of(scope: IConstruct): ImageSource {
    const source: unknown = scope.node.tryGetContext(CONTEXT);
    return source instanceof ImageSource ? source : PUBLISHED;
  }

  /** The registry that images are taken from; nothing where each comes from its own. */
  readonly registry?: string;
  /** Secrets of pods that name none. */
  readonly pullSecrets: readonly string[];
  /** Digests by image; nothing where images are not pinned. */
  readonly digests?: { readonly [image: string]: string };
  /** Whether the name of the registry stays where an image is published. */
  readonly keepHost: boolean;

  /**
   * @param where the construct that was given the options, or its name
   * @throws InvalidOptionError as {@link useImages} does
   */
  constructor(where: IConstruct | string, options: ImageOptions) {
    const { registry, digests, keepHost } = options;
    if (registry !== undefined && !REGISTRY.test(registry)) {
      reject(where, {
        option: 'images.registry',
        got: registry,
        expected: 'the host of a registry, with a port and a path where it has them, without https:// and without a slash at the end',
        instead: "write 'registry.example.com/mirror'",
      });
    }
    if (keepHost !== undefined && registry === undefined) {
      reject(where, {
        option: 'images.keepHost',
        got: keepHost,
        expected: 'registry beside it, for without one nothing is renamed',
        instead: "give registry: 'registry.example.com/mirror', or leave keepHost out",
      });
    }
    for (const [image, digest] of Object.entries(digests ?? {})) {
      if (DIGEST.test(digest)) continue;
      reject(where, {
        option: `images.digests["${image}"]`,
        got: digest,
        expected: "'sha256:' and 64 hexadecimal digits",
        instead: 'write the digest that the registry gives for this image, or fill in the lock file with `soperator-metrics images --lock`',
      });
    }
    this.registry = registry;
    this.keepHost = keepHost ?? false;
    this.pullSecrets = options.pullSecrets ?? [];
    this.digests = digests;
  }

  /** The name under which an image is there, for one that is published: without its digest. */
  located(published: string): string {
    if (this.registry === undefined) return published;
    return `${this.registry}/${this.keepHost ? published : published.slice(published.indexOf('/') + 1)}`;
  }

  /** The prefix of what an operator fills in by itself, whose names are paths of Docker Hub: `victoriametrics/vmagent`. */
  get registryOfDockerHub(): string | undefined {
    return this.registry && (this.keepHost ? `${this.registry}/docker.io` : this.registry);
  }

  /** An image with the digest that is known of it; one that is given with a digest keeps that. */
  pinned(image: string): string {
    const digest = image.includes('@') ? undefined : this.digests?.[image];
    return digest ? `${image}@${digest}` : image;
  }
}

const PUBLISHED = new ImageSource('images', {});

/**
 * The image that a part runs: the one that it was given, as it is, or the published one from where images are taken. Pinned where its digest is known.
 *
 * @param given what the user gave to the part
 * @param published what runs otherwise
 */
export function imageOf(scope: IConstruct, given: string | undefined, published: string): string {
  const source = ImageSource.of(scope);
  return source.pinned(given ?? source.located(published));
}
