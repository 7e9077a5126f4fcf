/** A page of the repository in the navigation. */
export interface NavigationPage {
  readonly text: string;
  /** The Markdown file, from the root of the repository. */
  readonly file: string;
}

/** Pages that are made when the site is built, as one entry: the first page of the folder, and below it the others. */
export interface NavigationFolder {
  readonly text: string;
  readonly made: 'options' | 'metrics' | 'dashboards' | 'examples';
}

/** Pages that belong together. */
export interface NavigationGroup {
  readonly text: string;
  readonly items: readonly (NavigationPage | NavigationFolder)[];
}

/**
 * The side bar, from top to bottom. A page of `docs/` that is not here is found by nobody, so a test fails.
 */
export const NAVIGATION: readonly NavigationGroup[] = [
  {
    text: 'Start',
    items: [
      { text: 'Tutorial: ten minutes', file: 'docs/tutorial.md' },
      { text: 'Apply, verify, change, remove', file: 'README.md' },
      { text: 'How it works', file: 'docs/architecture.md' },
      { text: 'Coming from Soperator’s charts', file: 'docs/migration.md' },
      { text: 'Examples', made: 'examples' },
    ],
  },
  {
    text: 'Ways in',
    items: [
      { text: 'Which way in', file: 'docs/ways-in.md' },
      { text: 'The command', file: 'docs/command.md' },
      { text: 'Publishing from CI', file: 'docs/publishing.md' },
      { text: 'GitOps: Argo CD and Flux', file: 'docs/gitops.md' },
      { text: 'Helm', file: 'docs/helm.md' },
      { text: 'Terraform', file: 'docs/terraform.md' },
      { text: 'As a library', file: 'docs/library.md' },
    ],
  },
  {
    text: 'Set up',
    items: [
      { text: 'Platforms', file: 'docs/platforms.md' },
      { text: 'Without the operator', file: 'docs/standalone.md' },
      { text: 'Destinations and credentials', file: 'docs/destinations.md' },
      { text: 'Air gap', file: 'docs/air-gap.md' },
      { text: 'Security', file: 'docs/security.md' },
      { text: 'Sizing', file: 'docs/sizing.md' },
      { text: 'Series and profiles', file: 'docs/series.md' },
    ],
  },
  {
    text: 'Operate',
    items: [
      { text: 'Troubleshooting', file: 'docs/troubleshooting.md' },
      { text: 'Drills: what is lost when', file: 'docs/drills.md' },
      { text: 'Query cost', file: 'docs/query-cost.md' },
    ],
  },
  {
    text: 'Dashboards',
    items: [
      { text: 'What they answer', file: 'docs/dashboards.md' },
      { text: 'Every panel', made: 'dashboards' },
      { text: 'Questions: Cluster health', file: 'docs/coverage/cluster-health.md' },
      { text: 'Questions: Jobs overview', file: 'docs/coverage/jobs-overview.md' },
      { text: 'Questions: Workers overview', file: 'docs/coverage/workers-overview.md' },
      { text: 'Questions: Workers stats', file: 'docs/coverage/workers-stats.md' },
      { text: 'Questions: the others', file: 'docs/dashboards/questions.md' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'Options', made: 'options' },
      { text: 'Metrics, by source', made: 'metrics' },
      { text: 'Metrics, on one page', file: 'docs/metrics.md' },
      { text: 'Checks', file: 'docs/checks.md' },
      { text: 'API of the library', file: 'docs/api/README.md' },
      { text: 'API report', file: 'docs/api/soperator-metrics.api.md' },
      { text: 'API for Terraform', file: 'docs/api/terraform.md' },
      { text: 'API report for Terraform', file: 'docs/api/terraform.api.md' },
      { text: 'Versioning', file: 'docs/versioning.md' },
      { text: 'Changelog', file: 'CHANGELOG.md' },
      { text: 'Contributing', file: 'CONTRIBUTING.md' },
    ],
  },
];

/** Every page of the repository that the navigation names. */
export function navigationFiles(): readonly string[] {
  return NAVIGATION.flatMap(({ items }) => items.flatMap((item) => ('file' in item ? [item.file] : [])));
}
