import { join } from 'node:path';
import { demandsOf } from '../../lib/checks/pod-security-standards';
import type { Json } from '../../lib/checks/tree';
import { PodSecurityLevel } from '../../lib/common/namespaces';
import type { NamespaceReport, RuleReport, SecurityReport, WorkloadReport } from '../../lib/outputs/security';
import { report, useCluster } from './support/cluster';
import type { Pod } from './support/objects';
import { pipelinePods, requirePipeline } from './support/pipeline';

const ROOT = join(__dirname, '..', '..');
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

const cluster = useCluster();
let told: SecurityReport;
let pods: readonly Pod[];

beforeAll(async () => {
  await requirePipeline(cluster);
  const { stdout } = await cluster.run('node', ['scripts/run.mjs', 'lib/cli/bin.ts', 'security', '--json'], { cwd: ROOT });
  told = JSON.parse(stdout).clusters[0];
  pods = await pipelinePods(cluster);
});

describe('the API server grants accounts', () => {
  interface Granted {
    readonly resourceRules: readonly Partial<RuleReport>[];
    readonly nonResourceRules: readonly Partial<RuleReport>[];
  }

  /** What somebody may do in some namespaces, as the API server works it out of all bindings: the answer behind `kubectl auth can-i --list`. */
  async function granted(account: string, namespaces: readonly string[]): Promise<string[][]> {
    const items = namespaces.map((namespace) => ({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace },
    }));
    const output = ['-o', 'jsonpath={.status}{"\\n"}', '--validate=false', `--as=${account}`];
    const answers = await cluster.kubectlWith({ apiVersion: 'v1', kind: 'List', items }, 'create', '-f', '-', ...output);
    return answers
      .trim()
      .split('\n')
      .map((line) => {
        const { resourceRules, nonResourceRules }: Granted = JSON.parse(line);
        return [...resourceRules, ...nonResourceRules].flatMap(rights);
      });
  }

  /** A rule as the single rights that it is made of. */
  function rights({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs = [] }: Partial<RuleReport>): string[] {
    const names = resourceNames.length > 0 ? resourceNames : ['*'];
    const things = apiGroups.flatMap((group) =>
      resources.flatMap((resource) => names.map((name) => `${group || 'core'} ${resource} ${name}`)),
    );
    return verbs.flatMap((verb) => [...things, ...nonResourceURLs].map((thing) => `${verb} ${thing}`));
  }

  test('exactly what the report says, beside what everybody may who is authenticated', async () => {
    const namespaces = [...told.namespaces.map(({ namespace }) => namespace), 'default', 'kube-system'];
    const anybody = await granted('system:serviceaccount:default:nobody-of-this-name', namespaces);
    const accounts = told.accounts.filter(({ kind }) => kind === 'ServiceAccount');
    const different = await Promise.all(
      accounts.map(async ({ name, namespace, rules }) => {
        const found = await granted(`system:serviceaccount:${namespace}:${name}`, namespaces);
        return namespaces.flatMap((where, index) => {
          const everybodys = new Set(anybody[index]);
          const expected = rules.filter((rule) => rule.namespace === undefined || rule.namespace === where).flatMap(rights);
          const actual = (found[index] ?? []).filter((right) => !everybodys.has(right));
          const missing = expected.filter((right) => !actual.includes(right) && !everybodys.has(right));
          const more = actual.filter((right) => !expected.includes(right));
          return [...missing.map((right) => `not granted: ${right}`), ...more.map((right) => `not reported: ${right}`)].map(
            (what) => `${namespace}/${name} in ${where}: ${what}`,
          );
        });
      }),
    );
    expect(different.flat()).toEqual([]);
    expect(accounts.flatMap(({ rules }) => rules).filter(({ why }) => !why)).toEqual([]);
    report(`${accounts.length} accounts, ${accounts.flatMap(({ rules }) => rules).length} rules in ${namespaces.length} namespaces`);
  });
});

