import { parseCluster } from '../../../lib/config';
import { BAD_INPUTS } from './bad-inputs';

/** What is said about a file, line by line. */
function complaints(lines: readonly string[]): string[] {
  try {
    parseCluster('c.yaml', lines.map((line) => `${line}\n`).join(''));
    return [];
  } catch (error) {
    return String(error instanceof Error ? error.message : error).split('\n');
  }
}

describe.each(Object.entries(BAD_INPUTS))('%s', (_, inputs) => {
  test.each(inputs)('fails for $of', ({ yaml, says }) => {
    expect(complaints(yaml)).toEqual(says);
  });
});

test('never shows what may be a secret', () => {
  const said = Object.values(BAD_INPUTS).flatMap((inputs) => inputs.flatMap(({ yaml }) => complaints(yaml)));
  expect(said.filter((line) => /hunter ?2|s3 ?cr3t|Tr0ub4dor/.test(line))).toEqual([]);
});
