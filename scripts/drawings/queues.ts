import { App } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { RemoteWrite } from '../../lib/remote-write';
import { loadOf, shareOf } from '../../lib/scrape/load';
import { queueBytesPerSecond } from '../../lib/scrape/sizing';
import { text } from '../pictures/svg';
import { AWAY, arrow, card, frame, INK, MUTED, PLACE, RED, titled } from './canvas';

const WIDTH = 1140;
const NODES = 100;
/** When the cloud goes and comes, and what is shown, in hours. */
const [GOES, COMES, SHOWN] = [1, 4, 8];
const HOUR_S = 3600;
const GIB = 1024 ** 3;

/** Two destinations of one agent, of which one is away for some hours: what is kept for each. */
export function drawQueues(): string {
  const cloud = RemoteWrite.nebiusCloud({ region: 'eu-north1', projectId: 'project' });
  const pipeline = new MetricsPipeline(new App(), 'pipeline', { cluster: 'soperator', scale: { nodes: NODES }, destinations: [cloud] });
  const { vmAgent, collector } = pipeline;
  const store = vmAgent?.destinations.find(({ name }) => name !== cloud.destination.name);
  if (!vmAgent || !store) throw new Error('the pipeline lacks its agent or its store');
  const load = shareOf(loadOf(collector.scrapedTargets, vmAgent.scale), vmAgent.shards);
  const names = vmAgent.destinations.map(({ name }) => name);
  const queueOf = (name: string) => `queue ${names.indexOf(name) + 1}`;
  const limits = new Map(names.map((name, index) => [name, vmAgent.queueLimits[index] ?? 0]));
  const limit = limits.get(cloud.destination.name) ?? 0;
  const rate = queueBytesPerSecond(load, cloud.destination.speaksVm ?? false);
  const grown = Math.min(limit, rate * (COMES - GOES) * HOUR_S);
  const lasts = limit / rate / HOUR_S;
  const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;

  const [x, y, width, height] = [640, 84, 450, 230];
  const at = (hours: number) => x + (width * hours) / SHOWN;
  const up = (bytes: number) => y + height - (height * bytes) / (limit * 1.15);
  const drained = COMES + (COMES - GOES);
  const parts = [
    text(24, 34, `One destination is away: ${NODES} nodes, ${Math.round(load.samplesPerSecond).toLocaleString('en')} samples a second`, {
      size: 15,
      bold: true,
      colour: INK,
    }),
    titled({ x: 24, y: 150, width: 150, height: 84 }, 'VMAgent', ['scrapes on;', 'each sample goes', 'into both queues'], PLACE),
    titled({ x: 250, y: 70, width: 180, height: 84 }, queueOf(store.name), ['empty', `may hold ${gib(limits.get(store.name) ?? 0)}`]),
    titled({ x: 250, y: 230, width: 180, height: 84 }, queueOf(cloud.destination.name), ['grows on the volume', `may hold ${gib(limit)}`]),
    titled({ x: 490, y: 82, width: 110, height: 60 }, store.name, ['takes all'], { fill: '#eefaf0', stroke: '#76b98a' }),
    titled({ x: 490, y: 242, width: 110, height: 60 }, cloud.destination.name, ['is away'], AWAY),
    arrow(174, 176, 247, 118),
    arrow(174, 208, 247, 266),
    arrow(430, 112, 487, 112),
    `<path d="M430 272L478 272" stroke="${RED}" stroke-width="1.5" stroke-dasharray="4 4"/>`,
    text(455, 264, '✕', { size: 14, colour: RED, anchor: 'middle' }),

    text(x, y - 20, 'what waits in the queue of each', { size: 12, colour: MUTED }),
    frame(at(GOES), y, at(COMES) - at(GOES), height, '#fdecea', 'none'),
    `<path d="M${x} ${y}V${y + height}H${x + width}" fill="none" stroke="${MUTED}"/>`,
    `<path d="M${x} ${up(limit)}H${x + width}" stroke="${RED}" stroke-dasharray="5 4"/>`,
    text(x + width, up(limit) - 6, `full after ${lasts.toFixed(0)} h: then the oldest is dropped`, {
      size: 11,
      colour: RED,
      anchor: 'end',
    }),
    `<path d="M${x} ${up(0) - 1}H${at(GOES)}L${at(COMES)} ${up(grown)}L${at(drained)} ${up(0) - 1}H${x + width}" fill="none" stroke="${RED}" stroke-width="2.5"/>`,
    `<path d="M${x} ${up(0) - 2}H${x + width}" fill="none" stroke="#1a7f45" stroke-width="2.5"/>`,
    text((at(GOES) + at(COMES)) / 2, y + height - 10, 'away', { size: 12, colour: RED, anchor: 'middle' }),
    text(at(COMES) + 10, up(grown) - 22, `${gib(grown)}, then drained`, { size: 11, colour: MUTED }),
    text(at(COMES) + 10, up(grown) - 7, 'in the time of the outage at most', { size: 11, colour: MUTED }),
    ...[0, GOES, COMES, drained, SHOWN].map((hours) =>
      text(at(hours), y + height + 18, `${hours} h`, { size: 11, colour: MUTED, anchor: 'middle' }),
    ),
  ];
  const label = `Two destinations with a queue each: while ${cloud.destination.name} is away its queue grows on the agent's volume, and ${store.name} gets everything as before`;
  return card(WIDTH, 356, label, parts);
}
