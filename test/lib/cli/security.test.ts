import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable, textTable } from '../../../lib/cli/table';
import { command } from './support';

const folder = mkdtempSync(join(tmpdir(), 'security-'));
const file = join(folder, 'small.yaml');
// the least that a cluster can have
writeFileSync(
  file,
  [
    'cluster: small',
    'publicEndpointEnabled: false',
    ...['grafana', 'kubelet', 'nodeExporter', 'dcgmExporter', 'soperatorController'].map((part) => `${part}:\n  enabled: false`),
    'mode: standalone',
  ].join('\n'),
);
afterAll(() => rmSync(folder, { recursive: true }));

test('security tells of the clusters of a file, for people, for documents and for programs', async () => {
  const text = await command('security', file);
  expect(text).toMatchObject({ code: 0, err: '' });
  expect(text.out).toMatch(
    /^cluster small\n\nServiceAccount monitoring-system\/metrics-agent\n {2}Used by StatefulSet monitoring-system\/vmagent-metrics\. Its token is in vmagent\.\n/,
  );
  expect(text.out).toMatch(/\n {2}soperator +get +secrets named soperator-rest-jwt-key +signs its token for slurmrestd/);
  expect(text.out.split('\n').filter((line) => line.length > 150)).toEqual([]);

  const markdown = await command('security', file, '--format', 'markdown');
  expect(markdown.out).toMatch(/^# Security of small\n\n## ServiceAccount monitoring-system\/metrics-agent\n\n/);
  expect(markdown.out).toContain('\n| soperator | get | secrets named soperator-rest-jwt-key | signs its token');

  const json = await command('security', file, '--json');
  const { clusters } = JSON.parse(json.out);
  expect(clusters).toMatchObject([{ cluster: 'small', file, unbound: [], networkPolicies: [] }]);
  expect(clusters[0].accounts.map(({ name }: { name: string }) => name)).toEqual([
    'metrics-agent',
    'metrics-kube-state-metrics',
    'metrics-victoria-metrics-k8s-stack-store',
    'slurm-exporter',
  ]);
});

test('tables on a terminal wrap long cells, and keep columns apart', () => {
  const long = 'word '.repeat(60).trim();
  const lines = textTable(
    ['a', 'b'],
    [
      ['x', long],
      ['yy', 'z'],
    ],
    (text) => text,
  ).split('\n');
  expect(lines[0]).toBe('  a   b');
  expect(lines[1]?.startsWith('  x   word word')).toBe(true);
  expect(lines[2]?.startsWith('      word')).toBe(true);
  expect(lines.at(-1)).toBe('  yy  z');
  expect(lines.filter((line) => line.length > 150)).toEqual([]);
});

test('tables in Markdown make nothing of signs in cells', () => {
  expect(markdownTable(['a'], [['get * of a_b | c']])).toBe('| a |\n| --- |\n| get \\* of a\\_b \\| c |');
});
