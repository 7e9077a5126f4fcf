import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesIn, EXAMPLE, Registry, ROOT, stepsOf, Team } from './publish-support';
import { program } from './support';

// whole programs run, one after the other
jest.setTimeout(600_000);

const CLUSTERS = ['infer-us', 'lab', 'train-eu'];

let registry: Registry;
let team: Team;
/** What `synth` writes of the same cluster files. */
let synth: Record<string, string>;

beforeAll(async () => {
  program('oras');
  program('git');
  team = new Team({});
  registry = await Registry.start(team.folder);
  team.env.OCI_REPOSITORY = `${registry.host}/team/metrics`;
  team.git('add', '--all');
  team.git('commit', '--quiet', '--message', 'three clusters');
  team.git('push', '--quiet', 'origin', 'main');
  synth = synthesised('first');
});
afterAll(() => {
  registry?.stop();
  team?.remove();
});

function synthesised(name: string): Record<string, string> {
  const folder = join(team.folder, name);
  team.succeed('node_modules/.bin/soperator-metrics', 'synth', 'clusters', '--output', folder);
  return bytesIn(folder);
}

/** What a cluster has of it. */
function of(files: Record<string, string>, cluster: string): Record<string, string> {
  const own = Object.entries(files).filter(([path]) => path.startsWith(`${cluster}/`));
  return Object.fromEntries(own.map(([path, content]) => [path.slice(cluster.length + 1), content]));
}

const published = () => join(team.repository, 'published');
const branch = () => team.git('-C', team.remote, 'rev-parse', 'manifests');
const repositoryOf = (cluster: string) => `${registry.host}/team/metrics/${cluster}`;
const oras = (...args: readonly string[]) => team.succeed('oras', ...args);
const digestOf = (cluster: string, tag = 'latest') => oras('resolve', `${repositoryOf(cluster)}:${tag}`).trim();

interface Statement {
  readonly _type: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: {
    readonly buildDefinition: {
      readonly externalParameters: Record<string, string>;
      readonly resolvedDependencies: readonly { readonly uri: string; readonly digest?: Record<string, string> }[];
    };
  };
}

/** The statements that are attached to an artifact. */
function attached(cluster: string, digest: string): readonly Statement[] {
  const repository = repositoryOf(cluster);
  const { referrers } = JSON.parse(
    oras('discover', '--format', 'json', '--artifact-type', 'application/vnd.in-toto+json', `${repository}@${digest}`),
  );
  return referrers.map((one: { readonly digest: string }) => {
    const { layers } = JSON.parse(oras('manifest', 'fetch', `${repository}@${one.digest}`));
    return JSON.parse(oras('blob', 'fetch', '--output', '-', `${repository}@${layers[0].digest}`));
  });
}

/** Unpacks an archive. */
function unpacked(archive: string): Record<string, string> {
  const folder = `${archive}.unpacked`;
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  return bytesIn(folder);
}

/** All that is published, wherever: a difference is something that was. */
const everything = () => ({ branch: branch(), archives: bytesIn(published()), writes: registry.writes() });

