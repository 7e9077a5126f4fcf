import { Tree, usedImages } from '../checks';
import { ImageSource } from '../common/image-source';
import { configReloaderImage, IMAGES } from '../common/images';
import type { RenderedCluster } from './clusters';
import type { MirrorFormat } from './mirror-formats';

/** An image that clusters run. */
export interface ListedImage {
  /** The image as nodes pull it. */
  readonly image: string;
  /** Where it is published, when it is one of the pipeline's own; nothing for an image that the user names. */
  readonly published?: string;
  /** Programs that run it, by their label `app.kubernetes.io/name`, or the names of objects without one. */
  readonly usedBy: readonly string[];
  /** Cluster files that use it under this name. */
  readonly files: readonly string[];
}

/**
 * Every image that some clusters run, those included that an operator puts into pods, in the order of their names.
 *
 * @param clusters rendered without a lock file, so that images have tags
 */
export function listImages(clusters: readonly RenderedCluster[]): ListedImage[] {
  const listed = new Map<string, { published?: string; usedBy: Set<string>; files: Set<string> }>();
  for (const { app, pipeline, file } of clusters) {
    const published = publishedNames(ImageSource.of(pipeline), pipeline.vmOperator?.version);
    for (const { on, image } of usedImages(Tree.of(app))) {
      // an operator's own default is its secret; where it matters, a check refuses it
      if (image === '') continue;
      const entry = listed.get(image) ?? { published: published.get(image), usedBy: new Set(), files: new Set() };
      entry.usedBy.add(on.labels['app.kubernetes.io/name'] ?? on.name);
      entry.files.add(file);
      listed.set(image, entry);
    }
  }
  return [...listed]
    .map(([image, { published, usedBy, files }]) => ({ image, published, usedBy: [...usedBy].sort(), files: [...files] }))
    .sort((a, b) => (a.image < b.image ? -1 : 1));
}

/** The names under which the pipeline's own images are published, by those under which they run. */
function publishedNames(source: ImageSource, operatorVersion: string | undefined): ReadonlyMap<string, string> {
  const reloader = operatorVersion === undefined ? [] : [configReloaderImage(operatorVersion)];
  return new Map([...Object.values(IMAGES), ...reloader].map((published) => [source.located(published), published]));
}

/**
 * A lock file: each image with its digest and who uses it.
 *
 * @param digests by image; one that is not known is written as an empty text
 */
export function lockText(images: readonly ListedImage[], digests: ReadonlyMap<string, string>): string {
  const lines = images.flatMap(({ image, usedBy }) => [
    `  ${image}:`,
    `    digest: ${image.split('@')[1] ?? (digests.get(image) || "''")}`,
    `    usedBy: [${usedBy.join(', ')}]`,
  ]);
  return `# Every image in use, with the digest that its registry gave. Written by \`soperator-metrics images --lock\`.\nimages:\n${lines.join('\n')}\n`;
}

const COPY: { readonly [format in 'crane' | 'oras' | 'skopeo-copy']: (from: string, to: string) => string } = {
  crane: (from, to) => `crane copy ${from} ${to}`,
  oras: (from, to) => `oras copy ${from} ${to}`,
  'skopeo-copy': (from, to) => `skopeo copy --all --preserve-digests docker://${from} docker://${to}`,
};

/** The list in a form for a mirroring tool. What the user names and is in no public place is a comment: it must be there already. */
export function mirrorText(images: readonly ListedImage[], format: MirrorFormat): string {
  const own = images
    .filter(({ published }) => published === undefined)
    .map(({ image }) => `# ${image}: named in the cluster file, and not copied`);
  const copies = images.flatMap(({ image, published }) => (published === undefined ? [] : [{ from: published, to: image }]));
  switch (format) {
    case 'list':
      return lines([...new Set(images.map(({ image, published }) => published ?? image))]);
    case 'skopeo-sync':
      return lines([...own, ...syncLines(copies.map(({ from }) => from))]);
    default:
      return lines(['#!/bin/sh', 'set -e', ...own, ...copies.map(({ from, to }) => COPY[format](from, to))]);
  }
}

/** Registry, repository and tags, as `skopeo sync` reads them. */
function syncLines(images: readonly string[]): string[] {
  const registries = new Map<string, Map<string, Set<string>>>();
  for (const image of [...new Set(images)].sort()) {
    const [, registry = '', repository = '', tag = ''] = /^([^/]+)\/([^:]+):(.+)$/.exec(image) ?? [];
    const repositories = registries.get(registry) ?? new Map<string, Set<string>>();
    registries.set(registry, repositories);
    repositories.set(repository, new Set([...(repositories.get(repository) ?? []), tag]));
  }
  return [...registries].flatMap(([registry, repositories]) => [
    `${registry}:`,
    '  images:',
    ...[...repositories].flatMap(([repository, tags]) => [`    ${repository}:`, ...[...tags].map((tag) => `      - ${tag}`)]),
  ]);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
