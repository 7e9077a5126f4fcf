import { programInPath } from '../cluster/support/programs';

/**
 * The path of a program that a test drives.
 *
 * @throws Error that says how to get it, where it is not in PATH: a test that needs a program never passes without
 */
export function program(name: string): string {
  const found = programInPath(name);
  if (found === undefined) {
    throw new Error(
      `${name}: got no such program, expected it in PATH; install it, or let \`.ci/programs FOLDER ${name}\` build it, and add that folder to PATH`,
    );
  }
  return found;
}