describe('the first run', () => {
  let ran: ReturnType<Team['job']>;
  beforeAll(() => {
    ran = team.job('publish');
  });

  test('does every step of the workflow, and says what it published', () => {
    expect(ran.errors).toBe('');
    expect(ran.status).toBe(0);
    expect(ran.steps).toEqual(
      stepsOf('publish')
        .map(({ run }) => run)
        .filter((run) => !/^(npm ci|printf .*oras login.*)$/.test(run)),
    );
    for (const cluster of CLUSTERS) {
      expect(ran.output).toContain(`published ${cluster}.tar.gz sha256:`);
      expect(ran.output).toContain(`published ${repositoryOf(cluster)}:latest ${digestOf(cluster)}\n`);
    }
    expect(ran.output).toContain(`published manifests ${branch()}\n`);
    expect(ran.outputs).toBe('published=true\n'.repeat(4));
  });

  test('publishes a branch with the bytes that synth writes, and checksums that agree', () => {
    const clone = join(team.folder, 'clone');
    team.git('clone', '--quiet', '--branch', 'manifests', team.remote, clone);
    const { SHA256SUMS, ...files } = Object.fromEntries(Object.entries(bytesIn(clone)).filter(([path]) => !path.startsWith('.git/')));
    expect(files).toEqual(synth);
    expect(execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: clone, encoding: 'utf8' }).trim().split('\n')).toEqual(
      Object.keys(synth).map((path) => `${path}: OK`),
    );
    expect(SHA256SUMS).toBeDefined();
  });

  test('says in the commit of which clusters it is, and from which commit, without a password', () => {
    const source = team.git('rev-parse', 'HEAD');
    expect(team.git('-C', team.remote, 'log', '-1', '--format=%B', 'manifests')).toBe(
      `infer-us, lab, train-eu: rendered from ${source.slice(0, 12)}\n\nthree clusters\n\nSource: git+https://git.example.com/team/clusters.git@${source}`,
    );
  });

  test.each(CLUSTERS)('publishes an artifact of %s as Flux takes it, with the bytes that synth writes', (cluster) => {
    const manifest = JSON.parse(oras('manifest', 'fetch', `${repositoryOf(cluster)}:latest`));
    expect(manifest.config.mediaType).toBe('application/vnd.cncf.flux.config.v1+json');
    expect(manifest.layers.map(({ mediaType }: { mediaType: string }) => mediaType)).toEqual([
      'application/vnd.cncf.flux.content.v1.tar+gzip',
    ]);
    const archive = join(team.folder, `${cluster}.pulled.tar.gz`);
    oras('blob', 'fetch', '--output', archive, `${repositoryOf(cluster)}@${manifest.layers[0].digest}`);
    expect(unpacked(archive)).toEqual(of(synth, cluster));
    expect(digestOf(cluster, team.git('rev-parse', 'HEAD').slice(0, 12))).toBe(digestOf(cluster));
  });

  test('publishes archives with the bytes that synth writes, and checksums that agree', () => {
    const sums = CLUSTERS.map((cluster) => `${cluster}.tar.gz.sha256`);
    expect(execFileSync('sha256sum', ['--check', '--strict', ...sums], { cwd: published(), encoding: 'utf8' })).toBe(
      CLUSTERS.map((cluster) => `${cluster}.tar.gz: OK\n`).join(''),
    );
    for (const cluster of CLUSTERS) {
      const copy = join(team.folder, `${cluster}.copied.tar.gz`);
      writeFileSync(copy, readFileSync(join(published(), `${cluster}.tar.gz`)));
      expect(unpacked(copy)).toEqual(of(synth, cluster));
    }
  });

  test('states of each artifact and archive from which commit it was made, and by which package', () => {
    const source = team.git('rev-parse', 'HEAD');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const cluster of CLUSTERS) {
      const digest = digestOf(cluster);
      const archive: Statement = JSON.parse(readFileSync(join(published(), `${cluster}.tar.gz.provenance.json`), 'utf8'));
      const [statement, ...more] = attached(cluster, digest);
      expect(more).toEqual([]);
      expect(statement?.subject).toEqual([{ name: repositoryOf(cluster), digest: { sha256: digest.slice('sha256:'.length) } }]);
      const [sum] = readFileSync(join(published(), `${cluster}.tar.gz.sha256`), 'utf8').split(' ');
      expect(archive.subject).toEqual([{ name: `${cluster}.tar.gz`, digest: { sha256: sum } }]);
      for (const { _type, predicateType, predicate } of [archive, statement as Statement]) {
        expect([_type, predicateType]).toEqual(['https://in-toto.io/Statement/v1', 'https://slsa.dev/provenance/v1']);
        expect(predicate.buildDefinition.externalParameters).toMatchObject({ cluster, shape: 'manifests' });
        expect(predicate.buildDefinition.resolvedDependencies).toEqual([
          { uri: `git+https://git.example.com/team/clusters.git@${source}`, digest: { gitCommit: source } },
          { uri: `pkg:npm/soperator-metrics@${version}` },
        ]);
      }
    }
  });
});

