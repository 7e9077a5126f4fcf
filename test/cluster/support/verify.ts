import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { Mode } from '../../../lib';
import { Cloud, DRILLS } from '../drills/cloud';
import { type Cluster, report } from './cluster';
import { eventually } from './eventually';
import { Manifests } from './manifests';
import { applied, step } from './modes';
import type { KubeObject } from './objects';
import { AGENT_POD, lookAtVolumes, MONITORING, operational, requirePipeline, SLURM } from './pipeline';
import { nodeOf } from './receivers';

const ROOT = join(__dirname, '..', '..', '..');
/** Longest time of one test, in ms: a fault is noticed after the agent's next configuration, and so is its end. */
const TEST_TIMEOUT_MS = 600_000;
const NOTICED_S = 240;

const STORE = 'metrics-victoria-metrics-k8s-stack';
const SECOND = 'second-scrape';
const TOKEN = { name: 'drill-token', key: 'token' };

/** One finding, as `verify --json` gives it. */
interface Finding {
  readonly severity: string;
  readonly question: string;
  readonly what: string;
  readonly cause: string;
  readonly next: string;
}

interface Answer {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
  readonly counts: { readonly targets: number; readonly panels: number; readonly emptyPanels: number };
}

/** What is found in a test cluster that is well, and why. */
const FOUND_ANYWAY: readonly { readonly question: string; readonly says: RegExp; readonly because: string }[] = [
  { question: 'series', says: /^grafana: \d+ metrics? missing/, because: 'what stands in for Grafana serves a part of its page' },
  {
    question: 'series',
    says: /^grafana: \d+ metrics? in the store that no catalog knows/,
    because: 'Grafana has more families than the catalog',
  },
  {
    question: 'series',
    says: /no catalog knows: DCGM_FI_DEV_VGPU_LICENSE_STATUS/,
    because: 'what stands in for the exporter has a list of its own',
  },
  { question: 'panels', says: /arrive from grafana$/, because: 'what stands in for Grafana serves a part of its page' },
  { question: 'panels', says: /^\d+ panels? (is|are) empty: Grafana: /, because: 'the page of what stands in for Grafana never changes' },
];

/** An object of the manifests that is changed; `any`, because its shape is that of its kind. */
interface Changed extends KubeObject {
  spec?: Record<string, unknown>;
  rules?: { readonly resources?: readonly string[] }[];
  data?: Record<string, string>;
}

