import { gzipSync } from 'fflate';
import { sha256 } from '../../common/digest';
import type { ShapeFiles } from '../shapes/shape';
import { tar } from './tar';

/** Media types of what is in the layout: those by which Flux knows an artifact of manifests, and those of OCI around it. */
export const MEDIA_TYPES = {
  /** Flux: the configuration, of which nothing is read. */
  config: 'application/vnd.cncf.flux.config.v1+json',
  /** Flux: the files. */
  content: 'application/vnd.cncf.flux.content.v1.tar+gzip',
  /** OCI: the manifest that names both. */
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  /** OCI: the list of manifests of a layout. */
  index: 'application/vnd.oci.image.index.v1+json',
} as const;

/** How hard gzip tries, up to 9. Part of the digest. */
const LEVEL = 6;

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Files as an OCI image layout: one artifact, with all files in one layer at its root.
 *
 * The digest follows from paths and contents alone, so it is known before anything is pushed, and two artifacts of the same digest are the
 * same. So nothing in it says when or from which commit it was made: that would be another digest at each commit. The compression is
 * that of a library in one version: what Node's own gives may change with the version of Node.
 *
 * @param title what the artifact is, for people who look at a registry
 */
export function ociLayout(files: ShapeFiles, title: string): ShapeFiles {
  const blobs = new Map<string, Uint8Array>();
  const add = (mediaType: string, content: Uint8Array): Blob => {
    const hash = sha256(content);
    blobs.set(`blobs/sha256/${hash}`, content);
    return { mediaType, digest: `sha256:${hash}`, size: content.length };
  };
  const archive = tar(files);
  const layer = add(MEDIA_TYPES.content, gzipSync(archive, { level: LEVEL, mtime: 0 }));
  // what reads an image wants to find its layers here, unpacked
  const rootfs = { type: 'layers', diff_ids: [`sha256:${sha256(archive)}`] };
  const config = add(MEDIA_TYPES.config, json({ architecture: '', os: '', config: {}, rootfs }));
  const annotations = { 'org.opencontainers.image.title': title };
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: [layer], annotations };
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [add(MEDIA_TYPES.manifest, json(manifest))] };
  return new Map<string, string | Uint8Array>([
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
    ['index.json', json(index)],
    ...blobs,
  ]);
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
