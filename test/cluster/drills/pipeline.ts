import { Duration } from 'cdk8s';
import { Mode } from '../../../lib';
import { type Cluster, report } from '../support/cluster';
import { eventually } from '../support/eventually';
import { Manifests } from '../support/manifests';
import { applied, step } from '../support/modes';
import { carries, type KubeObject, type Node, type Pod } from '../support/objects';
import { AGENT_POD, lookAtVolumes, MONITORING } from '../support/pipeline';
import { nodeOf } from '../support/receivers';
import { Cloud, DRILLS } from './cloud';
import { CountingExporter } from './exporter';
import { Processes } from './processes';
import { Destination } from './store';

const STORE = 'vmsingle-metrics-victoria-metrics-k8s-stack';
const STORE_LABELS = { 'app.kubernetes.io/name': 'vmsingle' };
const OPERATOR = 'vm-operator';

interface WithConditions extends Node {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: Node['status'] & { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The running pipeline with a counter to scrape and a second destination, and what can be done to its parts. */
export class DrillPipeline {
  readonly exporter: CountingExporter;
  /** The pipeline's own store. */
  readonly store: Destination;
  readonly cloud: Cloud;
  readonly processes: Processes;
  /** The node that agent's volume ties it to. */
  agentNode = '';
  /** The store's. */
  storeNode = '';
  /** Where exporter and cloud are: another one, where there is another one. */
  private otherNode = '';

  constructor(
    private readonly cluster: Cluster,
    readonly mode: Mode,
  ) {
    this.exporter = new CountingExporter(cluster);
    this.store = new Destination('store', this.exporter.series, async (path) => {
      // not by the Service: its forward would stay with a pod that is gone
      const pod = (await this.storePods()).find(isPodReady);
      if (!pod) throw new Error('got no pod of the store that is ready');
      return await cluster.fetch(MONITORING, `pod/${pod.metadata.name}`, 8429, path);
    });
    this.cloud = new Cloud(cluster, this.exporter.series);
    this.processes = new Processes(cluster);
  }

  /** Both destinations. */
  get destinations(): readonly Destination[] {
    return [this.store, this.cloud.destination];
  }

  /** Whether exporter and cloud outlive the agent's node. */
  get hasOtherNode(): boolean {
    return this.otherNode !== this.agentNode;
  }

  /** Applies the pipeline with what drills need, and waits until the counter is in the store. The cloud's token is not there yet. */
  async start(): Promise<void> {
    const began = Date.now();
    this.agentNode = await nodeOf(this.cluster, MONITORING, AGENT_POD);
    const nodes = await this.cluster.list<WithConditions>('nodes');
    const others = nodes.filter((node) => node.metadata.name !== this.agentNode && isReady(node));
    this.otherNode = others[0]?.metadata.name ?? this.agentNode;
    await this.cluster.create([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: DRILLS, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      },
    ]);
    await Promise.all([
      this.exporter.start(this.otherNode),
      this.cloud.start(this.otherNode),
      this.processes.start(this.agentNode),
      this.cloud.withdraw(),
      applied(this.cluster, this.manifests(), this.mode),
    ]);
    const [store] = await this.storePods();
    this.storeNode = store?.spec.nodeName ?? '';
    if (this.storeNode !== this.agentNode) await this.processes.start(this.storeNode);
    await eventually('the counter is scraped and stored', 60, async () => expect(await this.store.last()).toBeGreaterThan(0));
    report(`the pipeline was ready for drills after ${seconds(began)} s, exporter and cloud on ${this.otherNode}`);
  }

  /** Applies the pipeline as it was. What comes next waits for what it needs: the operator takes most of a minute for its part. */
  async stop(): Promise<void> {
    const began = Date.now();
    for (const destination of this.destinations) destination.watched();
    const usual = Manifests.of(this.cluster, { mode: this.mode });
    await this.resumeOperator();
    await step(this.cluster, usual, this.mode, 'apply');
    await step(this.cluster, usual, this.mode, 'prune');
    await this.cloud.withdraw();
    report(`the former pipeline was applied after ${seconds(began)} s`);
  }

  private manifests(): Manifests {
    return Manifests.of(this.cluster, {
      mode: this.mode,
      sources: [this.exporter.source],
      destinations: [this.cloud.remoteWrite],
      // so that nothing that is stored twice is hidden
      vmSingle: { dedupInterval: Duration.millis(1) },
    });
  }

