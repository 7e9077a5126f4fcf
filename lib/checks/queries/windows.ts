import type { Expr, Query, Selector } from '../../promql';
import { milliseconds } from '../durations';
import type { QueryUse } from './uses';

/** The window that Grafana puts in place of one of its own variables. */
const OF_GRAFANA = /\[\s*\$\{?(__rate_interval|__interval)\}?\s*\]/;

/** The shortest windows that Grafana can make, in milliseconds. */
export interface Windows {
  readonly interval: number;
  readonly rateInterval: number;
}

/**
 * The shortest that Grafana makes of `$__interval` and `$__rate_interval` for a query; nothing when a variable says how short a step may be.
 *
 * @param usual step of the data source, in milliseconds; nothing when it is not known
 * @see https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/#use-__rate_interval
 */
export function windowsOf(
  { minStep, panelMinStep }: Pick<QueryUse, 'minStep' | 'panelMinStep'>,
  usual: number | undefined,
): Windows | undefined {
  const scrape = minStep === undefined ? usual : milliseconds(minStep);
  const ofPanel = panelMinStep === undefined ? 0 : milliseconds(panelMinStep);
  if (scrape === undefined || ofPanel === undefined) return undefined;
  const interval = Math.max(scrape, ofPanel);
  return { interval, rateInterval: Math.max(interval + scrape, 4 * scrape) };
}

/** Name of the variable of Grafana that says how long the window of a selector is. */
export function windowVariable({ text }: Query, { start, end }: Selector): string | undefined {
  return OF_GRAFANA.exec(text.slice(start, end))?.[1];
}

/**
 * The query with the shortest windows in place of Grafana's variables; as it was where all of them are long enough.
 *
 * @param isLong whether a window is long enough for the series of a selector
 */
export function withWindows(query: Query, windows: Windows | undefined, isLong: (selector: Selector, range: number) => boolean): Query {
  if (windows === undefined || !OF_GRAFANA.test(query.text)) return query;
  const written = new Map<Selector, Selector>();
  for (const { selector } of query.selectors) {
    const variable = selector.range === 'variable' ? windowVariable(query, selector) : undefined;
    if (variable === undefined) continue;
    const range = variable === '__interval' ? windows.interval : windows.rateInterval;
    if (!isLong(selector, range)) written.set(selector, { ...selector, range });
  }
  return written.size === 0 ? query : withSelectors(query, (selector) => written.get(selector) ?? selector);
}

/** The query with other selectors in place of its own. */
function withSelectors(query: Query, selector: (old: Selector) => Selector): Query {
  const expression = (expr: Expr): Expr => {
    switch (expr.kind) {
      case 'selector':
        return selector(expr);
      case 'call':
        return { ...expr, args: expr.args.map(expression) };
      case 'aggregation':
        return { ...expr, operand: expression(expr.operand), ...(expr.parameter && { parameter: expression(expr.parameter) }) };
      case 'binary':
        return { ...expr, left: expression(expr.left), right: expression(expr.right) };
      case 'subquery':
      case 'unary':
        return { ...expr, operand: expression(expr.operand) };
      default:
        return expr;
    }
  };
  return {
    ...query,
    expr: expression(query.expr),
    selectors: query.selectors.map((use) => ({ ...use, selector: selector(use.selector) })),
  };
}
