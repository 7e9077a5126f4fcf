import { panelsOf } from '../../lib/dashboards/asked-queries';
import type { DashboardJson } from '../../lib/dashboards/vocabulary/json';
import { type Matcher, passes, readQuery, readVariableQuery, type Selector } from '../../lib/promql';

/** Labels of a series, its name among them as `__name__`. */
export type LabelSet = { readonly [label: string]: string };

/** What pages read, by the name of the metric. */
export class Needs {
  private readonly selectors = new Map<string, Selector[]>();

  /** @throws QuerySyntaxError when a page asks what Prometheus would refuse */
  constructor(pages: readonly DashboardJson[]) {
    for (const page of pages) {
      const variables = (page.templating.list ?? []).map(({ name }) => name);
      for (const { query: asked } of page.templating.list ?? []) {
        const text = typeof asked === 'string' ? asked : String(asked?.query ?? '');
        // what is no query of series, such as the kind of a data source, has no parentheses
        if (text?.includes('(')) for (const { selector } of readVariableQuery(text, variables).query?.selectors ?? []) this.add(selector);
      }
      for (const { targets = [] } of panelsOf(page)) {
        for (const { expr } of targets) for (const { selector } of readQuery(expr, variables).selectors) this.add(selector);
      }
    }
  }

  /** Names of the metrics. */
  get names(): readonly string[] {
    return [...this.selectors.keys()].sort();
  }

  /** Whether series of a name are read that have these labels, whatever else they have. */
  reads(name: string, labels: LabelSet): boolean {
    return this.of(name, labels).length > 0;
  }

  /** Whether all that is read of them is the series of one node that the viewer chooses. */
  readsOneNode(name: string, labels: LabelSet): boolean {
    return this.of(name, labels).every(({ matchers }) => matchers.some((matcher) => matcher.label === 'instance' && isOneValue(matcher)));
  }

  private of(name: string, labels: LabelSet): readonly Selector[] {
    const allows = (matcher: Matcher) =>
      matcher.variables.length > 0 || labels[matcher.label] === undefined || passes(matcher, labels[matcher.label] ?? '');
    return (this.selectors.get(name) ?? []).filter(({ matchers }) => matchers.every(allows));
  }

  private add(selector: Selector): void {
    const { name } = selector;
    if (name === undefined) throw new Error(`a selector without the name of a metric: ${JSON.stringify(selector.matchers)}`);
    this.selectors.set(name, [...(this.selectors.get(name) ?? []), selector]);
  }
}

const isOneValue = ({ op, variables }: Matcher): boolean => op === '=' && variables.length > 0;
