import { KNOWN_SOURCES } from '../../../lib/metrics/sources';
import { sources } from '../../../scripts/site/stage';

const { pages, settings, pictures } = sources();
const page = (path: string): string => pages.get(path) ?? '';

/** The section of a heading, up to the next one. */
function section(path: string, anchor: string): string {
  const text = page(path);
  const at = text.indexOf(`{#${anchor}}`);
  const next = text.indexOf('\n#', at);
  return text.slice(at, next < 0 ? undefined : next);
}

describe('pages of metrics', () => {
  test('every family of every source has a section', () => {
    const missing = KNOWN_SOURCES.flatMap(({ job, catalogs }) =>
      catalogs.flatMap(({ families }) =>
        families.filter(({ name }) => !page(`metrics/${job}.md`).includes(`### \`${name}\` {#`)).map(({ name }) => name),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('a metric has its type, unit, labels, the profiles that store it and links to who reads it', () => {
    const told = section('metrics/dcgm-exporter.md', 'DCGM_FI_DEV_GPU_UTIL');
    expect(told).toContain('Share of time in which a kernel ran.');
    expect(told).toContain('- gauge, percent');
    expect(told).toContain('- labels: `gpu`, `UUID`,');
    expect(told).toContain('- stored in profile `lean`, `standard`, `full`');
    expect(told).toContain('[GPU utilisation](/dashboards/cluster-health.md#gpu-utilisation)');
  });

  test('a metric that is off by default says which option brings it', () => {
    expect(section('metrics/kube-state-metrics.md', 'kube_pod_owner')).toContain(
      'write kubeStateMetrics: { extraMetrics: &#91;kube_pod_owner&#93; }',
    );
    expect(page('metrics/apiserver.md')).toContain('It is off by default: write `apiServer: { enabled: true }`');
  });

  test('a counter that is summed says what is sent in its place', () => {
    expect(section('metrics/node-exporter.md', 'node_cpu_seconds_total')).toContain(
      'sent as `instance:node_cpu_seconds_total:sum`, its sum over `cpu`',
    );
  });
});

describe('pages of dashboards', () => {
  test('a panel has its description, colours, metrics with links, and its queries', () => {
    const told = section('dashboards/cluster-health.md', 'nodes-that-take-jobs');
    expect(told).toContain('Share of all SLURM nodes that run jobs or could');
    expect(told).toContain('- colours: red, orange from 90%, green from 95%');
    expect(told).toContain('[`slurm_node_info`](/metrics/slurm-exporter.md#slurm_node_info)');
    expect(told).toContain('```text\n(count(slurm_node_info{');
  });

  test('no two panels of a page share an anchor', () => {
    const twice = [...pages].flatMap(([path, text]) => {
      const anchors = [...text.matchAll(/^#+ .*\{#(.+)\}$/gm)].map(([, anchor]) => anchor);
      return anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index).map((anchor) => `${path}#${anchor}`);
    });
    expect(twice).toEqual([]);
  });
});

test('the side bar leads to pages that are there, and to all of the made ones', () => {
  const links = settings.sidebar.flatMap(({ items = [] }) =>
    items.flatMap((item) => [item.link, ...(item.items ?? []).map(({ link }) => link)]),
  );
  const paths = links.map((link = '') => `${link.slice(1)}${link.endsWith('/') ? 'index' : ''}.md`);
  expect(paths.filter((path) => !pages.has(path))).toEqual([]);
  const made = [...pages.keys()].filter((path) => /^(options|metrics|dashboards|examples)\//.test(path));
  expect(made.filter((path) => !paths.includes(path))).toEqual([]);
});

test('the first page has the picture and the commands of the README', () => {
  expect(page('index.md')).toContain('](/docs/pipeline.svg)');
  expect(pictures.has('docs/pipeline.svg')).toBe(true);
  expect(page('index.md')).toContain('```bash\nnpm ci\nnpm run synth\n```');
});
