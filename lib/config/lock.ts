import { DIGEST } from '../common/image-source';
import type { PathKey } from './paths';
import { type ConfigProblem, fileProblem, sentence } from './problems';
import { readYaml } from './yaml';

/** Digests by image; those that are empty are left out. */
export interface Digests {
  readonly [image: string]: string;
}

/** What a lock file says. */
export interface Lock {
  /** Digests by image. */
  readonly digests: Digests;
  /** What is wrong with the file. */
  readonly problems: readonly ConfigProblem[];
}

/** Command that mends a lock file, for messages. */
export const LOCK_COMMAND = 'write it with `soperator-metrics images --lock`';

/**
 * Reads a lock file.
 *
 * @param file name of the file, for messages
 */
export function readLock(file: string, text: string): Lock {
  const { data, places, problems: broken } = readYaml(file, text);
  if (broken.length > 0) return { digests: {}, problems: broken };
  const images = fields(data)?.images;
  const listed = images === null ? {} : fields(images);
  if (!listed) {
    return { digests: {}, problems: [fileProblem(file, 'no images', "'images:' and below it a line for each", LOCK_COMMAND)] };
  }
  const problems: ConfigProblem[] = [];
  const complain = (path: readonly PathKey[], expected: string) =>
    problems.push(places.problem(path, sentence(places.shown(path), { expected, instead: LOCK_COMMAND })));
  const digests: Record<string, string> = {};
  for (const [image, entry] of Object.entries(listed)) {
    const digest = fields(entry)?.digest;
    if (digest === '') continue;
    if (typeof digest === 'string' && DIGEST.test(digest)) digests[image] = digest;
    else complain(fields(entry) ? ['images', image, 'digest'] : ['images', image], "a digest: 'sha256:' and 64 hexadecimal digits, or ''");
  }
  return { digests, problems };
}

function fields(data: unknown): { readonly [key: string]: unknown } | undefined {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as { readonly [key: string]: unknown }) : undefined;
}
