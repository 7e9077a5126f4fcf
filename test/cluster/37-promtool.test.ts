import { spawnSync } from 'node:child_process';
import { stringify } from 'yaml';
import { DASHBOARDS, JobAttribution } from '../../lib/dashboards';
import { choose, filled, lengthsOf, queriesOf, type VariableSource } from '../../lib/dashboards/asked-queries';
import { report } from './support/cluster';
import { programInPath } from './support/programs';

/** Prometheus' own tool. */
const promtool = programInPath('promtool');

/** What Prometheus says of queries, each as a rule of its own: the complaints, with the names of their queries. */
function complaints(program: string, queries: ReadonlyMap<string, string>): readonly string[] {
  const names = [...queries.keys()];
  const rules = [...queries.values()].map((expr, index) => ({ record: `query:${index}`, expr }));
  const input = stringify({ groups: [{ name: 'queries', rules }] });
  const { status, stdout, stderr, error } = spawnSync(program, ['check', 'rules'], { input, encoding: 'utf8' });
  if (error) throw error;
  const said = [...stderr.matchAll(/"query:(\d+)": (.*)/g)].map(([, index = '', text = '']) => `${names[Number(index)]}: ${text}`);
  if (status === 0 || said.length > 0) return said;
  return [`exit code ${status}: ${stdout}${stderr}`];
}

const { values: lengths } = lengthsOf(3 * 3600, 600, 30);
/** Two values for everything, with signs that have a meaning in patterns. */
const source = (asked: string[]): VariableSource => ({
  labelValues: async (selector) => {
    asked.push(selector);
    return ['worker-0.rack(1)', 'worker-1'];
  },
  query: async (expr) => {
    asked.push(expr);
    return [{ labels: { instance_id: 'node-0' }, value: 1 }];
  },
});

/** Every query of every dashboard with an attribution, with all values and with one, and those of its variables. */
async function queriesWith(jobAttribution: JobAttribution): Promise<ReadonlyMap<string, string>> {
  const queries = new Map<string, string>();
  for (const operator of [true, false]) {
    for (const definition of DASHBOARDS) {
      const page = definition.build({ jobAttribution, operator });
      for (const oneOfMany of [true, false]) {
        const asked: string[] = [];
        const values = await choose(page, source(asked), { lengths, oneOfMany });
        const where = `${page.title}, operator ${operator}, one of many ${oneOfMany}`;
        for (const { panel, target } of queriesOf(page)) {
          queries.set(`${where}, ${panel.title} ${target.refId}`, filled(target.expr, values, lengths));
        }
        for (const [index, expr] of asked.entries()) queries.set(`${where}, variable ${index + 1}`, expr);
      }
    }
  }
  return queries;
}

if (promtool === undefined) test.skip('queries of dashboards by the grammar of Prometheus: with promtool in PATH', () => undefined);
else {
  test.each(Object.values(JobAttribution))("queries of dashboards with job attribution %s are of Prometheus' grammar", async (way) => {
    const queries = await queriesWith(way);
    report(`${queries.size} queries with job attribution ${way}`);
    expect(queries.size).toBeGreaterThan(DASHBOARDS.length * 10);
    expect(complaints(promtool, queries)).toEqual([]);
  });

  test.each([
    ['a function that VictoriaMetrics alone has', 'lag(up[5m])', 'unknown function with name "lag"'],
    ['a rate without a window', 'rate(up)', 'expected type range vector'],
    ['a variable without a value', 'up{job="$job"}[$window]', 'unexpected'],
  ])('%s is refused', (_, expr, because) => {
    const [first, ...others] = complaints(
      promtool,
      new Map([
        ['good', 'up'],
        ['bad', expr],
      ]),
    );
    expect(first).toContain('bad: ');
    expect(first).toContain(because);
    expect(others).toEqual([]);
  });
}
