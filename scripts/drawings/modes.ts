import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { Mode } from '../../lib/common/mode';
import { renderManifests } from '../../lib/outputs';
import { text } from '../pictures/svg';
import { arrow, card, INK, MUTED, PLACE, SOURCE, titled } from './canvas';

const WIDTH = 1140;
const COLUMN = 520;
const OPERATOR = { fill: '#fff6e8', stroke: '#d9a55a' };

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** What a mode renders, by kind. */
function rendered(mode: Mode) {
  const app = new App();
  const pipeline = new MetricsPipeline(app, 'pipeline', { cluster: 'soperator', mode });
  const objects = renderManifests(app).flatMap(({ content }) => parseAllDocuments(content).map((one): Rendered => one.toJS()));
  const count = (pattern: RegExp) => objects.filter(({ kind }) => pattern.test(kind)).length;
  const nameOf = (pattern: RegExp, name: RegExp) =>
    objects.find((one) => pattern.test(one.kind) && name.test(one.metadata.name))?.metadata.name ?? '';
  return { pipeline, count, nameOf, all: objects.length };
}

/** Who makes agent and store, and how the agent learns what to scrape, in both modes side by side. */
export function drawModes(): string {
  const [operator, standalone] = [rendered(Mode.OPERATOR), rendered(Mode.STANDALONE)];
  const [left, right] = [30, WIDTH - 30 - COLUMN];
  const half = (COLUMN - 20) / 2;
  const scrapes = operator.count(/^VM\w+Scrape$/);
  const targets = operator.pipeline.collector.scrapedTargets.length;
  const operatorName = operator.nameOf(/^Deployment$/, /operator/);
  const agent = standalone.nameOf(/^StatefulSet$/, /vmagent/);
  const store = standalone.nameOf(/^Deployment$/, /vmsingle/);
  const parts = [
    text(left + COLUMN / 2, 36, 'mode: operator', { size: 15, bold: true, colour: INK, anchor: 'middle' }),
    text(right + COLUMN / 2, 36, 'mode: standalone', { size: 15, bold: true, colour: INK, anchor: 'middle' }),
    `<path d="M${WIDTH / 2} 20V446" stroke="#d5dae1"/>`,

    titled({ x: left, y: 56, width: half, height: 76 }, 'VMAgent, VMSingle', ['what agent and store are to be'], PLACE),
    titled(
      { x: left + half + 20, y: 56, width: half, height: 76 },
      `${scrapes} VM…Scrape objects`,
      ['what is to be scraped;', 'users may add their own'],
      PLACE,
    ),
    arrow(left + half / 2, 132, left + COLUMN / 2 - 60, 164),
    arrow(left + half * 1.5 + 20, 132, left + COLUMN / 2 + 60, 164),
    titled(
      { x: left + 110, y: 166, width: COLUMN - 220, height: 60 },
      `Deployment ${operatorName}`,
      ['VictoriaMetrics operator'],
      OPERATOR,
    ),
    arrow(left + half / 2 + 60, 226, left + half / 2, 264, 'makes it'),
    arrow(left + half * 1.5 - 40, 226, left + half * 1.5 + 20, 264, 'makes it, with a Secret'),

    titled({ x: right, y: 56, width: half, height: 76 }, 'no definitions, no operator', ['the workloads are rendered'], {
      fill: '#f6f7f9',
      stroke: '#c3cad3',
    }),
    titled(
      { x: right + half + 20, y: 56, width: half, height: 76 },
      'ConfigMap vmagent-metrics',
      [`all ${targets} scrapes in one file;`, 'a library adds its own'],
      PLACE,
    ),
    arrow(right + half * 1.5 + 20, 132, right + half * 1.5 + 20, 264, 'is mounted'),

    ...[left, right].map((x) =>
      [
        titled({ x, y: 266, width: half, height: 60 }, `Deployment ${short(store)}`, ['the store, with its claim'], {
          fill: '#ffffff',
          stroke: '#8a7cc8',
        }),
        titled({ x: x + half + 20, y: 266, width: half, height: 60 }, `StatefulSet ${agent}`, ['the agent, with its queue'], {
          fill: '#ffffff',
          stroke: '#8a7cc8',
        }),
        arrow(x + half + 20, 296, x + half + 3, 296),
        arrow(x + half * 1.5 + 20, 362, x + half * 1.5 + 20, 330),
        titled(
          { x, y: 364, width: COLUMN, height: 60 },
          'exporters, kubelets, kube-state-metrics',
          ['the same targets, labels, series, Services and volumes'],
          SOURCE,
        ),
      ].join('\n'),
    ),
    text(left + COLUMN / 2, 446, `${operator.all} objects, and the definitions`, { size: 12, colour: MUTED, anchor: 'middle' }),
    text(right + COLUMN / 2, 446, `${standalone.all} objects`, { size: 12, colour: MUTED, anchor: 'middle' }),
  ];
  return card(
    WIDTH,
    466,
    'The two modes: with the operator, which makes agent and store of its own resources, and standalone, where they are rendered as ordinary workloads',
    parts,
  );
}

const short = (name: string) => name.replace(/^(vmsingle)-.*/, '$1-…');
