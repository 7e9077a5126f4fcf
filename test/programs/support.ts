import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of a program that a test drives.
 *
 * @throws Error that says how to get it, where it is not in PATH: a test that needs a program never passes without
 */
export function program(name: string): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error(
      `${name}: got no such program, expected it in PATH; install it, or let \`.ci/programs FOLDER ${name}\` build it, and add that folder to PATH`,
    );
  }
  return found;
}
