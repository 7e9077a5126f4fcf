import { panelsOf } from '../../lib/checks/queries/panels';
import { at, type Json, list, text } from '../../lib/checks/tree';
import { DASHBOARDS, JobAttribution, renderDashboard } from '../../lib/dashboards';
import { QuerySyntaxError, readQuery } from '../../lib/promql';
import { anchorOf, block, code, frontmatter, heading, page, prose, table } from './markdown';

/** Where a metric is described; nothing where it is not. */
export type MetricLink = (name: string) => string | undefined;

/** A dashboard as its page tells it: with everything that it can have. */
interface Told {
  readonly name: string;
  readonly title: string;
  readonly json: Json;
}

const told: readonly Told[] = DASHBOARDS.map((definition) => {
  const { name, title, json } = renderDashboard(definition, { jobAttribution: JobAttribution.JOIN, apiServer: true, coreDns: true });
  return { name, title, json: JSON.parse(json) as Json };
});

/** Where a place is described that asks for series: `Cluster health: GPUs`. */
export function placeLink(place: string): string | undefined {
  const dashboard = told.find(({ title }) => place.startsWith(`${title}: `));
  if (dashboard === undefined) return undefined;
  const part = place.slice(dashboard.title.length + 2);
  const isPanel = panelsOf(dashboard.json).some((panel) => text(at(panel, 'title')) === part);
  return `/dashboards/${dashboard.name}.md#${isPanel ? anchorOf(part) : 'variables'}`;
}

/** The pages of all dashboards, by their paths in the site. */
export function dashboardPages(metricLink: MetricLink, pictureOf: (name: string) => string | undefined): ReadonlyMap<string, string> {
  return new Map([
    ['dashboards/index.md', index()],
    ...told.map((one) => [`dashboards/${one.name}.md`, dashboardPage(one, metricLink, pictureOf(one.name))] as const),
  ]);
}

const isRow = (panel: Json) => text(at(panel, 'type')) === 'row';

function index(): string {
  const rows = told.map(({ name, title, json }) => [
    `[${title}](/dashboards/${name}.md)`,
    prose(text(at(json, 'description'))),
    String(panelsOf(json).filter((panel) => !isRow(panel)).length),
  ]);
  return page(
    frontmatter({ outline: 2 }),
    heading(1, 'Every panel'),
    'Each panel of each dashboard: what it answers, what it asks and of which metrics, and when it changes colour. Rows about the API server and CoreDNS are there where ' +
      '[these are scraped](/dashboards.md#api-server-and-coredns).',
    table(['dashboard', 'what it is for', 'panels'], rows),
  );
}

function dashboardPage({ name, title, json }: Told, metricLink: MetricLink, picture: string | undefined): string {
  const variables = list(at(json, 'templating', 'list')).filter((variable) => text(at(variable, 'type')) !== 'datasource');
  return page(
    frontmatter({ outline: 2 }),
    heading(1, title),
    prose(text(at(json, 'description'))),
    `It is ${code(name)} in [grafana.dashboards](/options/grafana.md#grafana-dashboards).`,
    picture === undefined ? '' : [`[![${title}, drawn from the store of a test cluster](${picture})](${picture})`],
    heading(2, 'Variables', 'variables'),
    table(['variable', 'what it chooses', 'lists'], variables.map(variableRow)),
    panelsOf(json).map((panel) =>
      isRow(panel)
        ? heading(2, prose(text(at(panel, 'title'))), `row-${anchorOf(text(at(panel, 'title')))}`)
        : panelSection(panel, metricLink),
    ),
  );
}

function variableRow(variable: Json): string[] {
  const query = text(at(variable, 'query')) || text(at(variable, 'query', 'query'));
  return [code(text(at(variable, 'name'))), prose(text(at(variable, 'description'))), query === '' ? '' : code(query)];
}

function panelSection(panel: Json, metricLink: MetricLink): string {
  const title = text(at(panel, 'title'));
  const defaults = at(panel, 'fieldConfig', 'defaults');
  const queries = list(at(panel, 'targets'))
    .map((target) => text(at(target, 'expr')))
    .filter(Boolean);
  const metrics = [...new Set(queries.flatMap(metricsOf))];
  const unit = text(at(defaults, 'unit'));
  const thresholds = thresholdsOf(defaults);
  const facts = [
    `shown as: ${text(at(panel, 'type'))}${['', 'none', 'short'].includes(unit) ? '' : `, unit ${code(unit)}`}`,
    ...(thresholds === undefined ? [] : [`colours: ${thresholds}`]),
    ...(metrics.length === 0 ? [] : [`asks for: ${metrics.map((name) => linked(name, metricLink(name))).join(', ')}`]),
  ];
  return page(
    heading(3, prose(title), anchorOf(title)),
    prose(text(at(panel, 'description'))),
    facts.map((fact) => `- ${fact}`).join('\n'),
    queries.map((query) => block('text', query)),
  ).trimEnd();
}

function linked(name: string, link: string | undefined): string {
  return link === undefined ? code(name) : `[${code(name)}](${link})`;
}

function thresholdsOf(defaults: Json): string | undefined {
  const steps = list(at(defaults, 'thresholds', 'steps'));
  if (steps.length < 2 || text(at(defaults, 'color', 'mode')) !== 'thresholds') return undefined;
  const share = text(at(defaults, 'unit')) === 'percentunit';
  return steps
    .map((step) => {
      const value = at(step, 'value');
      const from = typeof value !== 'number' ? '' : ` from ${share ? `${Math.round(value * 1000) / 10}%` : value}`;
      return `${text(at(step, 'color'))}${from}`;
    })
    .join(', ');
}

function metricsOf(query: string): string[] {
  try {
    const variables = [...query.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    return readQuery(query, variables).selectors.flatMap(({ selector: { name } }) => (name === undefined ? [] : [name]));
  } catch (error) {
    // a query that does not parse is another test's to tell
    if (error instanceof QuerySyntaxError) return [];
    throw error;
  }
}
