// Draws the dashboards with what a store answers, an SVG each: `npm run pictures -- --store URL [--out FOLDER] [--at TIME] [--range 1h]
// [--var NAME=VALUE]... [--only NAME]... [--open] [--job-attribution join|label|none]`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DASHBOARDS, JobAttribution } from '../lib/dashboards';
import { choose, lengthsOf, rangeOf, secondsOf, type Values } from '../lib/dashboards/asked-queries';
import type { PlacedPanelJson } from '../lib/dashboards/vocabulary/json';
import { dataOf, type PanelData } from './pictures/data';
import { picture, placed } from './pictures/page';
import { Store } from './pictures/store';

const USAGE =
  'usage: npm run pictures -- --store URL [--out FOLDER] [--at TIME] [--range LENGTH] [--var NAME=VALUE]... [--only DASHBOARD]... [--open] [--job-attribution join|label|none]';

/** The data source's step, as the pipeline sets it by default. */
const SCRAPE_S = 30;
/** Pixels that variables suppose a panel to have. */
const PAGE_POINTS = 1000;

const options = {
  store: { type: 'string' },
  out: { type: 'string', default: 'docs/dashboards/pictures' },
  at: { type: 'string' },
  range: { type: 'string' },
  var: { type: 'string', multiple: true },
  only: { type: 'string', multiple: true },
  open: { type: 'boolean', default: false },
  'job-attribution': { type: 'string', default: JobAttribution.JOIN },
} as const;

async function main(): Promise<void> {
  const { values: given } = parseArgs({ options });
  const jobAttribution = Object.values(JobAttribution).find((way) => way === given['job-attribution']);
  const endS = Math.floor((given.at === undefined ? Date.now() : Date.parse(given.at)) / 1000);
  const { only = [], var: variables = [] } = given;
  const chosen = DASHBOARDS.filter(({ name }) => only.length === 0 || only.includes(name));
  const strange = only.filter((name) => !DASHBOARDS.some((definition) => definition.name === name));
  if (given.store === undefined || jobAttribution === undefined || Number.isNaN(endS) || strange.length > 0) throw new Error(USAGE);
  const wanted: Values = new Map(
    variables.map((pair) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined || value === undefined) throw new Error(USAGE);
      return [name, value];
    }),
  );
  mkdirSync(given.out, { recursive: true });
  for (const definition of chosen) {
    const page = definition.build({ jobAttribution });
    const rangeS = given.range === undefined ? rangeOf(page) : secondsOf(given.range);
    const store = new Store(given.store.replace(/\/+$/, ''), { endS, rangeS });
    const { values: lengths } = lengthsOf(rangeS, PAGE_POINTS, SCRAPE_S);
    const values = await choose(page, store, { lengths, given: wanted });
    const panels = placed(page.panels, given.open)
      .all.map(({ item }) => item)
      .filter((item) => item.type !== 'row') as PlacedPanelJson[];
    const data = new Map<number, PanelData>();
    for (const panel of panels) data.set(panel.id, await dataOf(panel, store, values, SCRAPE_S));
    const svg = picture({ page, values, data, endS, rangeS, open: given.open });
    const file = join(given.out, `${definition.name}.svg`);
    writeFileSync(file, svg);
    const asking = panels.filter(({ targets = [] }) => targets.length > 0);
    const empty = asking.filter(({ id }) => data.get(id)?.series.length === 0).map(({ title }) => title);
    console.log(`${file}: ${Math.round(svg.length / 1000)} kB, ${asking.length} panels, ${empty.length} without data: ${empty.join('; ')}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
