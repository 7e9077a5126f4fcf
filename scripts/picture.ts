// Draws the pipeline that pipeline.yaml renders, from what was rendered: docs/pipeline.svg, and more of it in docs/pictures. `npm run picture`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../charts/metrics-pipeline';
import { prometheusDuration } from '../lib/common/units';
import { RemoteWrite } from '../lib/remote-write';
import { DiscoveryRole, type ScrapeTarget } from '../lib/scrape/scrape-target';
import { drawModes } from './drawings/modes';
import { drawQueues } from './drawings/queues';
import { drawSample } from './drawings/sample';

const WIDTH = 1140;
const INK = '#1f2a37';
const MUTED = '#5b6b7d';

interface Box {
  readonly title: string;
  readonly lines: readonly string[];
}

interface Group {
  readonly title: string;
  readonly fill: string;
  readonly stroke: string;
  readonly boxes: readonly Box[];
}

/** What the picture shows, read off the chart. */
function groups(pipeline: MetricsPipeline): Group[] {
  const byJob = new Map<string, ScrapeTarget[]>();
  for (const target of pipeline.collector.scrapedTargets) byJob.set(target.job, [...(byJob.get(target.job) ?? []), target]);
  const ports: { readonly [job: string]: string } = {
    'slurm-exporter': [pipeline.slurmExporter?.port, pipeline.slurmExporter?.monitoringPort].map((port) => `:${port}`).join(' '),
    'soperator-controller': `:${pipeline.soperatorController?.port} https`,
    'kube-state-metrics': [pipeline.kubeStateMetrics?.port, pipeline.kubeStateMetrics?.telemetryPort].map((port) => `:${port}`).join(' '),
    'dcgm-exporter': `:${pipeline.dcgmExporter?.port}`,
    'node-exporter': `:${pipeline.nodeExporter?.port}`,
    kubelet: ':10250 https',
  };
  const box = (job: string): Box => {
    const [first, ...others] = byJob.get(job) ?? [];
    if (!first) throw new Error(`no target of job ${job} in the default pipeline`);
    const where = first.discovery.role === DiscoveryRole.NODES ? `${others.length + 1} endpoints` : first.discovery.namespaces.join(', ');
    return { title: job, lines: [ports[job] ?? '', where, `every ${prometheusDuration(first.scrapeInterval)}`] };
  };
  return [
    {
      title: 'System nodes',
      fill: '#eef4ff',
      stroke: '#7c9fd6',
      boxes: ['slurm-exporter', 'soperator-controller', 'kube-state-metrics'].map(box),
    },
    { title: 'GPU nodes', fill: '#eefaf0', stroke: '#76b98a', boxes: [box('dcgm-exporter')] },
    { title: 'All nodes', fill: '#fff6e8', stroke: '#d9a55a', boxes: ['node-exporter', 'kubelet'].map(box) },
  ];
}

const text = (x: number, y: number, content: string, style = '') =>
  `<text x="${x}" y="${y}" text-anchor="middle" fill="${INK}" font-size="13" ${style}>${content}</text>`;

function box(x: number, y: number, width: number, height: number, { title, lines }: Box, stroke: string): string {
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#ffffff" stroke="${stroke}" stroke-width="1.5"/>`,
    text(x + width / 2, y + 22, title, 'font-weight="600"'),
    ...lines.map((line, index) => text(x + width / 2, y + 42 + index * 18, line, `style="fill:${MUTED};font-size:12px"`)),
  ].join('\n');
}

function arrow(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1} ${y1} C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2 - 6}" fill="none" stroke="${MUTED}" stroke-width="1.5" marker-end="url(#tip)"/>`;
}

function draw(pipeline: MetricsPipeline, cloud: RemoteWrite): string {
  const { vmSingle, vmAgent, grafana } = pipeline;
  if (!vmSingle || !vmAgent || !grafana) throw new Error('the default pipeline lacks a part');
  const parts: string[] = [];
  const all = groups(pipeline);
  const gap = 16;
  const boxWidth =
    (WIDTH - gap * (all.length + 1) - all.reduce((sum, { boxes }) => sum + 12 * (boxes.length + 1), 0)) /
    all.flatMap(({ boxes }) => boxes).length;
  let left = gap;
  for (const group of all) {
    const width = group.boxes.length * (boxWidth + 12) + 12;
    parts.push(`<rect x="${left}" y="16" width="${width}" height="146" rx="10" fill="${group.fill}" stroke="${group.stroke}"/>`);
    parts.push(text(left + width / 2, 40, group.title, 'font-weight="600" style="font-size:14px"'));
    group.boxes.forEach((content, index) => {
      parts.push(box(left + 12 + index * (boxWidth + 12), 54, boxWidth, 96, content, group.stroke));
    });
    parts.push(arrow(left + width / 2, 162, WIDTH / 2 + (left + width / 2 - WIDTH / 2) * 0.18, 232));
    left += width + gap;
  }
  const stroke = '#8a7cc8';
  parts.push(
    box(
      WIDTH / 2 - 150,
      232,
      300,
      78,
      {
        title: `VMAgent  :${vmAgent.port}`,
        lines: ['scrapes, labels each series with its cluster,', 'queues on a volume while a destination is away'],
      },
      stroke,
    ),
  );
  parts.push(arrow(WIDTH / 2 - 60, 310, WIDTH / 2 - 200, 366), arrow(WIDTH / 2 + 60, 310, WIDTH / 2 + 200, 366));
  parts.push(
    box(
      WIDTH / 2 - 330,
      366,
      260,
      78,
      {
        title: `VMSingle  :${vmSingle.port}`,
        lines: [
          `${prometheusDuration(vmSingle.retentionPeriod)}, ${vmSingle.storageSize.toGibibytes()} GiB`,
          `one sample each ${prometheusDuration(vmSingle.dedupInterval)}`,
        ],
      },
      stroke,
    ),
    box(
      WIDTH / 2 + 70,
      366,
      260,
      78,
      { title: 'Remote write', lines: [cloud.destination.name, 'or any Prometheus remote write URL'] },
      '#a9b4c0',
    ),
    arrow(WIDTH / 2 - 200, 444, WIDTH / 2 - 200, 500),
    box(WIDTH / 2 - 330, 500, 260, 60, { title: `Grafana  :${grafana.port}`, lines: ['dashboards from ConfigMaps'] }, stroke),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} 576" font-family="system-ui, sans-serif" role="img" aria-label="The metrics pipeline: exporters on system, GPU and all nodes are scraped by VMAgent, which writes to VMSingle and remote destinations; Grafana reads VMSingle">
<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="${MUTED}"/></marker></defs>
<rect width="${WIDTH}" height="576" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

const app = new App();
const pipeline = new MetricsPipeline(app, 'pipeline', { cluster: 'soperator' });
const cloud = RemoteWrite.nebiusCloud({ region: 'eu-north1', projectId: 'project' });
const docs = process.argv[2] ?? join(__dirname, '..', 'docs');
mkdirSync(join(docs, 'pictures'), { recursive: true });
writeFileSync(join(docs, 'pipeline.svg'), draw(pipeline, cloud));
for (const [name, drawn] of Object.entries({ sample: drawSample(), modes: drawModes(), queues: drawQueues() })) {
  writeFileSync(join(docs, 'pictures', `${name}.svg`), drawn);
}
