import { digest } from '../../common/digest';
import { yamlText } from '../yaml-text';
import type { SettingValues } from './settings';
import { FLUX_SETTINGS } from './settings';
import type { Shape } from './shape';
import { type Stage, type StageName, stagesOf } from './stages';

/** How Flux treats a stage. */
interface Treatment {
  /** Its folder, and the end of the name of its Kustomization. */
  readonly folder: string;
  /** The stages that have to be there before it. */
  readonly after: readonly StageName[];
  /** The fields that differ from stage to stage. */
  readonly spec: object;
}

/** Both kinds say in `status.updateStatus` how they are; the generation that it is of, Flux compares by itself. */
const HEALTH = ['VMAgent', 'VMSingle'].map((kind) => ({
  apiVersion: 'operator.victoriametrics.com/v1beta1',
  kind,
  failed: "has(status.updateStatus) && status.updateStatus == 'failed'",
  current: "has(status.updateStatus) && status.updateStatus == 'operational'",
}));

const TREATMENTS: { readonly [name in StageName]: Treatment } = {
  // with a definition goes every object of its kind, whosever it is
  crds: { folder: '00-definitions', after: [], spec: { prune: false, wait: true, timeout: '2m' } },
  // not waited for: a claim is bound when its pod comes, which is in a later stage
  namespaces: { folder: '10-namespaces', after: [], spec: { prune: false, wait: false, timeout: '2m' } },
  // deleted together, all Kustomizations prune at once; an operator that is gone takes no VMAgent apart, so it is left
  operator: {
    folder: '20-operator',
    after: ['crds', 'namespaces'],
    spec: { prune: true, deletionPolicy: 'Orphan', wait: true, timeout: '5m' },
  },
  pipeline: {
    folder: '30-pipeline',
    after: ['namespaces', 'operator'],
    spec: { prune: true, deletionPolicy: 'WaitForTermination', wait: true, timeout: '10m' },
  },
};

const INDEX = 'kustomization.yaml';
const KUSTOMIZATIONS = 'flux.yaml';
/** Longest value of a label: Flux notes the name of the Kustomization in one, at each object. */
const LONGEST = 63;

const HEADER = `# Flux Kustomizations, one a stage. What is here goes into the cluster that Flux runs in; the folders beside this file stay in the source.
`;

/** A folder a stage, and the Kustomizations of Flux that apply them one after the other. */
export const flux: Shape = {
  settings: FLUX_SETTINGS,
  files: (cluster, settings) => {
    const stages = stagesOf(cluster);
    const kustomizations = stages.map((stage) => yamlText(kustomizationOf(stage, stages, cluster.cluster, settings)));
    return new Map<string, string | Uint8Array>([
      [KUSTOMIZATIONS, HEADER + kustomizations.join('---\n')],
      [INDEX, indexOf(KUSTOMIZATIONS)],
      ...stages.flatMap(({ name, file, content }) => {
        const { folder } = TREATMENTS[name];
        return [[`${folder}/${file}`, content] as const, [`${folder}/${INDEX}`, indexOf(file)] as const];
      }),
    ]);
  },
};

function kustomizationOf({ name, content }: Stage, stages: readonly Stage[], cluster: string, settings: SettingValues): object {
  const { folder, after, spec } = TREATMENTS[name];
  const present = after.filter((one) => stages.some((stage) => stage.name === one));
  const checked = HEALTH.filter(({ kind }) => typeof content === 'string' && content.includes(`\nkind: ${kind}\n`));
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: nameOf(cluster, name), namespace: settings.namespace },
    spec: {
      sourceRef: sourceOf(settings.source ?? ''),
      path: `./${settings.path}/${folder}`.replace(/\/(\.?\/)+/g, '/'),
      ...(present.length > 0 && { dependsOn: present.map((one) => ({ name: nameOf(cluster, one) })) }),
      interval: '10m',
      retryInterval: '1m',
      force: false,
      ...spec,
      ...(name === 'pipeline' && checked.length > 0 && { healthCheckExprs: checked }),
    },
  };
}

function sourceOf(source: string): object {
  const [kind, ...names] = source.split('/');
  const [namespace, name] = names.length > 1 ? names : [undefined, names[0]];
  return { kind, name, ...(namespace !== undefined && { namespace }) };
}

/** A name that says which pipeline and which stage; what would be too long is cut, and told apart by a digest. */
function nameOf(cluster: string, stage: StageName): string {
  const end = `-metrics-${TREATMENTS[stage].folder.slice(3)}`;
  if (cluster.length + end.length <= LONGEST) return cluster + end;
  const mark = `-${digest(cluster)}`;
  return cluster.slice(0, LONGEST - end.length - mark.length).replace(/[^a-z0-9]+$/, '') + mark + end;
}

function indexOf(file: string): string {
  return yamlText({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: [file] });
}
