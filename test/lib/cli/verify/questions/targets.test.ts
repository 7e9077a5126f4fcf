import type { KubeFacts, PodFacts } from '../../../../../lib/cli/verify/facts';
import { downTargets } from '../../../../../lib/cli/verify/questions/down-targets';
import { missingTargets } from '../../../../../lib/cli/verify/questions/missing-targets';
import { scrapedTwice } from '../../../../../lib/cli/verify/questions/scraped-twice';
import { expectedFor, lines, NO_KUBE, Well } from '../support';

const well = new Well(expectedFor());
const without = (pattern: RegExp) => well.agent.targets.filter(({ pool }) => !pattern.test(pool));
const LABELS = {
  'app.kubernetes.io/name': 'slurm-exporter',
  'app.kubernetes.io/instance': 'slurm-exporter',
  'app.kubernetes.io/component': 'slurm-exporter',
};
const POD: PodFacts = {
  namespace: 'soperator',
  name: 'slurm-exporter-1',
  node: 'system-0',
  ip: '10.9.9.9',
  phase: 'Running',
  ready: true,
  readySince: 0,
  trouble: '',
  labels: LABELS,
  ports: [
    { name: 'metrics', number: 8080 },
    { name: 'monitoring', number: 8081 },
  ],
};
const NODES = ['system-0', 'gpu-0'].map((name, index) => ({ name, ip: `10.1.1.${index}`, kubeletPort: 10250, labels: {} }));

/** An API server with the SLURM exporter and nothing else that could be found; `judged` are the findings about that exporter alone. */
const judged = (kube: Partial<KubeFacts>, targets = well.agent.targets, at = 1_000_000) =>
  lines(missingTargets.judge(well.withAgent({ targets }, { kube: { ...NO_KUBE, ...kube }, at }))).filter((line) =>
    line.includes('slurm-exporter'),
  );

