import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { MetricsPipeline, type MetricsPipelineProps } from '../../../lib';
import { CRDS, exportClusters, needsCrds, type RenderedCluster, renderManifests } from '../../../lib/outputs';
import type { Cluster } from './cluster';
import { eventually } from './eventually';
import type { Condition, KubeObject } from './objects';
import { freePort, type Programs, programInPath } from './programs';

/** Where Flux runs, and where its objects are. */
export const FLUX = 'flux-system';
/** The source that the Kustomizations name. */
export const SOURCE = 'soperator-metrics';
/** Address of this machine as pods of the lab see it. */
const HOST = '10.250.0.1';
const CLUSTER = 'soperator';
const ARTIFACT = { name: 'manifests/soperator-metrics', tag: 'latest' };
/** How Flux calls what it takes out of a registry. */
const MEDIA_TYPE = { config: 'application/vnd.cncf.flux.config.v1+json', content: 'application/vnd.cncf.flux.content.v1.tar+gzip' };
/** Asks Flux to look at an object now. */
const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';

/** A Kustomization or a source of Flux. */
export interface FluxObject extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly (Condition & { readonly lastTransitionTime: string })[];
    readonly lastHandledReconcileAt?: string;
    readonly lastAppliedRevision?: string;
    readonly artifact?: { readonly revision: string };
  };
}

function needed(name: string): string {
  const path = programInPath(name);
  if (path === undefined) {
    throw new Error(`${name}: got no such program in PATH, expected what \`.ci/programs FOLDER\` and \`.ci/flux-programs FOLDER\` build`);
  }
  return path;
}

/** Flux's controllers in the cluster, and a registry that they read from. */
export class Flux {
  /** Starts all of it: the registry beside the tests, the controllers as pods with the flags of Flux's own manifests. */
  static async start(cluster: Cluster, programs: Programs): Promise<Flux> {
    const lab = process.env.LAB;
    if (!lab) throw new Error('LAB: got nothing, expected the path of the command that puts images on nodes');
    const [registry, oras] = [needed('registry'), needed('oras')];
    const controllers = ['source-controller', 'kustomize-controller'].map((name) => ({ name, path: needed(name) }));

    const folder = cluster.folder();
    const address = `${HOST}:${await freePort()}`;
    const configuration = { version: 0.1, log: { level: 'error' }, storage: { inmemory: {} }, http: { addr: address } };
    writeFileSync(join(folder, 'registry.json'), JSON.stringify(configuration));
    await programs.start(registry, ['serve', join(folder, 'registry.json')], `http://${address}/v2/`);

    for (const { name, path } of controllers) {
      await promisify(execFile)(lab, ['load', imageOf(name), `/${name}`, '65534:65534', `${path}=/${name}`], { env: cluster.env });
      await cluster.kubectl('apply', '--server-side', '-f', join(dirname(path), `${name}.crds.yaml`));
    }
    await cluster.kubectlWith(list(controllers.flatMap(({ name }) => controller(name))), 'apply', '--server-side', '-f', '-');
    for (const { name } of controllers) await cluster.kubectl('rollout', 'status', '-n', FLUX, `deployment/${name}`, '--timeout=2m');
    return new Flux(cluster, oras, address);
  }

  private constructor(
    private readonly cluster: Cluster,
    private readonly oras: string,
    private readonly registry: string,
  ) {}

  /** Exports a pipeline for Flux into `flux/` of a new folder, and publishes what is in it; returns the folder. */
  async publish(props: Partial<MetricsPipelineProps> = {}): Promise<string> {
    const folder = this.cluster.folder();
    const exported = join(folder, 'flux');
    exportClusters(exported, 'flux', [rendered(props)], { set: [`source=OCIRepository/${SOURCE}`] });
    mkdirSync(join(folder, 'artifact'));
    const archive = ['--sort=name', '--owner=0', '--group=0', '--mtime=@0', '-czf', 'artifact/content.tar.gz', '-C', exported, '.'];
    await this.ran('tar', archive, folder);
    writeFileSync(join(folder, 'artifact', 'config.json'), '{}');
    await this.ran(
      this.oras,
      [
        'push',
        '--plain-http',
        `${this.registry}/${ARTIFACT.name}:${ARTIFACT.tag}`,
        '--config',
        `config.json:${MEDIA_TYPE.config}`,
        `content.tar.gz:${MEDIA_TYPE.content}`,
      ],
      join(folder, 'artifact'),
    );
    return folder;
  }

  /** Makes the source, or lets it look again; returns the revision that it has then. */
  async fetch(): Promise<string> {
    const source = {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'OCIRepository',
      metadata: { name: SOURCE, namespace: FLUX },
      spec: { interval: '10m', insecure: true, url: `oci://${this.registry}/${ARTIFACT.name}`, ref: { tag: ARTIFACT.tag } },
    };
    await this.cluster.kubectlWith(source, 'apply', '--server-side', '-f', '-');
    const { status } = await this.handled(`ocirepository/${SOURCE}`);
    return status?.artifact?.revision ?? '';
  }

  /** Lets a Kustomization of the user's own apply those of an exported pipeline, as docs/gitops.md has it. */
  async follow(): Promise<void> {
    const own = parseAllDocuments(ownKustomization()).map((document): KubeObject => document.toJS());
    await this.cluster.kubectlWith(list(own.filter(({ kind }) => kind === 'Kustomization')), 'apply', '--server-side', '-f', '-');
  }

