import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { Tree } from '../../lib/checks';
import { placeText, Readers } from '../../lib/outputs/readers';
import { metaLabelKey } from '../../lib/scrape/identity-rules';
import { evaluateRelabeling, finalizeSeriesLabels, finalizeTargetLabels, type LabelSet } from '../../lib/scrape/relabel-evaluate';
import { SeriesSchema } from '../../lib/scrape/schema';
import { targetRules } from '../../lib/scrape/schema/target-labels';
import { text, widthOf } from '../pictures/svg';
import { arrow, card, frame, GREEN, INK, MUTED, PLACE, RED, SOURCE } from './canvas';

const WIDTH = 1140;
const METRIC = 'DCGM_FI_DEV_GPU_TEMP';
const PAGE = join(__dirname, '..', '..', 'test', 'fixtures', 'expositions', 'dcgm-exporter.prom');

/** A station of the sample, with the labels that it has when it leaves. */
interface Hop {
  readonly title: string;
  readonly does: readonly string[];
  readonly labels: LabelSet;
  readonly colours: { readonly fill: string; readonly stroke: string };
}

/** The first sample of the metric on a page that was scraped of the exporter. */
function exposed(): { readonly labels: LabelSet; readonly value: string } {
  const line = readFileSync(PAGE, 'utf8').match(new RegExp(`^${METRIC}\\{(.*)\\} (\\S+)$`, 'm'));
  if (!line) throw new Error(`${PAGE} has no sample of ${METRIC}`);
  const labels = Object.fromEntries([...(line[1] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  return { labels, value: line[2] ?? '' };
}

/** What the sample becomes, by the rules of the default pipeline. */
function hops(): readonly Hop[] {
  const app = new App();
  const pipeline = new MetricsPipeline(app, 'pipeline', { cluster: 'soperator' });
  const target = pipeline.collector.scrapedTargets.find(({ job }) => job === 'dcgm-exporter');
  const [endpoint] = target?.endpoints ?? [];
  if (!target || !endpoint) throw new Error('the default pipeline has no target of job dcgm-exporter');
  const { labels, value } = exposed();
  // by default nobody tells the exporter of jobs
  const { hpc_job: _job, ...page } = labels as Record<string, string>;
  const node = page.Hostname ?? '';
  const nodeLabels = Object.values(target.nodeLabels ?? {}).map((key) => [
    `__meta_kubernetes_node_label_${metaLabelKey(key)}`,
    key.endsWith('nodeset') ? 'worker' : '',
  ]);
  const discovered = {
    __address__: '10.0.3.7:9400',
    __scheme__: 'http',
    __metrics_path__: '/metrics',
    __meta_kubernetes_namespace: target.discovery.namespaces[0] ?? '',
    __meta_kubernetes_pod_name: 'nvidia-dcgm-exporter-x7k2p',
    __meta_kubernetes_pod_node_name: node,
    __meta_kubernetes_pod_phase: 'Running',
    ...Object.fromEntries(nodeLabels),
  };
  const relabelled = evaluateRelabeling(targetRules(target, endpoint), discovered);
  const ofTarget = relabelled && finalizeTargetLabels(relabelled);
  if (!ofTarget) throw new Error('the rules of the target drop it');
  // labels are not honoured: those of the exporter that clash are renamed
  const clashing = Object.fromEntries(Object.entries(page).map(([name, one]) => [name in ofTarget ? `exported_${name}` : name, one]));
  const merged = { __name__: METRIC, ...clashing, ...ofTarget };
  const kept = evaluateRelabeling(target.metricRelabelConfigs, merged);
  const stored = kept && finalizeSeriesLabels(kept);
  if (!stored) throw new Error(`the rules over samples drop ${METRIC}`);
  const { __name__: _name, ...written } = stored;
  const sent = { ...written, cluster: pipeline.vmAgent?.cluster ?? '' };
  const schema = new SeriesSchema(pipeline.collector.scrapedTargets, {
    destinationRules: pipeline.store?.destination.relabelConfigs ?? [],
  });
  const [arrival] = schema.metric(METRIC).arriving;
  const readers = arrival ? new Readers(Tree.of(app)).of(METRIC, arrival) : [];
  const unforeseen = Object.keys(sent).filter((name) => !arrival?.labels.has(name));
  if (unforeseen.length > 0) throw new Error(`the schema of series knows no ${unforeseen.join(', ')} on ${METRIC}`);
  const panels = readers.map(placeText).filter((place) => !place.includes('variable'));
  return [
    {
      title: 'Exporter',
      does: [`${METRIC} ${value}`, `${node}, port ${endpoint.port}, every ${target.scrapeInterval.toSeconds()} s`],
      labels: page,
      colours: SOURCE,
    },
    {
      title: 'Agent: the target',
      does: ['labels of whom it asked are added;', 'those that clash become exported_…'],
      labels: { ...clashing, ...ofTarget },
      colours: PLACE,
    },
    {
      title: 'Agent: the sample',
      does: ['whose GPU it is: the pod on the page is', 'the worker that uses it, not who answers'],
      labels: written,
      colours: PLACE,
    },
    {
      title: 'Agent: its queue',
      does: ['the label cluster, then a block on its way:', 'in memory, on the volume while nobody takes it'],
      labels: sent,
      colours: PLACE,
    },
    {
      title: 'Store',
      does: [
        `kept for ${pipeline.vmSingle?.retentionPeriod.toDays()} days,`,
        `one sample each ${pipeline.vmSingle?.dedupInterval.toSeconds()} s`,
      ],
      labels: sent,
      colours: { fill: '#f3f0ff', stroke: '#8a7cc8' },
    },
    {
      title: 'Panels',
      does: [panels[0] ?? '', `and ${panels.length - 1} more ask for it`],
      labels: sent,
      colours: { fill: '#fff6e8', stroke: '#d9a55a' },
    },
  ];
}

/** Labels as words in lines: those that came are green, those that went are red and struck through. */
function labelLines(
  labels: LabelSet,
  before: LabelSet | undefined,
  x: number,
  y: number,
  width: number,
): { readonly svg: string; readonly lines: number } {
  const words = [
    ...Object.entries(labels).map(([name, value]) => ({
      text: `${name}="${shortened(value)}"`,
      colour: before && before[name] !== value ? GREEN : MUTED,
      gone: false,
    })),
    ...Object.keys(before ?? {})
      .filter((name) => !(name in labels))
      .map((name) => ({ text: name, colour: RED, gone: true })),
  ].filter(({ colour }) => before === undefined || colour !== MUTED);
  const same = before === undefined ? 0 : Object.entries(labels).filter(([name, value]) => before[name] === value).length;
  const all = [
    ...words,
    ...(same > 0 ? [{ text: words.length > 0 ? `and ${same} as before` : `the same ${same} labels`, colour: MUTED, gone: false }] : []),
  ];
  let [left, line] = [x, 0];
  const drawn = all.map((word) => {
    const wide = widthOf(word.text, 12) + 14;
    if (left + wide > x + width && left > x) [left, line] = [x, line + 1];
    const at = left;
    left += wide;
    const strike = word.gone ? ' text-decoration="line-through"' : '';
    return text(at, y + line * 19, word.text, { size: 12, colour: word.colour }).replace('<text ', `<text${strike} `);
  });
  return { svg: drawn.join('\n'), lines: line + 1 };
}

const shortened = (value: string) => (value.length > 22 ? `${value.slice(0, 20)}…` : value);

/** The way of one sample from the exporter to a panel, with its labels at each station. */
export function drawSample(): string {
  const all = hops();
  const parts = [
    text(24, 34, 'One sample, from the exporter to a panel', { size: 15, bold: true, colour: INK }),
    text(WIDTH - 24, 34, 'green: came here    red: went here', { size: 12, colour: MUTED, anchor: 'end' }),
  ];
  let y = 54;
  for (const [index, { title, does, labels, colours }] of all.entries()) {
    const drawn = labelLines(labels, all[index - 1]?.labels, 372, y + 26, WIDTH - 372 - 40);
    const height = Math.max(74, 22 + drawn.lines * 19);
    parts.push(frame(24, y, WIDTH - 48, height, colours.fill, colours.stroke));
    parts.push(text(40, y + 24, title, { size: 13, bold: true, colour: INK }));
    for (const [line, words] of does.entries()) parts.push(text(40, y + 44 + line * 17, words, { size: 12, colour: MUTED }));
    parts.push(drawn.svg);
    if (index < all.length - 1) parts.push(arrow(190, y + height, 190, y + height + 20));
    y += height + 22;
  }
  const label = `The way of ${METRIC} from the exporter through the agent and the store to a panel: which labels are added and dropped at each station`;
  return card(WIDTH, y, label, parts);
}