describe('missing-targets', () => {
  test('is content when every scrape of the cluster file has a target', () => {
    expect(missingTargets.judge(well.facts())).toEqual({ findings: [], notes: [] });
  });

  test('names the scrape that finds nothing, and says that nobody exposes it', () => {
    expect(lines(missingTargets.judge(well.withAgent({ targets: without(/slurm-exporter\/0/) })))).toEqual([
      'error slurm-exporter metrics: no target discovered, expected at least one: nobody exposes it, or the agent may not look for it; ' +
        'kubectl logs -n monitoring-system -l app.kubernetes.io/name=vmagent,app.kubernetes.io/instance=metrics --tail=100',
    ]);
  });

  test('tells scrapes that find nothing for one reason together', () => {
    const [finding, ...others] = missingTargets.judge(well.withAgent({ targets: [] })).findings;
    expect(finding?.what).toMatch(/^\d+ scrapes: no target discovered.*\(slurm-exporter metrics, .* more\)$/);
    // of what lives on nodes there may be none, and without the API server nobody knows
    expect(others.map(({ severity, what }) => `${severity} ${what}`)).toEqual([
      expect.stringMatching(/^warning 2 scrapes: .*dcgm.*node-exporter/),
    ]);
  });

  test("says so when the agent's configuration does not have the scrape", () => {
    const pools = well.agent.pools?.filter((pool) => !pool.includes('grafana'));
    expect(lines(missingTargets.judge(well.withAgent({ pools, targets: without(/grafana/) })))).toEqual([
      expect.stringContaining(
        "grafana: no target discovered, expected at least one: the agent's configuration has no such scrape: it was not applied",
      ),
    ]);
  });

  test('names the workload that is scaled to 0', () => {
    const workload = { kind: 'Deployment', namespace: 'soperator', name: 'slurm-exporter', desired: 0, ready: 0, podLabels: LABELS };
    expect(judged({ workloads: [workload] }, without(/slurm-exporter/))).toEqual([
      'error 2 scrapes: no target discovered, expected at least one for each (slurm-exporter metrics, slurm-exporter monitoring): ' +
        'Deployment slurm-exporter is scaled to 0; kubectl --context lab scale -n soperator deployment/slurm-exporter --replicas=1',
    ]);
  });

  test('names the pod that does not run', () => {
    const pod = { ...POD, ip: '', ready: false, phase: 'Pending', trouble: 'ImagePullBackOff' };
    expect(judged({ pods: [pod] }, without(/slurm-exporter/)).join()).toContain(
      'pod slurm-exporter-1 is ImagePullBackOff; kubectl --context lab describe pod -n soperator slurm-exporter-1',
    );
  });

  test('names the Service labels that nothing carries', () => {
    const verdict = missingTargets.judge(well.withAgent({ targets: without(/grafana/) }, { kube: { ...NO_KUBE, nodes: NODES } }));
    expect(lines(verdict).join('\n')).toMatch(/grafana: .*: no Service in monitoring-system carries app\.kubernetes\.io\/name=grafana/);
  });

  test('compares address by address: a pod that the agent does not scrape is missing', () => {
    const second = { ...POD, name: 'slurm-exporter-2', ip: '10.9.9.10' };
    const scraped = [8080, 8081].map((port, index) => ({
      ...(well.agent.targets.find(({ pool }) => pool.endsWith(`slurm-exporter/${index}`)) ?? well.agent.targets[0]),
      url: `http://10.9.9.9:${port}/metrics`,
    })) as typeof well.agent.targets;
    const targets = [...without(/slurm-exporter/), ...scraped];
    expect(judged({ pods: [POD] }, targets)).toEqual([]);
    expect(judged({ pods: [POD, second] }, targets)).toEqual([
      expect.stringMatching(
        /^error slurm-exporter metrics: 1 of 2 targets not discovered \(pod soperator\/slurm-exporter-2\): the agent looks for it/,
      ),
      expect.stringMatching(/^error slurm-exporter monitoring: 1 of 2 targets/),
    ]);
    // what has ended answers nobody
    expect(judged({ pods: [POD, { ...second, phase: 'Succeeded' }] }, targets)).toEqual([]);
    // what became ready a moment ago is still to be noticed
    expect(judged({ pods: [POD, { ...second, readySince: 990_000 }] }, targets)).toEqual([]);
  });

  test('blames the right that is missing', () => {
    const right = { what: 'list pods', namespace: 'soperator', isAllowed: false };
    expect(judged({ pods: [POD], rights: [right] }, without(/slurm-exporter/))[0]).toContain('the agent may not list pods in soperator');
  });

  test('holds it against nobody when no node is meant for a DaemonSet', () => {
    const labels = { 'app.kubernetes.io/name': 'dcgm-exporter', 'app.kubernetes.io/instance': 'nvidia-dcgm-exporter' };
    const page = well.expected.pages.find(({ target }) => target.job === 'dcgm-exporter');
    const matchLabels = page?.target.discovery.matchLabels ?? {};
    const services = [{ namespace: 'soperator', name: 'nvidia-dcgm-exporter', labels: matchLabels, selector: labels, endpoints: [] }];
    const workload = {
      kind: 'DaemonSet',
      namespace: 'soperator',
      name: 'nvidia-dcgm-exporter',
      ready: 0,
      podLabels: { ...labels, ...matchLabels },
    };
    const verdict = (desired: number) =>
      missingTargets.judge(
        well.withAgent({ targets: without(/dcgm/) }, { kube: { ...NO_KUBE, services, workloads: [{ ...workload, desired }] } }),
      );
    expect(verdict(0).notes?.map(({ what }) => what)).toEqual(['nvidia-dcgm-exporter: no targets']);
    expect(lines(verdict(0)).join()).not.toContain('dcgm');
    expect(lines(verdict(2)).join()).toContain('dcgm');
  });
});

