import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { connect } from './support/forward';
import { titles } from './support/objects';
import { type Block, blocksOf } from './support/pages';
import { isLabelledOurs, requireNone } from './support/pipeline';

const PAGE = 'docs/tutorial.md';
const ROOT = join(__dirname, '..', '..');
/** What a clone has not. */
const NOT_CLONED = ['.git', 'node_modules', 'dist', 'build', 'coverage'];
/** What `verify` says in a cluster whose Grafana is a stand-in and serves a part of its page. */
const OF_A_STAND_IN = /grafana|Grafana|DCGM_FI_DEV_VGPU_LICENSE_STATUS/;
const STEP_MS = 240_000;

const cluster = useCluster();
const blocks = blocksOf(PAGE);
const timed = new Map<string, number>();
let folder: string;

async function step(name: string, run: () => Promise<unknown>): Promise<void> {
  const began = Date.now();
  await run();
  timed.set(name, (Date.now() - began) / 1000);
}

/** What is looked at beyond that the block succeeds. */
const RESULTS: { readonly [name: string]: (stdout: string) => void } = {
  'tutorial-cluster': (stdout) => expect(stdout).toMatch(/system/),
  'tutorial-init': () => expect(existsSync(join(folder, 'cluster.yaml'))).toBe(true),
  'tutorial-look': (stdout) => expect(stdout).toMatch(/^cluster: soperator$[\s\S]*^platform: none$/m),
  'tutorial-check': (stdout) =>
    expect(stdout).toMatch(/ok soperator[\s\S]*00-crds\.yaml[\s\S]*10-[\s\S]*20-operator\.yaml[\s\S]*30-pipeline\.yaml/),
  'tutorial-explain': (stdout) => expect(stdout).toContain('list container_tasks_state in series.keep'),
  'tutorial-change': (stdout) => {
    expect(stdout).toMatch(/container_tasks_state/);
    expect(stdout).not.toMatch(/restart/);
  },
};

/** What takes a moment to be seen: one value, above 0. */
const COUNTS = ['tutorial-query', 'tutorial-kept'];

async function shell({ name, text }: Block): Promise<void> {
  if (COUNTS.includes(name)) {
    await eventually(`${name} counts something`, 120, async () => {
      const { result } = JSON.parse((await cluster.shell(text, folder)).stdout).data;
      expect(Number(result[0]?.value[1] ?? 0)).toBeGreaterThan(0);
    });
    return;
  }
  if (name === 'tutorial-verify') {
    // a stand-in never gets well, so there is no use in waiting for it as long as the page says
    const { stdout, stderr } = await cluster.run('bash', ['-c', text.replace('--wait 5m', '--wait 45s')], { cwd: folder });
    const findings = `${stdout}${stderr}`.split('\n').filter((line) => /^(error|warning) /.test(line));
    expect(findings.filter((line) => !OF_A_STAND_IN.test(line))).toEqual([]);
    expect(stdout).toMatch(/(\d+) of \1 targets up at 1 agent/);
    return;
  }
  const { stdout } = await cluster.shell(text, folder);
  RESULTS[name]?.(stdout);
}

describe('the tutorial', () => {
  beforeAll(async () => {
    await requireNone(cluster);
    folder = join(cluster.folder(), 'soperator-metrics');
    mkdirSync(folder);
    cpSync(ROOT, folder, { recursive: true, filter: (path) => !NOT_CLONED.includes(relative(ROOT, path).split(sep)[0] ?? '') });
  });

  test.each(blocks)(
    '$kind $name works as the page has it',
    async (block) => {
      await step(block.name, async () => {
        if (block.kind === 'shell') return shell(block);
        const [forward = '', ...ask] = block.text.split('\n');
        const answer = await connect(cluster, { forward, ask: ask.join('\n') });
        expect({ ...answer, stdout: JSON.parse(answer.stdout) }).toMatchObject({ code: 0, stdout: { database: 'ok' } });
      });
    },
    STEP_MS,
  );

  test('takes less than ten minutes until something is seen, and leaves nothing behind', async () => {
    const until = [...timed.keys()].indexOf('tutorial-query') + 1;
    const sum = (seconds: readonly number[]) => seconds.reduce((all, one) => all + one, 0) / 60;
    const all = [...timed.values()];
    for (const [name, seconds] of timed) report(`${name}: ${seconds.toFixed(1)} s`);
    report(
      `the tutorial took ${sum(all.slice(0, until)).toFixed(1)} minutes until a query was answered, ${sum(all).toFixed(1)} as a whole`,
    );
    expect(sum(all.slice(0, until))).toBeLessThan(10);
    await eventually('nothing of the pipeline is left', 60, async () => {
      expect(titles((await cluster.everything()).filter(isLabelledOurs))).toEqual([]);
    });
  });
});
