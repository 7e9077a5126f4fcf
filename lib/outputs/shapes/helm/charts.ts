import { readFileSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import { loadAll } from 'js-yaml';
import type { RenderedCluster } from '../../clusters';
import { MANIFEST_FILES } from '../../manifests';
import { yamlText } from '../../yaml-text';
import { KEEP, type KubeObject, keepDefinitions, keepObject } from './keep';
import { survivingHelm } from './surviving';

/** Names of the folders. The operator's is installed first and removed last. */
export const CHART_FOLDERS = { operator: 'operator', pipeline: 'pipeline' } as const;

/** What Helm keeps when it removes a release: data, and what takes data along. */
const CLAIMS = '15-claims.yaml';
/** Kinds of which the operator makes workloads, and of which Helm does not know when they are ready. */
const OPERATED = ['VMAgent', 'VMSingle'];

/** What one chart is made of. */
export interface HelmChart {
  readonly folder: (typeof CHART_FOLDERS)[keyof typeof CHART_FOLDERS];
  /** What it is, in a sentence without a full stop. */
  readonly description: string;
  /** Version of what is in it. @default - that of this package */
  readonly appVersion?: string;
  /** Manifests by their file names. */
  readonly manifests: ReadonlyMap<string, string>;
  /** What Helm prints after it has installed the chart. */
  readonly notes: string;
}

/**
 * Divides the manifests of a cluster between its charts.
 *
 * Namespaces are in the chart that is installed first, for the operator runs in one of them. Claims of volumes are with the pods that use them:
 * `helm install --wait` waits for a claim until it has a volume, and many classes give none before there is a pod.
 */
export function chartsOf(rendered: RenderedCluster): HelmChart[] {
  const files = new Map(rendered.files.map(({ name, content }) => [name, content]));
  const kept = (loadAll(files.get(MANIFEST_FILES.namespaces) ?? '') as KubeObject[]).map(keepObject);
  const namespaces = textOf(kept.filter(({ kind }) => kind === 'Namespace'));
  const claims = textOf(kept.filter(({ kind }) => kind !== 'Namespace'));
  const own = [...files].filter(([name]) => name !== MANIFEST_FILES.namespaces && name !== MANIFEST_FILES.operator);
  const definitions = rendered.crds === undefined ? '' : keepDefinitions(readFileSync(rendered.crds, 'utf8'));
  const operator = files.get(MANIFEST_FILES.operator) ?? '';

  const withOperator = definitions !== '' || operator !== '';
  const first = withNames([
    [MANIFEST_FILES.crds, definitions],
    [MANIFEST_FILES.namespaces, namespaces],
    [MANIFEST_FILES.operator, operator],
  ]);
  const second = withNames([[MANIFEST_FILES.namespaces, withOperator ? '' : namespaces], [CLAIMS, claims], ...own]);
  return [
    ...(withOperator
      ? [
          {
            folder: CHART_FOLDERS.operator,
            description: `VictoriaMetrics operator and its definitions for the metrics pipeline of cluster ${rendered.cluster}`,
            appVersion: rendered.pipeline.vmOperator?.version,
            manifests: first,
            notes: OPERATOR_NOTES,
          },
        ]
      : []),
    {
      folder: CHART_FOLDERS.pipeline,
      description: `Metrics pipeline of cluster ${rendered.cluster}`,
      manifests: second,
      notes: pipelineNotes(rendered),
    },
  ];
}

const OPERATOR_NOTES = `The next release is the chart ${CHART_FOLDERS.pipeline}. It is also the first to be uninstalled: the operator of this one takes it apart.
Uninstalling this release keeps namespaces and definitions, which say ${KEEP.annotation}: ${KEEP.value}.
`;

function pipelineNotes({ pipeline }: RenderedCluster): string {
  const operated = pipeline.node
    .findAll()
    .filter((construct): construct is ApiObject => construct instanceof ApiObject && OPERATED.includes(construct.kind));
  const namespaces = [...new Set(operated.map(({ metadata }) => metadata.namespace ?? ''))];
  const waits = namespaces.map((namespace) => {
    const names = operated.filter(({ metadata }) => (metadata.namespace ?? '') === namespace);
    const resources = names.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`).join(' ');
    return `  kubectl wait -n ${namespace} --for=jsonpath='{.status.updateStatus}'=operational --timeout=5m ${resources}\n`;
  });
  const wait =
    waits.length === 0 ? '' : `Helm does not wait for what the operator makes of its resources. This does:\n\n${waits.join('')}\n`;
  return `${wait}Uninstalling this release keeps claims of volumes and their data.\n`;
}

function textOf(objects: readonly KubeObject[]): string {
  return objects.map(yamlText).join('---\n');
}

function withNames(files: readonly (readonly [name: string, text: string])[]): ReadonlyMap<string, string> {
  return new Map(files.filter(([, text]) => text !== '').map(([name, text]) => [name, survivingHelm(text)] as const));
}