describe('when nothing changed', () => {
  test('the second run publishes nothing', () => {
    const before = everything();
    const ran = team.job('publish');
    expect(ran).toMatchObject({ status: 0, errors: '', outputs: 'published=false\n'.repeat(4) });
    expect(everything()).toEqual(before);
    expect(ran.output).not.toMatch(/^(would publish|published)/m);
  });

  test('nor does a run after a commit that touches no cluster', () => {
    writeFileSync(join(team.repository, 'NOTES.md'), 'who to call\n');
    team.git('add', 'NOTES.md');
    team.git('commit', '--quiet', '--message', 'notes');
    const before = everything();
    expect(team.job('publish')).toMatchObject({ status: 0, outputs: 'published=false\n'.repeat(4) });
    expect(everything()).toEqual(before);
  });
});

describe('a change of one cluster', () => {
  test('is told in the comment of its pull request', () => {
    team.git('checkout', '--quiet', '-b', 'grow');
    team.change('clusters/train-eu.yaml', 'nodes: 256', 'nodes: 512');
    expect(team.job('check')).toMatchObject({ status: 0, errors: '' });
    const comment = readFileSync(join(team.repository, 'comment.md'), 'utf8');
    expect(comment).toMatch(/^<!-- soperator-metrics -->\n## What this changes\n\n### train-eu\n/);
    expect(comment).toMatch(/scale|nodes|storage|memory/);
    expect(comment).not.toMatch(/infer-us|### lab/);
  });

  test('publishes that cluster, and leaves the others alone', () => {
    team.git('checkout', '--quiet', 'main');
    team.git('merge', '--quiet', 'grow');
    team.git('push', '--quiet', 'origin', 'main');
    const before = { ...everything(), digests: CLUSTERS.map((cluster) => digestOf(cluster)) };
    const ran = team.job('publish');
    expect(ran).toMatchObject({ status: 0, errors: '' });
    expect(ran.output.match(/^published .*$/gm)?.map((line) => line.replace(/ (sha256:)?[0-9a-f]+$/, ''))).toEqual([
      'published train-eu.tar.gz',
      `published ${repositoryOf('train-eu')}:latest`,
      'published manifests',
    ]);
    expect(
      registry
        .writes()
        .slice(before.writes.length)
        .filter((request) => !request.includes('/team/metrics/train-eu/')),
    ).toEqual([]);
    expect(team.git('-C', team.remote, 'diff', '--name-only', before.branch, branch()).split('\n')).toEqual([
      'SHA256SUMS',
      'train-eu/30-pipeline.yaml',
    ]);
    expect(team.git('-C', team.remote, 'log', '-1', '--format=%s', 'manifests')).toMatch(/^train-eu: rendered from /);
    const [inferUs, lab, trainEu] = CLUSTERS.map((cluster) => digestOf(cluster));
    expect([inferUs, lab]).toEqual(before.digests.slice(0, 2));
    expect(trainEu).not.toBe(before.digests[2]);
  });

  test('that is taken back is the former artifact again', () => {
    const [first] = team.git('-C', team.remote, 'log', '--format=%H', '--reverse', 'manifests').split('\n');
    const former = digestOf('train-eu', team.git('rev-list', '--max-parents=0', 'HEAD').slice(0, 12));
    expect(digestOf('train-eu')).not.toBe(former);
    team.change('clusters/train-eu.yaml', 'nodes: 512', 'nodes: 256');
    expect(team.job('publish').status).toBe(0);
    expect(digestOf('train-eu')).toBe(former);
    expect(team.git('-C', team.remote, 'rev-parse', 'manifests^{tree}')).toBe(team.git('-C', team.remote, 'rev-parse', `${first}^{tree}`));
  });
});

describe('nothing is published', () => {
  const WRONG =
    'clusters/lab.yaml:4:17: scale.nodes: got "many", expected a whole number of 1 to 10000; count the nodes that the cluster grows to\n';
  const PUBLISHING = () =>
    stepsOf('publish')
      .map(({ run }) => run)
      .filter((run) => /^scripts\/publish-/.test(run));

  test('when a cluster file is broken: the run ends at the check, which says where', () => {
    const before = everything();
    team.change('clusters/lab.yaml', 'nodes: 2,', 'nodes: many,');
    expect(team.job('publish')).toMatchObject({ status: 1, errors: WRONG, steps: ['scripts/check'], outputs: '' });
    expect(everything()).toEqual(before);
  });

  test('nor when the publishing steps are run all the same', () => {
    const before = everything();
    const stale = PUBLISHING().map((run) => team.run('sh', ['-ec', run]));
    for (const { status, errors } of stale) {
      expect(status).toBe(1);
      expect(errors).toMatch(
        /^scripts\/publish-\w+: dist\/ was rendered from [0-9a-f]{40}, which is not what is checked out, so nothing is published; run scripts\/render\n$/,
      );
    }
    expect(team.run('scripts/render', [])).toEqual({ status: 1, output: '', errors: WRONG });
    for (const run of PUBLISHING()) {
      const { status, errors } = team.run('sh', ['-ec', run]);
      expect(status).toBe(1);
      expect(errors).toMatch(
        /^scripts\/publish-\w+: nothing is rendered in dist\/, so nothing is published; run scripts\/render, and mend what it says\n$/,
      );
    }
    expect(everything()).toEqual(before);
  });

  test('and the comment of the pull request says why', () => {
    expect(team.run('scripts/comment', []).status).toBe(1);
    expect(readFileSync(join(team.repository, 'comment.md'), 'utf8')).toBe(
      `<!-- soperator-metrics -->\n## This cannot be applied\n\n\`\`\`\n${WRONG}\`\`\`\n`,
    );
    team.change('clusters/lab.yaml', 'nodes: many,', 'nodes: 2,');
  });

  test('of what is in no commit, or was changed after it was rendered', () => {
    const before = everything();
    team.edit('clusters/lab.yaml', 'nodes: 2,', 'nodes: 3,');
    team.succeed('scripts/render');
    for (const run of PUBLISHING()) {
      expect(team.run('sh', ['-ec', run])).toMatchObject({
        status: 1,
        errors: expect.stringMatching(/rendered from files that are in no commit, so nothing is published; .*\n M clusters\/lab\.yaml\n$/),
      });
    }
    team.git('checkout', '--quiet', '--', '.');
    team.succeed('scripts/render');
    writeFileSync(join(team.repository, 'dist', 'files', 'lab', '30-pipeline.yaml'), 'kind: Surprise\n');
    for (const run of PUBLISHING()) {
      expect(team.run('sh', ['-ec', run])).toMatchObject({
        status: 1,
        errors: expect.stringContaining('dist/files is not what was rendered, so nothing is published; run scripts/render\n'),
      });
    }
    team.succeed('scripts/render');
    expect(everything()).toEqual(before);
  });

  test('to a branch of somebody else, nor where a registry does not answer', () => {
    const before = everything();
    const main = team.git('-C', team.remote, 'rev-parse', 'main');
    expect(team.run('scripts/publish-branch', [], { BRANCH: 'main' })).toEqual({
      status: 1,
      output: '',
      errors:
        'scripts/publish-branch: BRANCH: got main with .github/workflows/metrics.yaml, expected a branch or folder with nothing but what this ' +
        'script published, because all of it is replaced; choose another BRANCH, or a BRANCH_FOLDER\n',
    });
    expect(team.git('-C', team.remote, 'rev-parse', 'main')).toBe(main);
    const { status, errors } = team.run('scripts/publish-oci', [], { OCI_REPOSITORY: 'localhost:1/team/metrics' });
    expect(status).toBe(1);
    expect(errors).toMatch(
      /^scripts\/publish-oci: localhost:1\/team\/metrics\/infer-us:latest cannot be read, so it is not published: .*refused/,
    );
    expect(everything()).toEqual(before);
  });
});

describe('settings', () => {
  test('publish to a folder of a branch, of which the rest stays', () => {
    const env = { BRANCH: 'fleet', BRANCH_FOLDER: 'metrics/eu' };
    const blob = team.git('hash-object', '-w', 'package.json');
    const other = team.run('sh', ['-ec', `printf '100644 blob ${blob}\\tREADME.md\\n' | git mktree`]).output.trim();
    team.git('push', '--quiet', 'origin', `${team.git('commit-tree', other, '-m', 'fleet')}:refs/heads/fleet`);
    expect(team.run('scripts/publish-branch', [], env)).toMatchObject({ status: 0, errors: '' });
    const paths = team.git('-C', team.remote, 'ls-tree', '-r', '--name-only', 'fleet').split('\n');
    expect(paths).toEqual(['README.md', 'metrics/eu/SHA256SUMS', ...Object.keys(synth).map((path) => `metrics/eu/${path}`)].sort());
    expect(team.run('scripts/publish-branch', [], env).output).toMatch(/^unchanged fleet /);
  });

  test('show what another version of the package renders, by comparing with what is published', () => {
    team.git('checkout', '--quiet', '-b', 'upgrade');
    team.change('package.json', '"0.1.0"', '"0.1.1"');
    // as if another version rendered another thing
    team.change('clusters/lab.yaml', 'nodes: 2,', 'nodes: 200,');
    expect(team.job('check')).toMatchObject({ status: 0, errors: '' });
    const comment = readFileSync(join(team.repository, 'comment.md'), 'utf8');
    expect(comment).toContain('so this is compared with what is published on `manifests`.\n\n### lab\n');
    const { status } = team.run('scripts/comment', [], { LIMIT: '300' });
    expect(status).toBe(0);
    const cut = readFileSync(join(team.repository, 'comment.md'), 'utf8');
    expect(cut.length).toBeLessThan(300 + 150);
    expect(cut).toMatch(/\*\*Cut here\*\*: a comment cannot be longer\. .*\n$/);
  });
});

describe('the blocks of docs/publishing.md', () => {
  const page = readFileSync(join(ROOT, 'docs', 'publishing.md'), 'utf8');
  const blocks = Object.fromEntries([...page.matchAll(/<!-- shell: (\S+) -->\n```bash\n(.*?)```/gs)].map(([, name, text]) => [name, text]));
  const block = (name: string) => team.run('sh', ['-ec', blocks[name] ?? 'exit 9']);

  test('are all run here', () => {
    expect(Object.keys(blocks)).toEqual(['publish-by-hand', 'read-provenance', 'unpack-archive']);
  });

  test('publish, and tell who made what was published', () => {
    const before = branch();
    expect(block('publish-by-hand')).toMatchObject({ status: 0, errors: '' });
    expect(branch()).not.toBe(before);
    expect(block('read-provenance').output).toContain('application/vnd.in-toto+json');
  });

  test('unpack an archive to what synth writes', () => {
    const folder = join(team.folder, 'carried');
    cpSync(published(), folder, { recursive: true });
    expect(team.run('sh', ['-ec', `cd ${folder}\n${blocks['unpack-archive']}`])).toMatchObject({
      status: 0,
      output: 'train-eu.tar.gz: OK\n',
    });
    expect(bytesIn(join(folder, 'dist', 'train-eu'))).toEqual(of(synth, 'train-eu'));
  });
});

describe('the scripts', () => {
  const SCRIPTS = readdirSync(join(EXAMPLE, 'scripts')).filter((name) => !name.includes('.'));

  test.each(SCRIPTS)('%s tells its use, and refuses what it does not know', (name) => {
    const { status, output } = team.run(`scripts/${name}`, ['--help']);
    expect({ status, begin: output.split('\n')[0]?.split(' ').slice(0, 2).join(' ') }).toEqual({
      status: 0,
      begin: `Usage: scripts/${name}`,
    });
    expect(output).toContain('Exit codes: ');
    expect(team.run(`scripts/${name}`, ['--unknown', 'a'])).toMatchObject({
      status: 2,
      output: '',
      errors: expect.stringMatching(new RegExp(`^scripts/${name}: got --unknown`)),
    });
  });

  test('that workflows call are there', () => {
    const workflows = ['.github/workflows/metrics.yaml', '.gitlab-ci.yml'].map((file) => readFileSync(join(EXAMPLE, file), 'utf8'));
    for (const workflow of workflows) {
      const called = [...workflow.matchAll(/^ *(?:- )?(?:run: |- )(scripts\/[\w-]+)/gm)].map(([, script = '']) => script);
      expect(called).toEqual(
        expect.arrayContaining(['scripts/check', 'scripts/render', 'scripts/comment', 'scripts/publish-oci', 'scripts/publish-branch']),
      );
      expect(called.filter((script) => !existsSync(join(EXAMPLE, script)))).toEqual([]);
    }
  });
});
