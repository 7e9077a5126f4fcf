import { type ResolvedScale, resolveScale, type Scale } from '../../../lib/common/scale';

const resolved = (scale?: Scale) => resolveScale('prod-eu-1', scale);

test('is ten nodes of eight GPUs unless somebody says otherwise', () => {
  const usual: ResolvedScale = { nodes: 10, gpusPerNode: 8, cpusPerNode: 128, pods: 300 };
  expect(resolved()).toEqual(usual);
  expect(resolved({})).toEqual(usual);
});

test('is what is given', () => {
  const given: Required<Scale> = { nodes: 7, gpusPerNode: 4, cpusPerNode: 64, pods: 999 };
  expect(resolved(given)).toEqual(given);
});

test('has pods for its nodes where nobody counted them', () => {
  expect(resolved({ nodes: 1 }).pods).toBe(30);
  expect(resolved({ nodes: 10_000 }).pods).toBe(300_000);
});

test('stays what it is when it is resolved again', () => {
  const once = resolved({ nodes: 42, cpusPerNode: 16 });
  expect(resolved(once)).toEqual(once);
});

test.each<Scale>([
  { nodes: 1, gpusPerNode: 0, cpusPerNode: 1, pods: 1 },
  { nodes: 10_000, gpusPerNode: 64, cpusPerNode: 1024, pods: 1_000_000 },
])('takes the ends of its ranges: %j', (scale) => {
  expect(resolved(scale)).toEqual(scale);
});

describe('fails', () => {
  const messages = {
    nodes: 'expected a whole number of 1 to 10000; count the nodes that the cluster grows to',
    gpusPerNode: 'expected a whole number of 0 to 64; count the GPUs of one node; 0 where there are none',
    cpusPerNode: 'expected a whole number of 1 to 1024; count the CPUs of one node as `nproc` does',
    pods: 'expected a whole number of 1 to 1000000; count the pods of all namespaces, or leave it out for 30 a node',
  };

  test.each<[keyof Scale, number]>([
    ['nodes', 0],
    ['nodes', 10_001],
    ['nodes', 2.5],
    ['nodes', Number.NaN],
    ['gpusPerNode', -1],
    ['gpusPerNode', 65],
    ['gpusPerNode', 0.5],
    ['cpusPerNode', 0],
    ['cpusPerNode', 1025],
    ['cpusPerNode', Number.POSITIVE_INFINITY],
    ['pods', 0],
    ['pods', 1_000_001],
    ['pods', 1.5],
  ])('when %s is %d', (option, given) => {
    expect(() => resolved({ [option]: given })).toThrow(Error(`[prod-eu-1] scale.${option}: got ${given}, ${messages[option]}`));
  });

  test('for the number that was given, not for one that follows from it', () => {
    expect(() => resolved({ nodes: -1 })).toThrow('scale.nodes');
  });
});
