import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../../../lib/common/images';
import { DASHBOARDS, JobAttribution } from '../../../lib/dashboards';
import { dashboardText } from '../../../lib/dashboards/render';
import type { DashboardJson } from '../../../lib/dashboards/vocabulary/json';

const ROOT = join(__dirname, '../../..');

/** A page with a slip, as text: what it is, and what of which text. The types must refuse each. */
const SLIPS: readonly (readonly [string, string, string, string?])[] = [
  ['a place without a height', '"h":8}', '"height":8}'],
  ['a width that is a text', '"w":24,"h":1}', '"w":"24","h":1}'],
  ['a kind of panel that is none', '"type":"stat"', '"type":"statistic"'],
  ['an option that is none', '"graphMode":', '"graphmode":'],
  ['an option with a wrong value', '"colorMode":"background"', '"colorMode":"backdrop"'],
  ['an option of another kind of panel', '"textMode":"auto"', '"textMode":"auto","showHeader":true'],
  ['an option of a table that is none', '"cellHeight":"sm"', '"cellHeight":"sm","rows":5'],
  ['a field option that is none', '"decimals":', '"digits":'],
  ['a number of digits that is a text', '"decimals":0', '"decimals":"0"'],
  ['a way to draw that is none', '"drawStyle":"line"', '"drawStyle":"lines"'],
  ['a way to draw under a wrong name', '"fillOpacity":8', '"opacity":8'],
  ['an option of graphs on a single number', '"unit":"none","color"', '"unit":"none","custom":{"drawStyle":"line"},"color"'],
  ['a mode of colours that is none', '"color":{"mode":"thresholds"}', '"color":{"mode":"threshold"}'],
  ['a threshold without a colour', '{"value":null,"color":"green"}', '{"value":null}'],
  ['a threshold that is a text', '"value":1,"color"', '"value":"1","color"'],
  ['a mapping of no kind', '"type":"value"', '"type":"values"'],
  ['an override of nothing that is there', '"id":"custom.width"', '"id":"custom.breadth"'],
  ['an override with a value of another', '"id":"custom.width","value":', '"id":"unit","value":'],
  ['a query that is none', '"expr":', '"query":'],
  ['a query with a wrong format', '"format":"table"', '"format":"tabular"'],
  ['a transformation that is none', '"id":"organize"', '"id":"organise"'],
  ['a transformation with an option that is none', '"renameByName"', '"renames"'],
  ['a row without its state', '"collapsed":false,', ''],
  ['a link without a kind', '"type":"dashboards"', '"kind":"dashboards"'],
  ['a variable of no kind', '"type":"datasource"', '"type":"source"'],
  ['a variable hidden by a text', '"hide":2', '"hide":"2"'],
  ['a way to refresh that is none', '"refresh":2', '"refresh":9'],
  ['a range without an end', ',"to":"now"', ''],
  ['a version that is a text', /"schemaVersion":\d+/.source, '"schemaVersion":"42"'],
  ['a field of the page that is none', '"tags":', '"labels":[],"tags":'],
];

const pageOf = (json: DashboardJson): string => `import type { GrafanaDashboard } from '${join(__dirname, 'grafana-types')}';
export const page: GrafanaDashboard = ${dashboardText(json)}`;

const VARIANTS = Object.values(JobAttribution).flatMap((jobAttribution) =>
  [true, false].map((operator) => ({
    name: `${jobAttribution}${operator ? '' : '-without-operator'}`,
    options: { jobAttribution, operator },
  })),
);

/** Pages by file. Those that an option does not change are there once. */
const PAGES = new Map<string, string>();
for (const { name, options } of VARIANTS) {
  for (const definition of DASHBOARDS) {
    const text = pageOf(definition.build(options));
    if (![...PAGES.values()].includes(text)) PAGES.set(`${definition.name}-${name}.ts`, text);
  }
}

/** The shortest page that can have it, with one slip. Where it shows is the line of a panel. */
function withSlip(from: string, to: string): string {
  const pattern = from.includes('\\') ? new RegExp(from) : from;
  const able = [...PAGES.values()].filter((text) => (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)));
  const [page] = able.sort((a, b) => a.length - b.length);
  if (page === undefined) throw new Error(`no page has ${from}`);
  return page.replace(pattern, to);
}

/** What the compiler says of each file: messages without their details, each with the beginning of its line. */
async function compiled(files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly string[]>> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache', 'schema-'));
  try {
    for (const [file, text] of files) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: ['*.ts'] }));
    const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', folder, '--pretty', 'false'];
    const output = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve(stdout + stderr);
      });
    });
    const said = new Map<string, string[]>([...files.keys()].map((file) => [file, []]));
    for (const line of output.split('\n').filter((line) => /^\S/.test(line))) {
      const [, file = '', row = '', message = line] = /^(.+?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const where = files.get(file)?.split('\n')[Number(row) - 1] ?? '';
      const messages = said.get(file);
      if (messages === undefined) throw new Error(`the compiler says: ${line}`);
      messages.push(`${/"title":"([^"]*)"/.exec(where)?.[1] ?? where.slice(0, 60)}: ${message}`);
    }
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("Grafana's own types", () => {
  const slips = new Map(SLIPS.map(([, from, to], index) => [`slip-${index}.ts`, withSlip(from, to)]));
  let said: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    said = await compiled(new Map([...PAGES, ...slips]));
  }, 120_000);

  test('are those of the Grafana that is deployed', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/@grafana/schema/package.json'), 'utf8'));
    expect(IMAGES.grafana).toMatch(new RegExp(`:${version}$`));
  });

  test('take every dashboard with every option', () => {
    expect(PAGES.size).toBeGreaterThanOrEqual(DASHBOARDS.length + 2);
    const faults = [...PAGES.keys()].flatMap((file) => (said.get(file) ?? ['not compiled']).map((message) => `${file}: ${message}`));
    expect(faults).toEqual([]);
  });

  test.each(SLIPS.map(([slip], index) => [slip, `slip-${index}.ts`]))('refuse %s', (_, file) => {
    expect(said.get(file)).not.toEqual([]);
  });
});
