import type { IConstruct } from 'constructs';
import { reject } from '../common/errors';
import type { Check } from './check';

/**
 * Adds somebody's own checks to others: each message ends with the name of its check, so that nobody takes one for another.
 *
 * @param where who was given them, for the message
 * @throws InvalidOptionError when a name is not in kebab-case, or another check has it
 */
export function withOwnChecks(where: IConstruct, checks: readonly Check[], own: readonly Check[]): readonly Check[] {
  for (const [index, { name }] of own.entries()) {
    const option = `checks[${index}].name`;
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
      const expected = 'lower-case words with dashes between them';
      reject(where, { option, got: name, expected, instead: "write 'team-label-set'" });
    }
    if ([...checks, ...own.slice(0, index)].some((other) => other.name === name)) {
      reject(where, { option, got: name, expected: 'a name that no other check has', instead: `write 'own-${name}'` });
    }
  }
  return [...checks, ...own];
}
