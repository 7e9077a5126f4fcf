import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { CommandError } from './report';

/** A file or folder, on the disk or in a revision of git. */
export interface Place {
  /** As it was named. */
  readonly name: string;
  /** Whether it holds others. */
  readonly isFolder: boolean;
  /** What a folder holds, by name. */
  children(): readonly Place[];
  /** What a file names: by a path from the folder that it lies in. */
  beside(name: string): Place;
  /** Text of a file. */
  read(): string;
}

/** Bytes that git may print: the definitions of the operator are more than a megabyte. */
const MAX_OUTPUT = 256 * 1024 ** 2;

/**
 * The place of an operand: a path, or `REVISION:PATH` as git has it, from the root of the repository, or from the current folder with
 * `./` in front. What exists on the disk is meant first.
 */
export function placeOf(operand: string): Place {
  if (existsSync(operand)) return onDisk(operand);
  const [, revision, path] = /^([^:]+):(.*)$/.exec(operand) ?? [];
  if (revision !== undefined && path !== undefined) return inGit(operand, revision, path, process.cwd());
  throw new CommandError(
    `${operand}: no such file or folder, expected a cluster file, a folder of them, rendered manifests, or REVISION:PATH`,
  );
}

/** What a path was at a revision, wherever in a repository it lies. */
export function revisionOf(revision: string, path: string): Place {
  const folder = dirname(resolve(path));
  if (!existsSync(folder))
    throw new CommandError(`${path}: no such file or folder, expected one of a git repository; write its path, from the current folder`);
  return inGit(`${revision}:${path}`, revision, `./${basename(resolve(path))}`, folder);
}

function onDisk(path: string): Place {
  return {
    name: path,
    isFolder: statSync(path).isDirectory(),
    children: () =>
      readdirSync(path)
        .sort()
        .map((name) => onDisk(join(path, name))),
    beside: (name) => onDisk(resolve(dirname(path), name)),
    read: () => readFileSync(path, 'utf8'),
  };
}

function inGit(name: string, revision: string, path: string, folder: string): Place {
  const object = `${revision}:${path}`;
  // what begins with a dash would be an option of git
  if (revision.startsWith('-'))
    throw new CommandError(`${name}: got the revision ${revision}, expected a branch, tag or commit; write REVISION:PATH`);
  const type = git(name, folder, 'cat-file', '-t', object).trim();
  return {
    name,
    isFolder: type === 'tree',
    children: () =>
      git(name, folder, 'ls-tree', '--name-only', '-z', object)
        .split('\0')
        .filter(Boolean)
        .sort()
        .map((child) =>
          inGit(`${name.replace(/\/$/, '')}/${child}`, revision, `${path === '' ? '' : `${path.replace(/\/$/, '')}/`}${child}`, folder),
        ),
    // git takes a path that begins with a dot as one from here
    beside: (named) => {
      const at = posix.join(posix.dirname(path), named);
      return inGit(`${revision}:${at}`, revision, path.startsWith('.') ? `./${at}` : at, folder);
    },
    read: () => git(name, folder, 'show', object),
  };
}

function git(name: string, cwd: string, ...args: readonly string[]): string {
  try {
    return execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: MAX_OUTPUT, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said =
      typeof error === 'object' && error !== null && 'stderr' in error
        ? String(error.stderr)
            .trim()
            .replace(/^fatal: /, '')
        : '';
    const isMissing = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
    const what = isMissing ? 'git is not installed' : said.split('\n')[0] || String(error);
    throw new CommandError(
      `${name}: git has no such file or folder (${what}), expected REVISION:PATH; the path is one from the root of the repository, or ./ and one from here`,
    );
  }
}