describe('down-targets', () => {
  test('is content when all are up', () => {
    expect(lines(downTargets.judge(well.facts()))).toEqual([]);
  });

  test.each([
    ['dial tcp4 10.0.0.1:8080: connect: connection refused', 'nothing listens on that port: the exporter is stopped or starting'],
    [
      'unexpected status code returned when scraping "https://x/metrics": 403; expected 200',
      "the agent's account may not read it: a right is missing",
    ],
    ['unexpected status code returned when scraping "https://x/metrics": 401; expected 200', "it does not accept the agent's token"],
    [
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'its certificate is not the one that the scrape expects',
    ],
    ['cannot read data: context deadline exceeded', 'it is too slow or does not answer'],
    [
      'the response from "http://x" exceeds -promscrape.maxScrapeSize or max_scrape_size in the scrape config (1 bytes)',
      'its page is larger than maxScrapeSize',
    ],
  ])('explains %s', (error, cause) => {
    const [line, ...others] = lines(downTargets.judge(well.withTargets(/grafana/, { health: 'down', error })));
    expect(others).toEqual([]);
    expect(line).toMatch(/^error grafana: 1 of 1 target down \(grafana-0\): /);
    expect(line).toContain(cause);
  });

  test('is one line for many that are down for one reason', () => {
    const grafana = well.agent.targets.find(({ pool }) => /grafana/.test(pool));
    if (grafana === undefined) throw new Error('there is a Grafana');
    const many = [1, 2, 3, 4, 5].map((n) => ({
      ...grafana,
      labels: { instance: `node-${n}` },
      url: `http://10.2.0.${n}:3000/metrics`,
      health: n < 5 ? 'down' : 'up',
      error: n < 5 ? `dial tcp4 10.2.0.${n}:3000: connect: connection refused` : '',
    }));
    expect(lines(downTargets.judge(well.withAgent({ targets: many })))).toEqual([
      expect.stringMatching(/^error grafana: 4 of 5 targets down \(node-1, node-2, node-3 and 1 more\)/),
    ]);
  });

  test('knows the pod behind a target, and what ails it', () => {
    const pod = {
      ...POD,
      namespace: 'monitoring-system',
      name: 'metrics-grafana-1',
      ip: '10.3.0.1',
      ready: false,
      trouble: 'CrashLoopBackOff',
    };
    const down = { health: 'down', error: 'connect: connection refused', url: 'http://10.3.0.1:3000/metrics' };
    const facts = well.withTargets(/grafana/, down, { kube: { ...NO_KUBE, pods: [pod] } });
    expect(lines(downTargets.judge(facts))).toEqual([
      expect.stringContaining(
        'pod metrics-grafana-1 is CrashLoopBackOff; kubectl --context lab logs -n monitoring-system metrics-grafana-1',
      ),
    ]);
  });

  test('only warns of what was not scraped yet', () => {
    expect(lines(downTargets.judge(well.withTargets(/grafana/, { health: 'unknown' })))).toEqual([
      expect.stringMatching(/^warning grafana: 1 of 1 target not scraped yet/),
    ]);
  });
});

describe('scraped-twice', () => {
  const grafana = well.agent.targets.filter(({ pool }) => /grafana/.test(pool));

  test('is content when each target is scraped once', () => {
    expect(lines(scrapedTwice.judge(well.facts()))).toEqual([]);
  });

  test('names the scrape that is of nobody here, and how to remove it', () => {
    const second = grafana.map((target) => ({ ...target, pool: 'serviceScrape/team-a/mine/0' }));
    expect(lines(scrapedTwice.judge(well.withAgent({ targets: [...well.agent.targets, ...second] })))).toEqual([
      expect.stringMatching(
        /^error 1 target scraped twice, by serviceScrape\/monitoring-system\/grafana\/0 and serviceScrape\/team-a\/mine\/0: .*; kubectl delete vmservicescrape -n team-a mine$/,
      ),
    ]);
  });

  test('names two agents that scrape the same', () => {
    const other = { ...well.agent, name: 'vmagent-old-0', targets: grafana.map((target) => ({ ...target, agent: 'vmagent-old-0' })) };
    expect(lines(scrapedTwice.judge(well.facts({ agents: [well.agent, other] })))[0]).toContain(
      'vmagent-metrics-0, vmagent-old-0 both scrape it',
    );
  });

  test('leaves alone what users scrape twice among themselves', () => {
    const theirs = grafana.flatMap((target) =>
      ['a', 'b'].map((name) => ({ ...target, url: 'http://10.8.0.1/metrics', pool: `podScrape/x/${name}/0` })),
    );
    expect(lines(scrapedTwice.judge(well.withAgent({ targets: [...well.agent.targets, ...theirs] })))).toEqual([]);
  });
});
