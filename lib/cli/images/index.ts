import { readFileSync } from 'node:fs';
import { ConfigError, loadClusters, readLock } from '../../config';
import { type ListedImage, listImages, lockText, type MirrorFormat, mirrorText, renderClusters, replaceFile } from '../../outputs';
import { DEFAULT_FROM } from '../from';
import { CommandError, ExitCode, type Report, type Terminal } from '../report';
import { Credentials } from './credentials';
import { Registries, RegistryError } from './registry';

/** Options of {@link images}. */
export interface ImagesOptions {
  /** The lock file that is written; true for `images.lock`. @default - none is */
  readonly lock?: string | true;
  /** Whether registries are asked. @default true */
  readonly digests?: boolean;
  /** Form of the list. @default - a table */
  readonly format?: MirrorFormat;
  /** Speaks http with registries. @default - with this machine alone */
  readonly plainHttp?: boolean;
  /** Folder of docker's configuration. @default - the usual one */
  readonly dockerConfig?: string;
}

const DEFAULT_LOCK = 'images.lock';

/** Lists every image in use; writes it as a lock file with digests, or in a form for a mirroring tool. */
export async function images(from: string = DEFAULT_FROM, options: ImagesOptions, terminal: Terminal): Promise<Report> {
  if (options.lock !== undefined && options.format !== undefined) {
    throw new CommandError('--lock: got --format beside it, expected one of the two; run the command twice');
  }
  // a lock file may be what is to be written, and images are listed by their tags
  const clusters = loadClusters(from, { withoutLock: true });
  terminal.progress(`rendering ${clusters.length} cluster${clusters.length === 1 ? '' : 's'}`);
  const listed = listImages(renderClusters(clusters));
  if (options.lock !== undefined) return await locked(listed, options.lock === true ? DEFAULT_LOCK : options.lock, options, terminal);
  const { format } = options;
  if (format === undefined) return { json: { images: listed }, text: () => table(listed) };
  refuseFormat(listed, format);
  const text = mirrorText(listed, format);
  return { json: { images: listed, text }, text: () => text.trimEnd() };
}

function table(listed: readonly ListedImage[]): string {
  const width = Math.max(...listed.map(({ image }) => image.length));
  return listed
    .map(({ image, published, usedBy }) => {
      const source = published === undefined || published === image ? '' : `  from ${published}`;
      return `${image.padEnd(width)}  ${usedBy.join(', ')}${source}`;
    })
    .join('\n');
}

/** A list that copies images to where they are would be of no use, and `skopeo sync` knows one way to name what it copies. */
function refuseFormat(listed: readonly ListedImage[], format: MirrorFormat): void {
  if (format === 'list') return;
  const elsewhere = listed.find(({ image, published }) => published === image);
  if (format !== 'skopeo-sync' && elsewhere) {
    throw new CommandError(
      `${elsewhere.files[0]}: images.registry: got nothing, expected the registry that images are copied to; write images: {registry: registry.example.com/mirror}, or take ${MIRROR_WITHOUT_TARGET}`,
    );
  }
  const renamed = listed.find(({ image, published }) => published !== undefined && image !== published && !image.endsWith(`/${published}`));
  if (format === 'skopeo-sync' && renamed) {
    throw new CommandError(
      `${renamed.files[0]}: images.keepHost: got false, expected true, because skopeo sync --scoped keeps the name of the registry; write keepHost: true, or take --format skopeo-copy`,
    );
  }
}

const MIRROR_WITHOUT_TARGET = '--format list or skopeo-sync';

async function locked(listed: readonly ListedImage[], file: string, options: ImagesOptions, terminal: Terminal): Promise<Report> {
  const former = formerDigests(file);
  const digests = options.digests === false ? former : await askedDigests(listed, options, terminal);
  replaceFile(file, lockText(listed, digests));
  const known = listed.filter(({ image }) => image.includes('@') || digests.has(image)).length;
  const changed = listed.filter(({ image }) => former.has(image) && digests.has(image) && former.get(image) !== digests.get(image));
  return {
    json: {
      file,
      images: listed.map((one) => ({ ...one, digest: digests.get(one.image) ?? '' })),
      changed: changed.map(({ image }) => image),
    },
    text: (colours) =>
      [
        `${colours.bold(file)}: ${listed.length} images, ${known} with a digest`,
        ...changed.map(({ image }) => `${colours.yellow('changed')} ${image}: ${former.get(image)} became ${digests.get(image)}`),
      ].join('\n'),
  };
}

/** What the lock file says now; one that cannot be read says nothing worth keeping. */
function formerDigests(file: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return new Map();
  }
  const { digests, problems } = readLock(file, text);
  if (problems.length > 0) throw new ConfigError(problems);
  return new Map(Object.entries(digests));
}

/** Asks for every digest, and tells all that went wrong at once. */
async function askedDigests(
  listed: readonly ListedImage[],
  options: ImagesOptions,
  terminal: Terminal,
): Promise<ReadonlyMap<string, string>> {
  const registries = new Registries(Credentials.read(options.dockerConfig), { plainHttp: options.plainHttp });
  const digests = new Map<string, string>();
  const failures: RegistryError[] = [];
  for (const { image } of listed.filter((one) => !one.image.includes('@'))) {
    terminal.progress(`asking for ${image}`);
    try {
      digests.set(image, await registries.digest(image));
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 0) return digests;
  const lines = failures.map(
    ({ image, said, answered }) =>
      `${image}: got no digest, because ${said}; ${answered ? 'copy the image there, or log in with docker login' : 'see whether this machine reaches it'}`,
  );
  const unanswered = failures.some(({ answered }) => !answered);
  throw new CommandError(lines.join('\n'), unanswered ? ExitCode.UNREACHABLE : ExitCode.FOUND);
}
