/** Forms of the list that mirroring tools read, each with what it is. */
export const MIRROR_FORMATS = {
  list: 'where each image is published, one a line',
  crane: 'a shell script of `crane copy`',
  oras: 'a shell script of `oras copy`',
  'skopeo-copy': 'a shell script of `skopeo copy`',
  'skopeo-sync': 'a YAML file for `skopeo sync --scoped --all --src yaml`',
} as const;

/** Name of a form. */
export type MirrorFormat = keyof typeof MIRROR_FORMATS;
