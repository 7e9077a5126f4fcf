import { loadAll } from 'js-yaml';
import { digest } from '../../common/digest';
import { yamlText } from '../yaml-text';
import { ARGOCD_SETTINGS, type SettingValues } from './settings';
import type { Shape } from './shape';
import { type Stage, type StageName, stagesOf } from './stages';

/** A rendered object, as far as annotations go. */
interface Annotated {
  readonly kind: string;
  readonly metadata: { readonly annotations?: { readonly [key: string]: string } };
}

/**
 * The wave of each stage: Argo CD goes on to the next when all of one is healthy, and removes them in the reverse order, waiting for each. The
 * pipeline has the wave of objects that say nothing.
 */
const WAVES: { readonly [name in StageName]: number } = { crds: -3, namespaces: -2, operator: -1, pipeline: 0 };
const WAVE = 'argocd.argoproj.io/sync-wave';
const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';
/** Neither a sync nor the end of the Application removes it: data goes along, or objects of others. */
const KEPT = { [SYNC_OPTIONS]: 'Prune=false,Delete=false' };
/** Where the manifests are: apart from the Application, which is applied to another place. */
const FOLDER = 'manifests';
/** Longest name of an Application that Argo CD can note in a label. */
const LONGEST = 63;

const HEADER = `# What is here goes into the cluster that Argo CD runs in; the folder beside this file stays in the repository.
`;

/** Manifests with the annotations of Argo CD, and the Application that has them. */
export const argocd: Shape = {
  settings: ARGOCD_SETTINGS,
  files: (cluster, settings) =>
    new Map<string, string | Uint8Array>([
      ['application.yaml', HEADER + yamlText(applicationOf(cluster.cluster, settings))],
      ...stagesOf(cluster).map((stage) => [`${FOLDER}/${stage.file}`, annotated(stage)] as const),
    ]),
};

function annotated({ name, content }: Stage): string | Uint8Array {
  // nothing in it outlives the Application, and its wave is the one that needs no saying
  if (name === 'pipeline') return content;
  const objects = loadAll(typeof content === 'string' ? content : Buffer.from(content).toString('utf8'));
  return objects.map((object) => yamlText(withAnnotations(object as Annotated, annotationsOf(name, object as Annotated)))).join('---\n');
}

function annotationsOf(name: StageName, { kind }: Annotated): { readonly [key: string]: string } {
  const wave = { [WAVE]: String(WAVES[name]) };
  if (name === 'operator') return wave;
  // a claim is bound, and so healthy, when its pod comes: it has the wave of the pods
  return kind === 'PersistentVolumeClaim' ? KEPT : { ...wave, ...KEPT };
}

function withAnnotations(object: Annotated, annotations: { readonly [key: string]: string }): object {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

function applicationOf(cluster: string, settings: SettingValues): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: nameOf(cluster),
      namespace: settings.namespace,
      // compared by the API server's dry run, and removed with all that it has
      annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' },
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
    },
    spec: {
      project: settings.project,
      source: {
        repoURL: settings.repository,
        targetRevision: settings.revision,
        path: `${settings.path}/${FOLDER}`.replace(/^(\.?\/)+/, '').replace(/\/(\.?\/)+/g, '/'),
        directory: { recurse: true },
      },
      destination: { server: settings.server },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true'],
        retry: { limit: 10, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
      },
    },
  };
}

function nameOf(cluster: string): string {
  const end = '-metrics';
  if (cluster.length + end.length <= LONGEST) return cluster + end;
  const mark = `-${digest(cluster)}`;
  return cluster.slice(0, LONGEST - end.length - mark.length).replace(/[^a-z0-9]+$/, '') + mark + end;
}
