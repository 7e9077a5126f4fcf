import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { block, frontmatter, page } from './markdown';
import { ROOT, sitePath } from './repository';

/** A page that readers are sent to from the first one. */
interface Door {
  readonly title: string;
  readonly details: string;
  readonly file: string;
}

const DOORS: readonly Door[] = [
  { title: 'Try it', details: 'Ten minutes from nothing to a running pipeline.', file: 'docs/tutorial.md' },
  { title: 'Which way in', details: 'kubectl, CI, Argo CD, Flux, Helm, Terraform, or your own cdk8s app.', file: 'docs/ways-in.md' },
  {
    title: 'The command',
    details: 'Render, check, explain, compare, and ask a running cluster whether it is well.',
    file: 'docs/command.md',
  },
  { title: 'Something is wrong', details: 'Troubleshooting, from the symptom to its cause.', file: 'docs/troubleshooting.md' },
  { title: 'Coming from Soperator’s charts', details: 'What maps where, and how to run both side by side.', file: 'docs/migration.md' },
  { title: 'How it works', details: 'The path of a sample, the two modes, and what queues do.', file: 'docs/architecture.md' },
  { title: 'Without internet', details: 'One registry switch, a lock file of images, lists for mirrors.', file: 'docs/air-gap.md' },
  { title: 'Sizing', details: 'CPU, memory and disk, worked out from nodes, GPUs and pods.', file: 'docs/sizing.md' },
  { title: 'Dashboards', details: 'What they answer, panel by panel, and what each one costs.', file: 'docs/dashboards.md' },
  { title: 'As a library', details: 'The same constructs in a cdk8s app of your own.', file: 'docs/library.md' },
];

/** The page that readers begin with: the tutorial. */
export function startOf(root = ROOT): string {
  const tutorial = 'docs/tutorial.md';
  return existsSync(join(root, tutorial)) ? tutorial : 'README.md';
}

/** The first page of the site: what it is, the picture, two commands, where to go. */
export function home(root = ROOT): string {
  const isThere = (file: string) => existsSync(join(root, file));
  const link = (file: string) => `/${sitePath(file).replace(/\.md$/, '.html')}`;
  return page(
    frontmatter({
      layout: 'home',
      title: 'Metrics for SLURM on Kubernetes',
      titleTemplate: false,
      hero: {
        name: 'soperator-metrics',
        text: 'Metrics for SLURM on Kubernetes',
        tagline: 'One YAML file goes in. Plain manifests come out, checked before anything is applied.',
        actions: [
          { theme: 'brand', text: 'Start', link: link(startOf(root)) },
          { theme: 'alt', text: 'Options', link: '/options/index.html' },
          { theme: 'alt', text: 'Metrics', link: '/metrics/index.html' },
        ],
      },
      features: DOORS.filter(({ file }) => isThere(file)).map(({ title, details, file }) => ({ title, details, link: link(file) })),
    }),
    '<div class="home-block">',
    '## The pipeline',
    '<div class="wide-picture">',
    '![Exporters on system, GPU and all nodes, one agent, a store and remote destinations, Grafana](/docs/pipeline.svg)',
    '</div>',
    '## Two commands',
    'With Node.js 20 or newer and nothing else:',
    block('bash', twoCommands(root)),
    'The manifests are in `dist/`, one folder a cluster. [Apply them](/readme.md#apply), then ask the cluster [whether it is what was rendered](/readme.md#verify).',
    '</div>',
  );
}

/** The first block of the README, which a test runs. */
function twoCommands(root: string): string {
  const [, commands] = /^<!-- shell: synth -->\n```bash\n([\s\S]*?)\n```$/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  if (commands === undefined) throw new Error('README.md: got no block <!-- shell: synth -->, expected one for the first page');
  return commands;
}