describe('pods that run', () => {
  /** The pods that a workload of the report makes, in whichever way. */
  function podsOf(namespace: string, workload: string): Pod[] {
    const [kind = '', name = ''] = workload.split(' ');
    const prefix = ['VMAgent', 'VMSingle'].includes(kind) ? `${kind.toLowerCase()}-${name}-` : `${name}-`;
    return pods.filter(({ metadata }) => metadata.namespace === namespace && metadata.name.startsWith(prefix));
  }

  /** What the report says of pods, of a pod as it is. */
  function seen(pod: Pod): Pick<WorkloadReport, 'users' | 'tokenIn' | 'secrets' | 'ports'> & { readonly needs: string[] } {
    const spec = JSON.parse(JSON.stringify(pod.spec));
    const all = [...(spec.initContainers ?? []), ...spec.containers];
    const secrets = (spec.volumes ?? []).flatMap((volume: { secret?: { secretName: string } }) => volume.secret?.secretName ?? []);
    return {
      needs: [...new Set(demandsOf(spec as Json).map(({ of }) => of))].sort(),
      users: [...new Set(all.map(({ securityContext }) => String(securityContext?.runAsUser ?? spec.securityContext?.runAsUser)))].sort(),
      tokenIn: all
        .filter(({ volumeMounts = [] }) => volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath === TOKEN_PATH))
        .map(({ name }) => name)
        .sort(),
      secrets: [...new Set<string>(secrets)].sort(),
      ports: all
        .flatMap(({ ports = [] }) => ports.map((port: { name: string; containerPort: number }) => `${port.name} ${port.containerPort}`))
        .sort(),
    };
  }

  test('are as the report says, those that the operator made included', () => {
    const workloads = told.namespaces.flatMap(({ namespace, workloads: own }) => own.map((one) => ({ namespace, ...one })));
    const reported = workloads.map(({ namespace, workload, because, users, tokenIn, secrets, ports }) => [
      `${namespace} ${workload}`,
      {
        needs: [...new Set(because.map(({ of }) => of))].sort(),
        users,
        tokenIn: [...tokenIn].sort(),
        secrets,
        ports: [...ports].sort(),
      },
    ]);
    const running = workloads.map(({ namespace, workload }) => {
      const [first, ...others] = podsOf(namespace, workload).map(seen);
      expect(others.filter((other) => JSON.stringify(other) !== JSON.stringify(first))).toEqual([]);
      return [`${namespace} ${workload}`, first];
    });
    expect(running).toEqual(reported);
    // and the other way round: none of ours is left out
    const known = workloads.flatMap(({ namespace, workload }) => podsOf(namespace, workload));
    expect(pods.filter((pod) => !known.includes(pod)).map(({ metadata }) => metadata.name)).toEqual([]);
  });

  interface Judged {
    /** Workloads of ours that the API server would not admit. */
    readonly refused: string[];
    /** What it has against them, in its words. */
    readonly reasons: string[];
  }

  /** The API server judges all pods of a namespace when a level is set in other words than before. */
  async function judge({ namespace, workloads }: NamespaceReport, level: string): Promise<Judged> {
    const { serverVersion } = JSON.parse(await cluster.kubectl('version', '-o', 'json'));
    const prefix = 'pod-security.kubernetes.io/enforce';
    const labels = [`${prefix}=${level}`, `${prefix}-version=v${serverVersion.major}.${String(serverVersion.minor).replace(/\D/g, '')}`];
    const args = ['label', 'namespace', namespace, ...labels, '--overwrite', '--dry-run=server'];
    const { code, stderr } = await cluster.run('kubectl', args);
    expect(code).toBe(0);
    const lines = [...stderr.matchAll(/^Warning: (\S+?)(?: \(and \d+ other pods?\))?: (.+)$/gm)].map(([, pod = '', reasons = '']) => ({
      pod,
      reasons,
    }));
    const ours = workloads.flatMap(({ workload }) =>
      podsOf(namespace, workload).flatMap(({ metadata }) =>
        lines.filter(({ pod }) => pod === metadata.name).map(({ reasons }) => ({ workload, reasons })),
      ),
    );
    return {
      refused: [...new Set(ours.map(({ workload }) => workload))].sort(),
      reasons: [...new Set(ours.flatMap(({ reasons }) => reasons.split(', ')))].sort(),
    };
  }

  const LEVELS = [PodSecurityLevel.PRIVILEGED, PodSecurityLevel.BASELINE, PodSecurityLevel.RESTRICTED];
  const WORDS: readonly (readonly [of: RegExp, words: string])[] = [
    [/^host(Network|PID|IPC)$/, 'host namespaces'],
    [/^hostPath /, 'hostPath volumes'],
    [/^hostPort /, 'hostPort'],
    [/^capabilities /, 'non-default capabilities'],
    [/^privileged$/, 'privileged'],
  ];

  test('are admitted at the level that the report gives, and one level stricter exactly those are refused that it names, for what it says', async () => {
    const found = await Promise.all(
      told.namespaces.map(async (one) => {
        const stricter = LEVELS[LEVELS.indexOf(one.needs) + 1];
        const above = ({ level }: { level: PodSecurityLevel }) => LEVELS.indexOf(level) < LEVELS.indexOf(stricter ?? one.needs);
        const expected = stricter ? one.workloads.filter(({ needs }) => above({ level: needs })) : [];
        const words = expected
          .flatMap(({ because }) => because.filter(above))
          .flatMap(({ of }) => WORDS.filter(([known]) => known.test(of)).map(([, word]) => word));
        const [given, next] = await Promise.all([judge(one, one.needs), stricter ? judge(one, stricter) : { refused: [], reasons: [] }]);
        report(
          `${one.namespace}: ${one.needs} admits all of ours; ${stricter ?? 'nothing stricter'} refuses ${next.refused.join(', ') || 'none'}`,
        );
        return {
          told: [[], { refused: expected.map(({ workload }) => workload).sort(), reasons: [...new Set(words)].sort() }],
          judged: [given.refused, next],
        };
      }),
    );
    expect(found.map(({ judged }) => judged)).toEqual(found.map(({ told: expected }) => expected));
    // a namespace that is rendered enforces what it needs, neither more nor less
    expect(told.namespaces.filter(({ isRendered, enforces, needs }) => isRendered && enforces !== needs)).toEqual([]);
  });
});
