import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reject } from '../common/errors';
import { MANIFEST_FILES, type ManifestFile } from './manifests';

/** The files of one cluster. */
export interface ClusterOutput {
  /** Name of the cluster, and of its folder. */
  readonly cluster: string;
  /** What was rendered. */
  readonly files: readonly ManifestFile[];
  /** File with custom resource definitions that goes along as it is. @default - none */
  readonly crds?: string;
}

/**
 * Writes one folder a cluster into a folder of its own, and swaps the finished whole in. When anything fails, the former output is still
 * there.
 *
 * @param folder the output folder; it is replaced as a whole
 * @throws InvalidOptionError when there is nothing to write, or the folder holds something that this function did not write
 */
export function writeFolder(folder: string, outputs: readonly ClusterOutput[]): void {
  if (outputs.length === 0) {
    reject('output', {
      option: folder,
      got: [],
      expected: 'at least one cluster, because the folder is replaced as a whole',
      instead: 'delete the folder by hand if nothing shall be left',
    });
  }
  refuseForeign(folder);
  replaceFolder(folder, (fresh) => {
    for (const { cluster, files, crds } of outputs) {
      mkdirSync(join(fresh, cluster), { recursive: true });
      if (crds) copyFileSync(crds, join(fresh, cluster, MANIFEST_FILES.crds), constants.COPYFILE_FICLONE);
      for (const { name, content } of files) writeFileSync(join(fresh, cluster, name), content);
    }
  });
}

/**
 * Writes a folder beside the former one, and swaps the finished whole in. When anything fails, the former one is still there.
 *
 * @param write writes into the folder that it is given
 */
export function replaceFolder(folder: string, write: (fresh: string) => void): void {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, `.${basename(folder)}-`));
  const fresh = join(work, 'new');
  const former = join(work, 'old');
  let keep = false;
  try {
    write(fresh);
    if (existsSync(folder)) renameSync(folder, former);
    try {
      renameSync(fresh, folder);
    } catch (error) {
      // until it is back in its place, this is the only copy
      keep = existsSync(former);
      if (keep) renameSync(former, folder);
      keep = false;
      throw error;
    }
  } finally {
    if (!keep) rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Writes a file beside the former one, and swaps it in: when anything fails, the former one is still there.
 *
 * @param file its path
 */
export function replaceFile(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const work = mkdtempSync(join(dirname(file), `.${basename(file)}-`));
  try {
    writeFileSync(join(work, 'new'), content);
    renameSync(join(work, 'new'), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A slip in the output's path must not cost anybody a folder. */
function refuseForeign(folder: string): void {
  if (!existsSync(folder)) return;
  const known: readonly string[] = Object.values(MANIFEST_FILES);
  const foreign = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name];
    return readdirSync(join(folder, entry.name))
      .filter((file) => !known.includes(file))
      .map((file) => join(entry.name, file));
  });
  if (foreign.length > 0) {
    reject('output', {
      option: folder,
      got: foreign[0],
      expected: 'an empty folder or one that holds only rendered clusters, because it is replaced as a whole',
      instead: 'choose another folder with --output, or move that file away',
    });
  }
}
