/** One thing that the user of a shape may say: `--set source=OCIRepository/metrics`. */
export interface ShapeSetting {
  /** What it says. */
  readonly summary: string;
  /** What holds where nothing was said; without one it has to be said. */
  readonly fallback?: string;
  /** What is allowed. */
  readonly pattern: RegExp;
  /** What is allowed, as the end of "expected …". */
  readonly expected: string;
  /** A value that works. */
  readonly example: string;
}

/** The settings of one shape. */
export interface ShapeSettings {
  readonly [name: string]: ShapeSetting;
}

/** What was said, and the fallbacks for the rest. */
export interface SettingValues {
  readonly [name: string]: string;
}

/** Stands for the name of the cluster in every value. */
export const CLUSTER_PLACE = '{cluster}';

const NAME = '[a-z0-9{]([a-z0-9.{}-]{0,251}[a-z0-9}])?';

const PATH: ShapeSetting = {
  summary: 'where the folder of the cluster is in the source',
  fallback: CLUSTER_PLACE,
  pattern: /^(?!\/)(?!.*\.\.)[\w./{}-]+$/,
  expected: 'a path below the root of the source, without .. in it',
  example: 'clusters/{cluster}',
};

function named(summary: string, fallback: string): ShapeSetting {
  return {
    summary,
    fallback,
    pattern: new RegExp(`^${NAME}$`),
    expected: 'the name of an object of Kubernetes',
    example: fallback,
  };
}

/** The settings of `flux`. */
export const FLUX_SETTINGS = {
  source: {
    summary: 'the source of Flux that has the exported folder: KIND/NAME or KIND/NAMESPACE/NAME',
    fallback: 'GitRepository/soperator-metrics',
    pattern: new RegExp(`^(GitRepository|OCIRepository|Bucket|ExternalArtifact)/(${NAME}/)?${NAME}$`),
    expected: 'KIND/NAME or KIND/NAMESPACE/NAME, of a GitRepository, OCIRepository, Bucket or ExternalArtifact',
    example: 'OCIRepository/{cluster}-metrics',
  },
  path: PATH,
  namespace: named('the namespace of the Kustomizations', 'flux-system'),
} as const satisfies ShapeSettings;

/** The settings of `argocd`. */
export const ARGOCD_SETTINGS = {
  repository: {
    summary: 'the repository that has the exported folder, as Argo CD reaches it; it has to be given',
    pattern: /^(https?|ssh|git|oci|file):\/\/\S+$|^[\w.-]+@[\w.-]+:\S+$/,
    expected: 'the URL of a repository',
    example: 'https://git.example.com/metrics.git',
  },
  revision: {
    summary: 'branch, tag or commit',
    fallback: 'HEAD',
    pattern: /^[^\s:~^?*[\\]+$/,
    expected: 'a branch, a tag or a commit',
    example: 'main',
  },
  path: PATH,
  namespace: named('the namespace of the Application', 'argocd'),
  project: named('the AppProject', 'default'),
  server: {
    summary: 'the API server of the cluster, as Argo CD knows it',
    fallback: 'https://kubernetes.default.svc',
    pattern: /^https?:\/\/\S+$/,
    expected: 'the URL of an API server',
    example: 'https://kubernetes.default.svc',
  },
} as const satisfies ShapeSettings;
