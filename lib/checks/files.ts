import { at, type Json, list, text } from './tree';

/** A key of a Secret or ConfigMap that a file may be. */
export interface FileOfKey {
  readonly kind: 'Secret' | 'ConfigMap';
  /** Name of the Secret or ConfigMap, in the pod's namespace. */
  readonly name: string;
  readonly key: string;
  /** Whether the pod starts without it. */
  readonly optional: boolean;
}

/** What a file in a container really is. */
export interface MountedFile {
  /** Its path on the node. */
  readonly onNode?: string;
  /** Whom the service account's token that it holds is for. */
  readonly audience?: string;
  /** The keys that it may be: several where nothing but the cluster knows which of them has it. */
  readonly keys: readonly FileOfKey[];
}

/** Where the files of a container come from. */
export interface Mounts {
  /** Volumes of the pod. */
  readonly volumes: readonly Json[];
  /** Mounts of the container. */
  readonly volumeMounts: readonly Json[];
}

/** What a path in a container leads to; nothing for what no volume brings. */
export function mountedFile({ volumes, volumeMounts }: Mounts, path: string): MountedFile | undefined {
  const [mount] = volumeMounts
    .map((json) => ({ json, directory: text(at(json, 'mountPath')).replace(/\/+$/, '') }))
    .filter(({ directory }) => path === directory || path.startsWith(`${directory}/`))
    // of mounts inside each other the inner one counts
    .sort((a, b) => b.directory.length - a.directory.length);
  const volume = mount && volumes.find((candidate) => at(candidate, 'name') === at(mount.json, 'name'));
  if (!mount || volume === undefined) return undefined;
  const inVolume = joined(text(at(mount.json, 'subPath')), path.slice(mount.directory.length + 1));
  const directory = text(at(volume, 'hostPath', 'path'));
  if (directory) return { onNode: joined(directory.replace(/\/+$/, ''), inVolume), keys: [] };
  const sources = [volume, ...list(at(volume, 'projected', 'sources'))];
  const token = sources.map((source) => at(source, 'serviceAccountToken')).find((source) => at(source, 'path') === inVolume);
  return {
    ...(token === undefined ? {} : { audience: text(at(token, 'audience')) || 'the API server' }),
    keys: sources.flatMap((source) => [
      ...keysOf('Secret', at(source, 'secret'), inVolume),
      ...keysOf('ConfigMap', at(source, 'configMap'), inVolume),
    ]),
  };
}

/** The key of a Secret or ConfigMap that is the file of a path in a volume. Without items every key is a file. */
function keysOf(kind: FileOfKey['kind'], source: Json, path: string): FileOfKey[] {
  const name = text(at(source, 'secretName')) || text(at(source, 'name'));
  if (!name) return [];
  const items = at(source, 'items');
  const key =
    items === undefined
      ? path
      : text(
          at(
            list(items).find((item) => at(item, 'path') === path),
            'key',
          ),
        );
  return key ? [{ kind, name, key, optional: at(source, 'optional') === true }] : [];
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}
