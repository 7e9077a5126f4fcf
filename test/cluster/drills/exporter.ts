import { Duration } from 'cdk8s';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, TargetLabel } from '../../../lib';
import type { Cluster } from '../support/cluster';
import { SLURM } from '../support/pipeline';
import type { Scrape } from './figures';

const JOB = 'drill-exporter';
const LABELS = { app: JOB };
const PORT = 8080;
const METRIC = 'drill_scrapes_total';
/** Time between two scrapes, in ms: the shortest that the agent knows, so that a loss is told to the second. */
export const INTERVAL_MS = 1000;

/**
 * Answers one scrape on standard input and output with a number that no other scrape gets, and notes it in the container's log. Whatever is
 * no scrape, such as a connection that says nothing, takes no number.
 */
const ANSWER = `#!/bin/sh
IFS= read -r request || exit 0
case $request in 'GET /metrics'*) ;; *) exit 0 ;; esac
while IFS= read -r header; do
  case $header in ?*[!$'\\r']*) ;; *) break ;; esac
done
# two scrapes at a time happen when an agent is replaced
until /bin/busybox mkdir /tmp/lock 2>/dev/null; do :; done
read -r number </tmp/number
number=$((number + 1))
echo $number >/tmp/number
echo "scrape $number" >/proc/1/fd/1
/bin/busybox rmdir /tmp/lock
body="# TYPE ${METRIC} counter
${METRIC} $number
"
# the agent would keep the connection, and an exporter that is gone with it
/bin/busybox printf 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s' "\${#body}" "$body"
`;

/** What is scraped in drills: a counter of its own scrapes, whose log says what there should be in every destination. */
export class CountingExporter {
  /** What the pipeline scrapes. */
  readonly source: IMetricsSource = {
    targets: [
      {
        name: JOB,
        job: JOB,
        discovery: { role: DiscoveryRole.PODS, namespaces: [SLURM], matchLabels: LABELS },
        endpoints: [{ port: 'http' }],
        provenance: Provenance.EXTERNAL,
        scrapeInterval: Duration.millis(INTERVAL_MS),
        scrapeTimeout: Duration.millis(INTERVAL_MS),
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        relabelConfigs: [],
        metricRelabelConfigs: [],
        // so that sizes of the running pipeline stay as they are
        series: { fixed: 1 },
      },
    ],
  };

  /** Its pod. Each run has its own, because the store still holds the numbers of the run before. */
  private readonly pod = `${JOB}-${Date.now().toString(36)}`;

  constructor(private readonly cluster: Cluster) {}

  /** The only series of this run. */
  get series(): string {
    return `${METRIC}{instance="${this.pod}"}`;
  }

  /** Starts it on a node; it ends with the test file. */
  async start(nodeName: string): Promise<void> {
    const metadata = { name: this.pod, namespace: SLURM, labels: LABELS };
    await this.cluster.create([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { answer: ANSWER } },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: {
          nodeName,
          terminationGracePeriodSeconds: 0,
          tolerations: [{ operator: 'Exists' }],
          containers: [
            {
              name: 'exporter',
              image: 'docker.io/library/busybox:1.37',
              imagePullPolicy: 'IfNotPresent',
              command: ['/bin/sh', '-c', `echo 0 >/tmp/number && exec /bin/busybox nc -ll -p ${PORT} -e /scripts/answer`],
              ports: [{ name: 'http', containerPort: PORT }],
              volumeMounts: [
                { name: 'scripts', mountPath: '/scripts' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            { name: 'scripts', configMap: { name: this.pod, defaultMode: 0o755 } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    ]);
    await this.cluster.kubectl('wait', '-n', SLURM, '--for=condition=Ready', '--timeout=60s', `pod/${this.pod}`);
  }

  /** Every scrape until now, in the order of the numbers. */
  async scrapes(): Promise<Scrape[]> {
    const log = await this.cluster.kubectl('logs', '-n', SLURM, this.pod, '--timestamps');
    return [...log.matchAll(/^(\S+) scrape (\d+)$/gm)]
      .map(([, at = '', number]) => ({ number: Number(number), at: Date.parse(at) }))
      .sort((a, b) => a.number - b.number);
  }

  /** The last number until now; 0 before the first scrape. */
  async last(): Promise<number> {
    const log = await this.cluster.kubectl('logs', '-n', SLURM, this.pod, '--tail=5');
    return Math.max(0, ...[...log.matchAll(/^scrape (\d+)$/gm)].map(([, number]) => Number(number)));
  }
}