/** Proves that verify is content with a pipeline that is well, and names the cause of one fault after the other; it is left as it was. */
export function describeVerify(cluster: Cluster, mode: Mode): void {
  const cloud = new Cloud(cluster, 'up');
  let manifests: Manifests;
  let file: string;

  /** Runs the command that users run. */
  async function verify(...options: readonly string[]): Promise<Answer & { readonly code: number }> {
    const args = ['scripts/run.mjs', 'lib/cli/bin.ts', 'verify', file, '--json', ...options];
    const { code, stdout, stderr } = await cluster.run('node', args, { cwd: ROOT });
    if (stdout === '') throw new Error(`verify ended with ${code} and without an answer:\n${stderr}`);
    return { code, ...(JSON.parse(stdout) as Answer) };
  }

  const line = ({ severity, question, what, cause }: Finding) => `${severity} ${question}: ${what}: ${cause}`;
  const unforeseen = ({ findings }: Answer) =>
    findings
      .filter(
        ({ question, what, cause }) =>
          !FOUND_ANYWAY.some((known) => known.question === question && (known.says.test(what) || known.says.test(cause))),
      )
      .map(line);

  async function isWell(...options: readonly string[]): Promise<Answer> {
    return await eventually('verify finds nothing that is not known of test clusters', NOTICED_S, async () => {
      const answer = await verify(...options);
      expect(unforeseen(answer)).toEqual([]);
      expect(answer.code).toBe(answer.findings.length === 0 ? 0 : 1);
      return answer;
    });
  }

  /** Waits until a fault is named. */
  async function names(question: string, says: RegExp): Promise<void> {
    const began = Date.now();
    await eventually(`verify names ${says}`, NOTICED_S, async () => {
      const { code, findings } = await verify('--no-panels');
      expect(findings.filter((finding) => finding.question === question).map(line)).toContainEqual(expect.stringMatching(says));
      expect(code).toBe(1);
    });
    report(`${question} was found ${((Date.now() - began) / 1000).toFixed(1)} s after it began`);
  }

  /** Applies an object of the manifests with a change, in the name of whoever applies manifests. */
  async function change(kind: string, namespace: string, name: string, edit: (object: Changed) => void): Promise<void> {
    const found = manifests.objects.find(
      ({ kind: other, metadata }) => other === kind && (metadata.namespace ?? '') === namespace && metadata.name === name,
    );
    if (!found) throw new Error(`the manifests have no ${kind} ${namespace}/${name}`);
    const object = structuredClone(found) as Changed;
    edit(object);
    await cluster.kubectlWith(object, 'apply', '--server-side', '-f', '-');
  }

  /** The agent's scrapes in standalone mode are one file. */
  async function changeScrapes(edit: (scrapes: { job_name: string; metric_relabel_configs?: object[] }[]) => void): Promise<void> {
    await change('ConfigMap', MONITORING, 'vmagent-metrics', ({ data = {} }) => {
      const configuration = parse(data['scrape.yaml'] ?? '');
      edit(configuration.scrape_configs);
      data['scrape.yaml'] = stringify(configuration);
    });
    await lookAtVolumes(cluster);
  }

  /** Applies everything as it was rendered, and waits until verify is content again. */
  async function mend(): Promise<void> {
    await manifests.apply();
    if (mode === Mode.OPERATOR) await operational(cluster);
    else await lookAtVolumes(cluster);
    await isWell('--no-panels');
  }

  async function withToken(token: string): Promise<void> {
    const metadata = { name: TOKEN.name, namespace: MONITORING };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { [TOKEN.key]: token } };
    await cluster.kubectlWith(secret, 'apply', '--server-side', '--field-manager=drills', '-f', '-');
    await lookAtVolumes(cluster);
  }

  describe(`verify, mode ${mode}`, () => {
    beforeAll(async () => {
      await requirePipeline(cluster);
      file = join(cluster.folder(), 'cluster.yaml');
      const remoteWrite = [{ url: cloud.remoteWrite.destination.url, name: 'cloud', credential: { tokenSecret: TOKEN } }];
      writeFileSync(file, stringify({ cluster: 'soperator', mode, remoteWrite }));
      manifests = Manifests.of(cluster, { mode, destinations: [cloud.remoteWrite] });
      const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
      await cluster.create([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: DRILLS, labels } }]);
      await Promise.all([cloud.start(await nodeOf(cluster, MONITORING, AGENT_POD)), cloud.issue('first')]);
      await applied(cluster, manifests, mode);
    }, TEST_TIMEOUT_MS);

    afterAll(async () => {
      if (mode === Mode.OPERATOR) await cluster.kubectl('delete', '-n', MONITORING, '--ignore-not-found', `vmservicescrape/${SECOND}`);
      const usual = Manifests.of(cluster, { mode });
      await applied(cluster, usual, mode);
      await step(cluster, usual, mode, 'prune');
      await cloud.withdraw();
    }, TEST_TIMEOUT_MS);

    test(
      'is content with a pipeline that is well',
      async () => {
        const began = Date.now();
        const { counts, findings } = await isWell('--wait', '2m');
        const known = findings.length === 0 ? '' : `, ${findings.length} findings that are known of test clusters`;
        report(
          `verify saw ${counts.targets} targets and ${counts.panels} panels, ${counts.emptyPanels} empty${known}, after ${((Date.now() - began) / 1000).toFixed(1)} s`,
        );
        expect(counts.targets).toBeGreaterThan(20);
        expect(counts.panels).toBeGreaterThan(100);
      },
      TEST_TIMEOUT_MS,
    );

    test(
      'names the exporter that was stopped',
      async () => {
        await change('Deployment', SLURM, 'slurm-exporter', ({ spec = {} }) => {
          spec.replicas = 0;
        });
        await names('missing-targets', /^error .*slurm-exporter.*: Deployment slurm-exporter is scaled to 0$/);
        await mend();
      },
      TEST_TIMEOUT_MS,
    );

    test(
      'names the destination that refuses its token',
      async () => {
        await withToken('token-that-is-wrong');
        await names('destinations', /^error .*cloud: takes nothing, answers 401.*: it refuses the token in Secret drill-token/);
        await withToken('token-first');
        await mend();
      },
      TEST_TIMEOUT_MS,
    );

    test(
      'names the right that was taken away',
      async () => {
        await change('Role', SLURM, 'metrics-agent-discovery', (role) => {
          role.rules = role.rules?.filter(({ resources = [] }) => !resources.includes('pods'));
        });
        await names('rights', /^error .*metrics-agent lacks \d rights? in soperator: .*list pods/);
        await mend();
      },
      TEST_TIMEOUT_MS,
    );

    test(
      'names the label that a relabel rule drops',
      async () => {
        if (mode === Mode.OPERATOR) {
          await change('VMNodeScrape', MONITORING, 'kubelet-probes', ({ spec = {} }) => {
            spec.metricRelabelConfigs = [
              ...((spec.metricRelabelConfigs as object[] | undefined) ?? []),
              { action: 'labeldrop', regex: 'metrics_path' },
            ];
          });
        } else {
          await changeScrapes((scrapes) => {
            for (const scrape of scrapes.filter(({ job_name }) => job_name === 'kubelet-probes')) {
              scrape.metric_relabel_configs = [...(scrape.metric_relabel_configs ?? []), { action: 'labeldrop', regex: 'metrics_path' }];
            }
          });
        }
        await names('series', /^error .*kubelet: label metrics_path missing on \d+ metrics? .*: a relabel rule over its samples drops it/);
        await mend();
      },
      TEST_TIMEOUT_MS,
    );

    test(
      'names the second scrape of a target',
      async () => {
        if (mode === Mode.OPERATOR) {
          await change('VMServiceScrape', MONITORING, 'grafana', ({ metadata, spec = {} }) => {
            Object.assign(metadata, { name: SECOND });
            spec.endpoints = [{ port: 'http' }];
          });
          await names(
            'scraped-twice',
            /^error .*serviceScrape\/monitoring-system\/second-scrape\/0 is not of the cluster file and finds the same$/,
          );
          await cluster.kubectl('delete', '-n', MONITORING, `vmservicescrape/${SECOND}`);
        } else {
          await changeScrapes((scrapes) => {
            scrapes.push(...scrapes.filter(({ job_name }) => job_name === 'grafana').map((scrape) => ({ ...scrape, job_name: SECOND })));
          });
          await names('scraped-twice', /^error .*: the scrape second-scrape is not of the cluster file and finds the same$/);
        }
        await mend();
      },
      TEST_TIMEOUT_MS,
    );

    test(
      'names the volume that is full',
      async () => {
        // more than any volume has must stay free
        const flag = 'storage.minFreeDiskSpaceBytes';
        if (mode === Mode.OPERATOR) {
          await change('VMSingle', MONITORING, STORE, ({ spec = {} }) => {
            spec.extraArgs = { ...(spec.extraArgs as object), [flag]: '100TB' };
          });
        } else {
          await change('Deployment', MONITORING, `vmsingle-${STORE}`, ({ spec = {} }) => {
            const { template } = spec as { template: { spec: { containers: { args?: string[] }[] } } };
            template.spec.containers[0]?.args?.push(`-${flag}=100TB`);
          });
        }
        await names('store', /^error .*is read-only: its volume is full/);
        await mend();
      },
      TEST_TIMEOUT_MS,
    );
  });
}
