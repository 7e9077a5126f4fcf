import { ApiObject, type App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { Tree } from '../checks';
import { yamlText } from './yaml-text';

/** One file of the output. */
export interface ManifestFile {
  /** Its name; files are applied in the order of their names. */
  readonly name: string;
  /** YAML text. */
  readonly content: string;
}

/** Names of the files, in the order in which they are applied. */
export const MANIFEST_FILES = {
  /** The operator's custom resource definitions, as bytes. */
  crds: '00-crds.yaml',
  /** What outlives the pipeline: its namespaces and claims of volumes. */
  namespaces: '10-namespaces.yaml',
  /** The operator, which must be there before and until after its resources. */
  operator: '20-operator.yaml',
  /** Everything else. */
  pipeline: '30-pipeline.yaml',
} as const;

/** A tree that its own checks refuse. */
export class CheckFailure extends Error {
  /** @param problems one line each, with the path of the construct in front */
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'CheckFailure';
  }
}

/** What is applied first: what others refer to. The API server takes any order, a reader and a rollout prefer this one. */
const ORDER = [
  'Namespace',
  'ServiceAccount',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Service',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'Ingress',
];

/** Kinds that removing the pipeline leaves alone, because data goes with them; namespaces come before the claims in them. */
const OUTLIVES = ['Namespace', 'PersistentVolumeClaim'];

/**
 * Renders every chart of an app to files that are applied one after the other.
 *
 * @throws CheckFailure when a construct or a check refuses the tree
 */
export function renderManifests(app: App): ManifestFile[] {
  // checks look at what is written, so both take the same rendering
  return Tree.sharing(app, (tree) => {
    validate(app);
    const rendered = new Map(tree.objects.map(({ path, json }) => [path, json]));
    return [...filesOf(app).entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, objects]) => ({ name, content: yamlOf(sorted(objects).map(({ node }) => rendered.get(node.path))) }));
  });
}

/** Objects as YAML, one document each. */
function yamlOf(objects: readonly unknown[]): string {
  return objects.map(yamlText).join('---\n');
}

/** Which objects go into which file. */
function filesOf(app: App): Map<string, ApiObject[]> {
  const places = new Map<Chart, string>();
  for (const pipeline of pipelines(app)) {
    places.set(pipeline.namespaces, MANIFEST_FILES.namespaces);
    places.set(pipeline.operatorChart, MANIFEST_FILES.operator);
  }
  const files = new Map<string, ApiObject[]>();
  for (const object of app.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject)) {
    const file = OUTLIVES.includes(object.kind) ? MANIFEST_FILES.namespaces : (places.get(Chart.of(object)) ?? MANIFEST_FILES.pipeline);
    files.set(file, [...(files.get(file) ?? []), object]);
  }
  return files;
}

/** Whether the app deploys the operator, and so needs the operator's definitions. */
export function needsCrds(app: App): boolean {
  return pipelines(app).some(({ vmOperator }) => vmOperator?.workload !== undefined);
}

function pipelines(app: App): MetricsPipeline[] {
  return app.node.findAll().filter(MetricsPipeline.isMetricsPipeline);
}

function validate(app: App): void {
  const problems = app.node
    .findAll()
    .flatMap((construct: IConstruct) => construct.node.validate().map((problem) => named(construct, problem)));
  if (problems.length > 0) throw new CheckFailure([...new Set(problems)]);
}

/** Checks say themselves which construct they mean; others do not. */
function named(construct: IConstruct, problem: string): string {
  return problem.startsWith('[') ? problem : `[${construct.node.path}] ${problem}`;
}

function sorted(objects: readonly ApiObject[]): ApiObject[] {
  const rank = ({ kind }: ApiObject) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);
  return [...objects].sort((a, b) => rank(a) - rank(b));
}
