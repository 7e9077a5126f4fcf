import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IMAGES, Mode } from '../../lib';
import { ImageSource } from '../../lib/common/image-source';
import { configReloaderImage } from '../../lib/common/images';
import { report, useCluster } from './support/cluster';
import { eventually } from './support/eventually';
import { Manifests } from './support/manifests';
import { applied, change, step } from './support/modes';
import type { Pod } from './support/objects';
import { MONITORING, mark, pipelinePods, requireNone } from './support/pipeline';
import { shellBlock } from './support/readme';
import { insideOnly, loadAs, outsideAddress } from './support/registry';
import { activeTargets, tableOfJobs, troubles, withoutHealth } from './support/targets';

const cluster = useCluster();
const REGISTRY = 'registry.example.com/mirror';
const images = { registry: REGISTRY };
const operator = () => Manifests.of(cluster, { images });
const standalone = () => Manifests.of(cluster, { images, mode: Mode.STANDALONE });

/** Everything that runs, by the name under which it is published. */
const PUBLISHED = [...Object.values(IMAGES), configReloaderImage('0.74.1')];

/** Every container of every pod of the pipeline with its image, by who it is. */
async function running(): Promise<{ readonly who: string; readonly image: string }[]> {
  return (await pipelinePods(cluster)).flatMap(({ metadata, spec }) =>
    [...(spec.initContainers ?? []), ...spec.containers].map(({ name, image = '' }) => ({ who: `${metadata.name} ${name}`, image })),
  );
}

/** Looks at every container, and tells what was seen. */
async function allFromRegistry(least: number): Promise<void> {
  const seen = await running();
  report(seen.map(({ who, image }) => `${who}: ${image}`).join('\n  '));
  expect(seen.length).toBeGreaterThanOrEqual(least);
  expect(seen.filter(({ image }) => !image.startsWith(`${REGISTRY}/`))).toEqual([]);
}

/** Waits until every target of the table is there and up. */
async function allUp(mode: Mode): Promise<void> {
  await eventually('the targets are those of the table, and up', 120, async () => {
    const active = await activeTargets(cluster);
    const table = (await tableOfJobs(cluster)).filter(({ job }) => mode === Mode.OPERATOR || job !== 'vm-operator');
    expect(withoutHealth(active)).toEqual(table);
    expect(troubles(active)).toEqual([]);
    report(`${active.length} targets, all up`);
  });
}

beforeAll(async () => {
  await requireNone(cluster);
  const source = new ImageSource('test', images);
  await loadAs(cluster, new Map(PUBLISHED.map((published) => [published, source.located(published)])));
});

describe('all images from one registry, and pods that reach nothing outside the cluster', () => {
  test('the pipeline of the operator comes up', async () => {
    const manifests = operator();
    await cluster.kubectl('apply', '--server-side', '-f', manifests.paths[0] ?? '');
    await mark(cluster);
    await cluster.create(await insideOnly(cluster));
    await applied(cluster, manifests, Mode.OPERATOR);
    await allUp(Mode.OPERATOR);
  });

  test('a store of somebody else that names no image has one of the registry, too', async () => {
    await cluster.create([
      {
        apiVersion: 'operator.victoriametrics.com/v1beta1',
        kind: 'VMSingle',
        metadata: { name: 'theirs', namespace: MONITORING },
        spec: { retentionPeriod: '1d', useStrictSecurity: true, serviceAccountName: 'default', disableSelfServiceScrape: true },
      },
    ]);
    await eventually('it runs', 60, async () => {
      const pods = (await pipelinePods(cluster)).filter(({ metadata }) => metadata.name.startsWith('vmsingle-theirs'));
      expect(pods.map(({ status }) => status.containerStatuses?.map(({ ready }) => ready))).toEqual([[true]]);
      expect(pods.flatMap(({ spec }) => spec.containers.map(({ image }) => image))).toEqual([
        IMAGES.vmSingle.replace('docker.io', REGISTRY),
      ]);
    });
  });

  test('every container of every pod has an image of the registry, those that the operator made included', async () => {
    await allFromRegistry(12);
    // the sidecar and the init container that the operator puts beside the agent
    expect((await running()).map(({ who }) => who)).toEqual(
      expect.arrayContaining(['vmagent-metrics-0 config-init', 'vmagent-metrics-0 config-reloader']),
    );
  });

  test('the same pipeline in standalone mode comes up, with images of the registry alone', async () => {
    await cluster.kubectl('delete', '-n', MONITORING, 'vmsingle', 'theirs');
    await change(cluster, operator(), standalone(), Mode.STANDALONE);
    await allUp(Mode.STANDALONE);
    await allFromRegistry(9);
  });

  test('what the pods were kept from is there: a pod without the policy reaches it, one with it does not', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('outside\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as AddressInfo;
    const address = await outsideAddress(cluster);
    try {
      for (const namespace of ['default', MONITORING]) {
        const container = {
          name: 'ask',
          image: 'docker.io/library/busybox:1.37',
          // rules for a pod that has just started come a moment later
          command: [
            '/bin/sh',
            '-c',
            `/bin/busybox sleep 15; /bin/busybox timeout 5 /bin/busybox wget -q -O- http://${address}:${port}/${namespace}`,
          ],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        };
        const securityContext = { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } };
        const spec = {
          restartPolicy: 'Never',
          nodeSelector: { 'slurm.nebius.ai/nodeset': 'system' },
          securityContext,
          containers: [container],
        };
        await cluster.create([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'asks-outside', namespace }, spec }]);
        await eventually('it has ended', 60, async () => {
          const { status } = await cluster.get<Pod>('pod', '-n', namespace, 'asks-outside');
          expect(status.phase).toMatch(/Succeeded|Failed/);
        });
      }
    } finally {
      server.close();
    }
    expect(asked).toEqual(['/default']);
  });

  test('it is removed as any other', async () => {
    await step(cluster, standalone(), Mode.STANDALONE, 'remove');
    await cluster.removeCreated();
    await cluster.shell(shellBlock('remove-volumes'), cluster.folder());
    await cluster.shell(shellBlock('remove-crds'), operator().folder);
    expect(await pipelinePods(cluster)).toEqual([]);
  });
});
