import type { Cluster } from '../support/cluster';
import { eventually } from '../support/eventually';
import type { ContainerStatus, Pod } from '../support/objects';
import { DRILLS } from './cloud';

interface RunningContainer extends ContainerStatus {
  /** Runtime and id: `containerd://067f3a…`. */
  readonly containerID?: string;
}

/** Pods that see the processes of their node. Images of the pipeline hold no shell, and the API ends containers in their order only. */
export class Processes {
  constructor(private readonly cluster: Cluster) {}

  /** Puts one on a node, so that a later kill takes no time. They end with the test file. */
  async start(nodeName: string): Promise<void> {
    await this.cluster.create([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: helper(nodeName), namespace: DRILLS },
        spec: {
          nodeName,
          hostPID: true,
          terminationGracePeriodSeconds: 0,
          tolerations: [{ operator: 'Exists' }],
          containers: [
            {
              name: 'shell',
              image: 'docker.io/library/busybox:1.37',
              imagePullPolicy: 'IfNotPresent',
              command: ['/bin/sleep', 'infinity'],
              securityContext: { privileged: true },
            },
          ],
        },
      },
    ]);
    await this.cluster.kubectl('wait', '-n', DRILLS, '--for=condition=Ready', '--timeout=60s', `pod/${helper(nodeName)}`);
  }

  /** Kills a container's processes as the kernel does when memory is out, and waits until the container was started again. */
  async kill(namespace: string, pod: string, container: string): Promise<void> {
    const state = async () => {
      const { spec, status } = await this.cluster.get<Pod>('pod', '-n', namespace, pod);
      const found: RunningContainer | undefined = status.containerStatuses?.find(({ name }) => name === container);
      return { node: spec.nodeName ?? '', id: found?.containerID?.replace(/^.*:\/\//, '') ?? '', restarts: found?.restartCount ?? 0 };
    };
    const { node, id, restarts } = await state();
    if (!id) throw new Error(`pod ${namespace}/${pod}: got no running container ${container}`);
    const script = `kill -9 $(/bin/busybox grep -l ${id} /proc/[0-9]*/cgroup 2>/dev/null | /bin/busybox cut -d / -f 3)`;
    await this.cluster.kubectl('exec', '-n', DRILLS, helper(node), '--', '/bin/sh', '-c', script);
    await eventually(`container ${container} of ${pod} was killed and started again`, 90, async () =>
      expect((await state()).restarts).toBeGreaterThan(restarts),
    );
  }
}

function helper(nodeName: string): string {
  return `processes-of-${nodeName}`;
}
