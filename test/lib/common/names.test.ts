import { Construct } from 'constructs';
import { clusterName, dnsName } from '../../../lib/common/names';
import { render } from '../../support';

test.each(['a', 'slurm-exporter', 'x1', '1x', 'a'.repeat(63)])('takes %s as it is', (name) => {
  expect(dnsName('test', 'name', name)).toBe(name);
});

test.each(['', 'Upper', 'with_underscore', 'with.dot', '-a', 'a-', 'a b', 'ä', 'a\n', 'a'.repeat(64)])(
  'fails when the name is %j',
  (name) => {
    expect(() => dnsName('pipeline/Exporter', 'namespace', name)).toThrow(
      Error(
        `[pipeline/Exporter] namespace: got ${JSON.stringify(name)}, expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
      ),
    );
  },
);

test('leaves room for what an operator puts in front', () => {
  expect(dnsName('test', 'name', 'a'.repeat(55), 55)).toHaveLength(55);
  expect(() => dnsName('test', 'name', 'a'.repeat(56), 55)).toThrow(
    `[test] name: got "${'a'.repeat(56)}", expected a lower-case DNS label of at most 55 characters`,
  );
});

test('names the construct that was given the name', () => {
  render((chart) => {
    expect(() => dnsName(new Construct(chart, 'Exporter'), 'name', 'X')).toThrow('[test/Exporter] name: got "X"');
  });
});

test.each(['soperator', 'prod-eu-1', 'prod.eu', 'x', 'a'.repeat(63)])('takes %s as the name of a cluster', (cluster) => {
  expect(clusterName('test', cluster)).toBe(cluster);
});

test.each(['', 'Prod', 'prod_eu', 'prod/eu', '.prod', 'prod-', 'a'.repeat(64)])('fails when the name of the cluster is %j', (cluster) => {
  expect(() => clusterName('pipeline', cluster)).toThrow(
    Error(
      `[pipeline] cluster: got ${JSON.stringify(cluster)}, expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; name the cluster as its people do: 'prod-eu-1'`,
    ),
  );
});
