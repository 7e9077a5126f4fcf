import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RootConstruct } from 'constructs';
import { CHECKS, type Check, findingText, runChecks, Severity } from '../../../lib/checks';

const complaining: Check = {
  name: 'complaining',
  proves: 'nothing',
  *run({ tree, operatorVersion }) {
    const on = { path: 'app/web', kind: '', apiVersion: '', name: '', namespace: '', labels: {}, json: {} };
    yield { on, message: `${tree.objects.length} objects for operator ${operatorVersion}` };
    yield { on, message: 'by the way', severity: Severity.WARNING };
  },
};

test('every check has a name of its own, says what it proves, and is tested', () => {
  expect(CHECKS.map(({ name }) => name)).toEqual([...new Set(CHECKS.map(({ name }) => name))]);
  for (const { name, proves } of CHECKS) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(proves).toMatch(/^[a-z].*[^.]$/);
    expect(existsSync(join(__dirname, `${name}.test.ts`))).toBe(true);
  }
});

test('gives every finding its check and place', () => {
  const found = runChecks(new RootConstruct(), { checks: [complaining], operatorVersion: '0.74.1' });
  expect(found.map(findingText)).toEqual(['[app/web] 0 objects for operator 0.74.1 (complaining)', '[app/web] by the way (complaining)']);
  expect(found.map(({ severity }) => severity)).toEqual([Severity.ERROR, Severity.WARNING]);
});

test('turns warnings into errors when told to be strict', () => {
  const found = runChecks(new RootConstruct(), { checks: [complaining], strict: true });
  expect(found.map(({ severity }) => severity)).toEqual([Severity.ERROR, Severity.ERROR]);
});
