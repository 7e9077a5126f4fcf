import type { DashboardDefinition, JobAttribution } from '../../../lib/dashboards';
import type { Sample } from './store';

/** Who answers what a page asks. */
export interface Answers {
  query(expression: string): Promise<readonly Sample[]>;
  /** Values of a label on the series of a selector, within some seconds until now. */
  labelValues(label: string, selector: string, withinSeconds: number): Promise<readonly string[]>;
}

/** What is chosen where a variable can have all values. */
export type Choice = 'all' | 'one';

/** Something on a page that shows nothing. */
export interface Blank {
  /** Title of a panel; `$name` of a variable. */
  readonly what: string;
  readonly choice: Choice;
  /** What was asked for it, as it was asked. */
  readonly queries: readonly string[];
}

/** How much of the past a page shows here: as much as there is. */
export const RANGE_S = 300;

/** What Grafana puts in place of its own variables, on a page of five minutes at scrapes of 30 seconds. */
const BUILT_IN: Values = new Map([
  ['__interval', '1m'],
  ['__interval_ms', '60000'],
  ['__rate_interval', '2m'],
  ['__range', `${RANGE_S}s`],
  ['__range_s', `${RANGE_S}`],
  ['__range_ms', `${RANGE_S * 1000}`],
]);

/** What variables stand for, by name. */
type Values = ReadonlyMap<string, string>;

interface Panel {
  readonly title?: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query?: string | { readonly query?: string };
  readonly regex?: string;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly value?: unknown };
}

/** A dashboard as its viewer meets it; all that is asked, and nothing of how it looks. */
export class Page {
  private readonly variables: readonly Variable[];
  private readonly panels: readonly Panel[];

  constructor(
    definition: DashboardDefinition,
    jobAttribution: JobAttribution,
    private readonly answers: Answers,
    /** Values to choose where one is, by variable, if they are offered. */
    private readonly preferred: Values = new Map(),
  ) {
    const built = definition.build({ jobAttribution }) as unknown as {
      readonly templating: { readonly list?: readonly Variable[] };
      readonly panels: readonly Panel[];
    };
    this.variables = built.templating.list ?? [];
    this.panels = allPanels(built.panels).filter(({ targets = [] }) => targets.length > 0);
  }

  /** Panels and variables that ask something: titles, and `$name`. */
  get asking(): readonly string[] {
    const variables = this.variables.filter(({ type }) => type === 'query').map(({ name }) => `$${name}`);
    return [...variables, ...this.panels.map(({ title = '' }) => title)];
  }

  /**
   * What shows nothing.
   *
   * @param only titles and `$name` of what is looked at. @default - everything
   */
  async blanks(choice: Choice, only?: ReadonlySet<string>): Promise<Blank[]> {
    const isMeant = (what: string) => only === undefined || only.has(what);
    const values = new Map<string, string>();
    const blanks: Blank[] = [];
    for (const variable of this.variables) {
      const { name, type, current, includeAll, allValue = '.*' } = variable;
      if (type !== 'query') {
        values.set(name, String(current?.value ?? ''));
        continue;
      }
      const query = filled(queryOf(variable), values);
      const offered = await this.offered(query, variable.regex);
      const first = offered.find((value) => value === this.preferred.get(name)) ?? offered[0];
      const all = includeAll ? allValue : undefined;
      values.set(name, (choice === 'all' ? (all ?? first) : (first ?? all)) ?? '');
      if (first === undefined && isMeant(`$${name}`)) blanks.push({ what: `$${name}`, choice, queries: [query] });
    }
    for (const { title = '', targets = [] } of this.panels) {
      if (!isMeant(title)) continue;
      const queries = targets.map(({ expr }) => filled(expr, values));
      let series = 0;
      for (const query of queries) series += (await this.answers.query(query)).length;
      if (series === 0) blanks.push({ what: title, choice, queries });
    }
    return blanks;
  }

  /** The values that a variable offers. */
  private async offered(query: string, regex?: string): Promise<string[]> {
    const labels = /^label_values\((.*),\s*(\w+)\)$/s.exec(query);
    if (labels) {
      const [, selector = '', label = ''] = labels;
      const values = await this.answers.labelValues(label, selector, RANGE_S);
      return values.flatMap((value) => picked(value, regex));
    }
    const result = /^query_result\((.*)\)$/s.exec(query);
    if (!result) throw new Error(`got ${query}, expected label_values or query_result`);
    const samples = await this.answers.query(result[1] ?? '');
    return samples.flatMap(({ labels: found, value }) => {
      const { __name__: name = '', ...rest } = found;
      const pairs = Object.entries(rest).map(([label, text]) => `${label}="${text}"`);
      return picked(`${name}{${pairs.join(',')}} ${value} 0`, regex);
    });
  }
}

const allPanels = (panels: readonly Panel[]): readonly Panel[] => panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);

const queryOf = ({ query }: Variable): string => (typeof query === 'string' ? query : (query?.query ?? ''));

function filled(text: string, values: Values): string {
  return text.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced: string | undefined, plain: string | undefined) => {
    const name = braced ?? plain ?? '';
    return BUILT_IN.get(name) ?? values.get(name) ?? whole;
  });
}

/** What Grafana takes of a value by the regex of a variable. */
function picked(value: string, regex = ''): string[] {
  const [, pattern = ''] = /^\/(.*)\/[a-z]*$/s.exec(regex) ?? [];
  if (pattern === '') return [value];
  const match = new RegExp(pattern).exec(value);
  return match ? [match[1] ?? match[0]] : [];
}