  /** Asks for a reconciliation of one object, and waits until it was done. */
  async handled(name: string): Promise<FluxObject> {
    const asked = new Date().toISOString();
    await this.cluster.kubectl('annotate', '-n', FLUX, name, '--overwrite', `${REQUESTED_AT}=${asked}`);
    return await eventually(`${name} was reconciled`, 180, async () => {
      const object = await this.cluster.get<FluxObject>('-n', FLUX, name);
      expect(object.status?.lastHandledReconcileAt).toBe(asked);
      expect(conditionOf(object)).toMatchObject({ status: 'True' });
      return object;
    });
  }

  /** All Kustomizations. */
  async kustomizations(): Promise<readonly FluxObject[]> {
    return await this.cluster.list<FluxObject>('kustomizations.kustomize.toolkit.fluxcd.io', '-n', FLUX);
  }

  /** Waits until all Kustomizations are ready at a revision; how long each took is told to who asks. */
  async ready(revision: string, seconds: number): Promise<readonly FluxObject[]> {
    return await eventually(`every Kustomization is ready at ${revision}`, seconds, async () => {
      const all = await this.kustomizations();
      const states = all.map((one) => {
        const { status, message } = conditionOf(one) ?? {};
        return `${one.metadata.name} ${status} ${one.status?.lastAppliedRevision}${status === 'True' ? '' : ` ${message}`}`;
      });
      expect(states).toEqual(all.map(({ metadata }) => `${metadata.name} True ${revision}`));
      return all;
    });
  }

  /** What the kustomize-controller did to each object since a moment, by what it says itself. */
  async applied(since: Date): Promise<ReadonlyMap<string, string>> {
    const log = await this.cluster.kubectl('logs', '-n', FLUX, 'deployment/kustomize-controller', `--since-time=${since.toISOString()}`);
    const outputs = log
      .split('\n')
      .filter((line) => line.includes('server-side apply'))
      .map((line): { readonly output?: { readonly [object: string]: string } } => JSON.parse(line));
    return new Map(outputs.flatMap(({ output = {} }) => Object.entries(output)));
  }

  private async ran(program: string, args: readonly string[], cwd: string): Promise<void> {
    const { code, stderr, stdout } = await this.cluster.run(program, args, { cwd });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}${stdout}`);
  }
}

/** Whether an object is ready, and why not. */
export function conditionOf(object: FluxObject): (Condition & { readonly lastTransitionTime: string }) | undefined {
  return object.status?.conditions?.find(({ type }) => type === 'Ready');
}

function rendered(props: Partial<MetricsPipelineProps>): RenderedCluster {
  const app = new App();
  const pipeline = new MetricsPipeline(app, CLUSTER, { cluster: CLUSTER, ...props });
  // warnings of checks are the subject of other tests
  const warnings = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const files = renderManifests(app);
  warnings.mockRestore();
  return { file: 'pipeline.yaml', cluster: CLUSTER, app, pipeline, files, crds: needsCrds(app) ? CRDS : undefined };
}

/** The source and the Kustomization that the page about GitOps gives. */
function ownKustomization(): string {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'gitops.md'), 'utf8');
  const block = [...page.matchAll(/```yaml\n(.*?)```/gs)].find(([, text]) => text?.includes('kind: OCIRepository\nmetadata'));
  if (block?.[1] === undefined) throw new Error('docs/gitops.md: got no block with a source and a Kustomization of the reader');
  return block[1];
}

function imageOf(name: string): string {
  return `ghcr.io/fluxcd/${name}:lab`;
}

const list = (items: readonly object[]) => ({ apiVersion: 'v1', kind: 'List', items });

/** What Flux's own manifests have for a controller, as far as it matters here. */
function controller(name: string): object[] {
  const isSource = name === 'source-controller';
  const labels = { app: name };
  const metadata = { name, namespace: FLUX };
  const volumes = isSource ? { data: '/data', tmp: '/tmp' } : { tmp: '/tmp' };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: FLUX } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `flux-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    ...(isSource
      ? [{ apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 9090 }] } }]
      : []),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            terminationGracePeriodSeconds: 1,
            securityContext: { fsGroup: 1337, runAsNonRoot: true, runAsUser: 65534 },
            containers: [
              {
                name: 'manager',
                image: imageOf(name),
                imagePullPolicy: 'IfNotPresent',
                args: [
                  '--watch-all-namespaces',
                  '--log-level=info',
                  '--log-encoding=json',
                  ...(isSource
                    ? ['--storage-path=/data', `--storage-adv-addr=source-controller.${FLUX}.svc.cluster.local.`]
                    : // Flux waits 30 s before it looks again whether a stage before another one is ready
                      ['--requeue-dependency=5s']),
                ],
                env: [{ name: 'RUNTIME_NAMESPACE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } } }],
                ports: [{ containerPort: 9090, name: 'http' }],
                readinessProbe: isSource
                  ? { httpGet: { path: '/', port: 9090 }, periodSeconds: 1 }
                  : { httpGet: { path: '/readyz', port: 9440 }, periodSeconds: 1 },
                securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
                volumeMounts: Object.entries(volumes).map(([volume, mountPath]) => ({ name: volume, mountPath })),
              },
            ],
            volumes: Object.keys(volumes).map((volume) => ({ name: volume, emptyDir: {} })),
          },
        },
      },
    },
  ];
}
