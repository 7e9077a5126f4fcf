import type { Cluster } from './cluster';
import type { Pod } from './objects';

const NAMESPACE = 'metrics-receivers';
const POD = 'receivers';
/** Directory of the node whose token file is looked up, as the container sees it. */
const NODE_FILES = '/node';

/** What one write looked like. */
export interface Write {
  /** The path of the URL. */
  readonly path: string;
  /** The header that says who writes; empty without one. */
  readonly authorization: string;
}

/** What a server whose path ends with `/token` gives to whoever asks. */
export const ISSUED_TOKEN = 'token-that-was-issued';

/**
 * Answers one request on standard input and output, and prints to the container's log what it was. `nc` starts one for each
 * connection; `httpd` would keep headers of basic authentication to itself.
 */
const ANSWER = `#!/bin/sh
IFS= read -r request || exit 0
length=0 authorization=
while IFS= read -r header; do
  header=$(/bin/busybox printf %s "$header" | /bin/busybox tr -d '\\r')
  [ -n "$header" ] || break
  name=$(/bin/busybox printf %s "\${header%%:*}" | /bin/busybox tr A-Z a-z)
  case $name in
  content-length) length=\${header#*: } ;;
  authorization) authorization=\${header#*: } ;;
  esac
done
/bin/busybox head -c "$length" >/dev/null
set -- $request
echo "$2 $authorization" >/proc/1/fd/1
case $2 in
*/token)
  body='{"access_token":"${ISSUED_TOKEN}","token_type":"Bearer","expires_in":3600}'
  /bin/busybox printf 'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s' "\${#body}" "$body"
  ;;
*) /bin/busybox printf 'HTTP/1.1 204 No Content\\r\\nConnection: close\\r\\n\\r\\n' ;;
esac
`;

/** Servers in one pod that take every remote write and note who wrote; each has a port of its own. */
export class Receivers {
  private readonly ports: ReadonlyMap<string, number>;

  /**
   * @param paths the paths that are written to, one a server
   * @param hostDirectory directory on the node to be read for comparison
   */
  constructor(
    private readonly cluster: Cluster,
    paths: readonly string[],
    private readonly hostDirectory: string,
  ) {
    this.ports = new Map(paths.map((path, index) => [path, 8081 + index]));
  }

  /** The URL that leads to the server of a path. */
  url(path: string): string {
    return `http://${POD}.${NAMESPACE}.svc:${this.ports.get(path)}${path}`;
  }

  /** Starts them on a node; they end with the test file. */
  async start(nodeName: string): Promise<void> {
    const metadata = { name: POD, namespace: NAMESPACE, labels: { app: POD } };
    const ports = [...this.ports.values()];
    const servers = ports.map((port) => `while :; do /bin/busybox nc -l -p ${port} -e /scripts/answer; done &`);
    const items = [
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { answer: ANSWER } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: metadata.labels, ports: ports.map((port) => ({ name: `port-${port}`, port })) },
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
              name: 'servers',
              image: 'docker.io/library/busybox:1.37',
              imagePullPolicy: 'IfNotPresent',
              command: ['/bin/sh', '-c', `${servers.join(' ')} wait`],
              volumeMounts: [
                { name: 'scripts', mountPath: '/scripts' },
                { name: 'node', mountPath: NODE_FILES, readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: 'scripts', configMap: { name: POD, defaultMode: 0o755 } },
            { name: 'node', hostPath: { path: this.hostDirectory } },
          ],
        },
      },
    ];
    await this.cluster.create(items);
    await this.cluster.kubectl('wait', '-n', NAMESPACE, '--for=condition=Ready', '--timeout=60s', `pod/${POD}`);
  }

  /** What a file in the node's directory holds. */
  async nodeFile(name: string): Promise<string> {
    return (await this.cluster.kubectl('exec', '-n', NAMESPACE, POD, '--', '/bin/busybox', 'cat', `${NODE_FILES}/${name}`)).trim();
  }

  /** All writes until now, in their order. */
  async writes(): Promise<Write[]> {
    const log = await this.cluster.kubectl('logs', '-n', NAMESPACE, POD);
    return log
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ path: line.slice(0, line.indexOf(' ')), authorization: line.slice(line.indexOf(' ') + 1) }));
  }
}

/** The node that the agent's volume ties it to. */
export async function nodeOf(cluster: Cluster, namespace: string, pod: string): Promise<string> {
  return (await cluster.get<Pod>('pod', '-n', namespace, pod)).spec.nodeName ?? '';
}
