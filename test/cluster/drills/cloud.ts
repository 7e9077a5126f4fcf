import { RemoteWrite, RemoteWriteCredential } from '../../../lib';
import type { Cluster } from '../support/cluster';
import { MONITORING } from '../support/pipeline';
import { Destination } from './store';

/** Namespace of what drills need beside the pipeline. */
export const DRILLS = 'metrics-drills';
const NAME = 'cloud';
const LABELS = { app: NAME };
const FRONT = 8080;
const AUTH = 8427;
const STORE = 8428;
const BUSYBOX = 'docker.io/library/busybox:1.37';
const SECRET = { name: 'drill-token', key: 'token' };

/** The tokens that it takes. */
export type Token = 'first' | 'second';
const TOKENS: readonly Token[] = ['first', 'second'];

/** How it behaves: as it should, with a refusal for everything, or by taking requests and never answering. */
export type Behaviour = 'answers' | 'refuses' | 'hangs';

/** What becomes of one connection; `nc` starts one for each. */
const FRONT_SCRIPT = `#!/bin/sh
read -r behaviour </state/behaviour
case $behaviour in
answers) exec /bin/busybox nc 127.0.0.1 ${AUTH} ;;
refuses) /bin/busybox printf 'HTTP/1.1 500 Internal Server Error\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' ;;
esac
exec /bin/busybox cat >/dev/null
`;

const AUTH_CONFIG = {
  users: TOKENS.map((token) => ({ name: token, bearer_token: `token-${token}`, url_prefix: `http://127.0.0.1:${STORE}` })),
};

/**
 * A destination outside, as far as the pipeline can tell: a front that can be made to misbehave, behind it a proxy that wants a token, and
 * behind that a store that keeps everything it gets, so that losses can be counted here, too.
 */
export class Cloud {
  /** What it holds. */
  readonly destination: Destination;
  /** What the pipeline writes to. */
  readonly remoteWrite = RemoteWrite.toUrl(`http://${NAME}.${DRILLS}.svc:${FRONT}/api/v1/write`, {
    name: NAME,
    credential: RemoteWriteCredential.tokenSecret(SECRET),
  });

  /** @param series the exporter's series */
  constructor(
    private readonly cluster: Cluster,
    series: string,
  ) {
    this.destination = new Destination('cloud', series, (path) => cluster.fetch(DRILLS, `pod/${NAME}`, STORE, path));
  }

  /** Starts it on a node; it ends with the test file. */
  async start(nodeName: string): Promise<void> {
    const metadata = { name: NAME, namespace: DRILLS, labels: LABELS };
    await this.cluster.create([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: { front: FRONT_SCRIPT, 'auth.json': JSON.stringify(AUTH_CONFIG) },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: LABELS, ports: [{ name: 'http', port: FRONT }] },
      },
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
              name: 'front',
              image: BUSYBOX,
              imagePullPolicy: 'IfNotPresent',
              command: ['/bin/sh', '-c', `echo answers >/state/behaviour && exec /bin/busybox nc -ll -p ${FRONT} -e /scripts/front`],
              volumeMounts: [
                { name: 'scripts', mountPath: '/scripts' },
                { name: 'state', mountPath: '/state' },
              ],
            },
            {
              name: 'auth',
              image: 'docker.io/victoriametrics/vmauth:v1.150.0',
              imagePullPolicy: 'IfNotPresent',
              args: [`-httpListenAddr=:${AUTH}`, '-auth.config=/scripts/auth.json'],
              readinessProbe: { httpGet: { path: '/health', port: AUTH }, periodSeconds: 1 },
              volumeMounts: [{ name: 'scripts', mountPath: '/scripts' }],
            },
            {
              name: 'store',
              image: 'docker.io/victoriametrics/victoria-metrics:v1.150.0',
              imagePullPolicy: 'IfNotPresent',
              args: [`-httpListenAddr=:${STORE}`, '-storageDataPath=/data', '-memory.allowedBytes=256MB'],
              readinessProbe: { httpGet: { path: '/health', port: STORE }, periodSeconds: 1 },
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            },
          ],
          volumes: [
            { name: 'scripts', configMap: { name: NAME, defaultMode: 0o755 } },
            { name: 'state', emptyDir: {} },
            { name: 'data', emptyDir: {} },
          ],
        },
      },
    ]);
    await this.cluster.kubectl('wait', '-n', DRILLS, '--for=condition=Ready', '--timeout=60s', `pod/${NAME}`);
  }

  /** Changes its behaviour at once: connections that are open end, for on them the former one would go on. */
  async become(behaviour: Behaviour): Promise<void> {
    const script = `echo ${behaviour} >/state/behaviour; kill -9 -1 2>/dev/null || true`;
    await this.cluster.kubectl('exec', '-n', DRILLS, NAME, '-c', 'front', '--', '/bin/sh', '-c', script);
  }

  /** Gives the agent a token: the Secret that the pipeline names is made, or changed. */
  async issue(token: Token): Promise<void> {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: SECRET.name, namespace: MONITORING },
      stringData: { [SECRET.key]: `token-${token}` },
    };
    await this.cluster.kubectlWith(secret, 'apply', '--server-side', '--field-manager=drills', '-f', '-');
  }

  /** Takes the Secret away. */
  async withdraw(): Promise<void> {
    await this.cluster.kubectl('delete', 'secret', '-n', MONITORING, SECRET.name, '--ignore-not-found');
  }

  /** How many requests came with a token. */
  async requests(token: Token): Promise<number> {
    const metrics = await this.cluster.fetch(DRILLS, `pod/${NAME}`, AUTH, '/metrics');
    return Number(new RegExp(`^vmauth_user_requests_total\\{username="${token}"\\} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0);
  }
}