  /** The agent's pod, with what changes when it is replaced or started again. */
  async agent(): Promise<{ readonly uid: string; readonly restarts: number; readonly phase: string }> {
    const { metadata, status } = await this.cluster.get<Pod>('pod', '-n', MONITORING, AGENT_POD);
    const restarts = (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
    return { uid: metadata.uid, restarts, phase: status.phase };
  }

  /** A figure of the agent's own metrics, all series of the name together. */
  async agentMetric(name: string, label = ''): Promise<number> {
    const metrics = await this.cluster.fetch(MONITORING, `pod/${AGENT_POD}`, 8429, '/metrics');
    return metrics
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Lets the agent's pod have what its Secrets say now. */
  async refreshSecrets(): Promise<void> {
    await lookAtVolumes(this.cluster);
  }

  /** Replaces the agent's pod as any roll does, and waits until the next one runs. */
  async rollAgent(): Promise<void> {
    const { uid } = await this.agent();
    await this.cluster.kubectl('delete', 'pod', '-n', MONITORING, AGENT_POD, '--wait=true');
    await eventually('another pod of the agent runs', 60, async () => {
      const { uid: now, phase } = await this.agent();
      expect({ isNew: now !== uid, phase }).toEqual({ isNew: true, phase: 'Running' });
    });
  }

  /** Kills the agent, and waits until it was started again. */
  async killAgent(): Promise<void> {
    await this.processes.kill(MONITORING, AGENT_POD, 'vmagent');
  }

  /**
   * What the agent says of files of its queue that it threw away when it started. That is a fault of vmagent 1.150: killed in the midst of a
   * write, it says that it cuts off what it had not noted, and does not; it reads what is left there, and once sizes do not match any
   * more, it skips the file with all that was scraped since. Seldom, and nothing that options could prevent.
   *
   * @see https://github.com/VictoriaMetrics/VictoriaMetrics/blob/v1.150.0/lib/persistentqueue/persistentqueue.go
   */
  async thrownAway(): Promise<string[]> {
    const log = await this.cluster.kubectl('logs', '-n', MONITORING, AGENT_POD, '-c', 'vmagent');
    return log.split('\n').filter((line) => /skipping corrupted|too big block size/.test(line));
  }

  /** Takes the store away for as long as something takes. */
  async withoutStore(meanwhile: () => Promise<void>): Promise<void> {
    await this.pauseOperator();
    await this.scale(STORE, 0);
    await eventually('the store is gone', 60, async () => expect(await this.storePods()).toEqual([]));
    try {
      await meanwhile();
    } finally {
      await this.scale(STORE, 1);
      await this.storeReady();
      await this.resumeOperator();
    }
  }

  /** Replaces the store's pod as any roll does, and waits for the next one. */
  async rollStore(): Promise<void> {
    // in the place of a pod that is deleted the next one comes at once, and fails while the volume has its former user
    await this.cluster.kubectl('rollout', 'restart', 'deployment', '-n', MONITORING, STORE);
    await this.cluster.kubectl('rollout', 'status', 'deployment', '-n', MONITORING, STORE, '--timeout=90s');
    await this.storeReady();
  }

  /** Kills the store, and waits until it answers again. */
  async killStore(): Promise<void> {
    const [pod] = await this.storePods();
    if (!pod) throw new Error('got no pod of the store');
    const container = pod.spec.containers.find(({ image }) => image?.includes('victoria-metrics'))?.name ?? '';
    await this.processes.kill(MONITORING, pod.metadata.name, container);
    await this.storeReady();
  }

  private async storeReady(): Promise<void> {
    await eventually('the store is ready', 90, async () => {
      expect((await this.storePods()).map(isPodReady)).toEqual([true]);
    });
  }

  private async storePods(): Promise<readonly Pod[]> {
    const pods = await this.cluster.list<Pod>('pods', '-n', MONITORING);
    return pods.filter((pod) => carries(pod, STORE_LABELS));
  }

  /** The operator would undo what is done to the store's Deployment. */
  private async pauseOperator(): Promise<void> {
    if (this.mode !== Mode.OPERATOR) return;
    await this.scale(OPERATOR, 0);
    await eventually('the operator is gone', 60, async () => {
      const pods = await this.cluster.list<KubeObject>('pods', '-n', MONITORING);
      expect(pods.filter((pod) => carries(pod, { 'app.kubernetes.io/name': OPERATOR }))).toEqual([]);
    });
  }

  private async resumeOperator(): Promise<void> {
    if (this.mode === Mode.OPERATOR) await this.scale(OPERATOR, 1);
  }

  private async scale(deployment: string, replicas: number): Promise<void> {
    await this.cluster.kubectl('scale', 'deployment', '-n', MONITORING, deployment, `--replicas=${replicas}`);
  }

  /** Stops or starts the agent's node by the command of LAB. */
  async node(what: 'stop' | 'start'): Promise<void> {
    const lab = process.env.LAB ?? '';
    const { code, stderr } = await this.cluster.run(lab, [what, this.agentNode]);
    if (code !== 0) throw new Error(`${lab} ${what} ${this.agentNode}: exit code ${code}\n${stderr}`);
  }
}

function isReady({ spec, status }: WithConditions): boolean {
  return !spec.unschedulable && (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');
}

function isPodReady({ status }: Pod): boolean {
  return (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
