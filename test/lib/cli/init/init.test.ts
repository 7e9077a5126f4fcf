import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { prove } from '../../../../lib/cli/init/prove';
import { facts, namespace, resource, SOPERATOR } from './facts';
import { KubectlStub } from './stub';

// some twenty processes for each file, and the first rendering
jest.setTimeout(30_000);

let folder: string;
let stub: KubectlStub;
const seen = facts(
  {
    services: [SOPERATOR.rest, SOPERATOR.manager],
    namespaces: [namespace('soperator')],
    'slurmclusters.slurm.nebius.ai': [resource('soperator/soperator'), resource('jobs/batch')],
  },
  { groups: ['apps', 'storage.k8s.io', 'slurm.nebius.ai'], secrets: { 'soperator/soperator-rest-jwt-key': true } },
);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
  stub = new KubectlStub();
  stub.has(seen);
});
afterAll(() => {
  stub.remove();
  rmSync(folder, { recursive: true, force: true });
});

const QUESTION = 'slurmCluster: which SLURM cluster is meant? There are jobs/batch and soperator/soperator';

test('writes a file, says what was decided, why and what is open, and only reads', async () => {
  const file = join(folder, 'made.yaml');
  const { code, out, err } = await stub.run('init', file, '--context', 'prod-admin', '--cluster', 'eu-1');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('asked the cluster of context prod-admin, Kubernetes v1.34.4\n  cluster: "eu-1" (given with --cluster)\n');
  expect(out).toContain('  scale.gpusPerNode: 8 (1 node with nvidia.com/gpu: 8)\n');
  expect(out).toContain(`open ${QUESTION}`);
  expect(out).toMatch(
    /wrote \S+made\.yaml: \d+ objects without a warning; 1 question is open and told in it\nnext: soperator-metrics synth /,
  );
  const text = readFileSync(file, 'utf8');
  expect(parse(text)).toMatchObject({ cluster: 'eu-1', slurmCluster: 'soperator', platform: 'none', mode: 'operator' });
  expect(text).toContain('# open: which SLURM cluster is meant?');
  const verbs = new Set(stub.asked().map((line) => line.split(' ')[0]));
  expect([...verbs].sort()).toEqual(['config', 'get']);
  expect(stub.asked().every((line) => line.includes('--context=prod-admin'))).toBe(true);
});

test('a file that is there is replaced only by force, and the cluster is not asked before', async () => {
  const file = join(folder, 'there.yaml');
  writeFileSync(file, 'cluster: mine\n');
  const asked = stub.asked().length;
  const { code, err } = await stub.run('init', file);
  expect(code).toBe(2);
  expect(err).toBe(
    `${file}: got a file that is there, expected none; write another name, --stdout to look first, or --force to replace it\n`,
  );
  expect(readFileSync(file, 'utf8')).toBe('cluster: mine\n');
  expect(stub.asked().length).toBe(asked);
  expect((await stub.run('init', file, '--force')).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('cluster: prod\n');
});

test('prints the file alone, and what is open beside it', async () => {
  const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const { code, out } = await stub.run('init', '-');
    expect(code).toBe(0);
    expect(parse(out)).toMatchObject({ cluster: 'prod' });
    expect(told.mock.calls).toEqual([[expect.stringContaining(`warning: ${QUESTION}`)]]);
  } finally {
    told.mockRestore();
  }
});

test('with --json it is what was chosen and why, what was seen, what is open, and the file where it is not written', async () => {
  const result = JSON.parse((await stub.run('init', '--stdout', '--json')).out);
  expect(result).toMatchObject({ file: null, context: { name: 'prod-admin' }, kubernetes: 'v1.34.4', unread: {} });
  expect(result.choices).toContainEqual({ option: 'scale.gpusPerNode', value: 8, why: '1 node with nvidia.com/gpu: 8', written: true });
  expect(result.choices).toContainEqual({
    option: 'dcgmExporter.deploy',
    value: true,
    why: 'no GPU exporter of anybody else',
    written: false,
  });
  expect(result.seen).toContainEqual({ option: 'slurmExporter.slurmApiServer', text: 'Service soperator/soperator-rest-svc' });
  expect(result.open).toEqual([{ option: 'slurmCluster', text: expect.stringContaining('which SLURM cluster is meant?') }]);
  expect(parse(result.text).cluster).toBe('prod');
});

test('a name and --stdout together, or a name that no cluster may have, are wrong usage', async () => {
  expect(await stub.run('init', 'x.yaml', '--stdout')).toEqual({
    code: 2,
    out: '',
    err: 'init: got x.yaml and --stdout, expected one of them; leave one out\n',
  });
  const { code, err } = await stub.run('init', '-', '--cluster', 'EU 1');
  expect(code).toBe(2);
  expect(err).toContain('[--cluster] cluster: got "EU 1", expected 1 to 63 lower-case letters');
});

test('a place that cannot be written is told without a stack', async () => {
  const file = join(folder, 'none', 'made.yaml');
  expect(await stub.run('init', file)).toEqual({
    code: 2,
    out: '',
    err: `${file}: got ENOENT, expected a place that can be written; write another name, or --stdout\n`,
  });
});

test('a file that would be refused, or warned of, is a fault of ours, with what is wrong', () => {
  const mute = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const start = /^made\.yaml: got a file that does not synthesise without warnings, expected one that does; nothing was written/;
    expect(() => prove('made.yaml', 'cluster: a\ndcgmExporter: { enabled: false }\n')).toThrow(start);
    expect(() => prove('made.yaml', 'cluster: a\nslurmClustr: b\n')).toThrow(/made\.yaml:2:1: slurmClustr/);
  } finally {
    mute.mockRestore();
  }
});

describe('a cluster that answers', () => {
  let other: KubectlStub;
  beforeEach(() => {
    other = new KubectlStub();
    other.has(seen);
  });
  afterEach(() => other.remove());

  test('not at all gives exit code 3, and nothing is written', async () => {
    other.fails('_version', 'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?');
    const file = join(folder, 'unreachable.yaml');
    const { code, err } = await other.run('init', file);
    expect(code).toBe(3);
    expect(err).toContain('API server: got no answer');
    expect(existsSync(file)).toBe(false);
  });

  test('not everything has its file all the same, with what was not read', async () => {
    for (const what of ['nodes', '_api_v1_pods_limit_1', 'slurmclusters.slurm.nebius.ai', 'secret-soperator-rest-jwt-key']) {
      other.fails(what, `Error from server (Forbidden): ${what} is forbidden: User "x" cannot list it`);
    }
    const { code, out } = await other.run('init', '-', '--json');
    expect(code).toBe(0);
    const { unread, choices, open } = JSON.parse(out);
    expect(Object.keys(unread).sort()).toEqual(['nodes', 'pods', 'secrets', 'slurmclusters.slurm.nebius.ai']);
    // without its resource the SLURM cluster is known by its slurmrestd
    expect(choices).toContainEqual(
      expect.objectContaining({ option: 'slurmCluster', value: 'soperator', why: 'Service soperator/soperator-rest-svc of slurmrestd' }),
    );
    expect(open).toEqual([
      expect.objectContaining({
        option: 'scale.nodes',
        text: expect.stringContaining('could not be asked, because nodes may not be read'),
      }),
      expect.objectContaining({ option: 'vmAgent.nodeSelector' }),
    ]);
  });
});
