import { MetricUnit } from '../../common/metric-family';
import { nearest } from '../../common/nearest';
import { labelsOf, type Query, QuerySyntaxError, unitOf, walk } from '../../promql';
import { Severity } from '../check';
import { because, lossOfLabel } from './explain';
import { adviceFor, contradicts } from './panel-units';
import { readOnce } from './reading';
import type { StoreView } from './store-view';
import type { QueryUse } from './uses';
import type { Objection } from './verdict';

/** A panel that shows numbers in a unit that they are not in. */
export function unitObjections({ unit }: QueryUse, query: Query, { arrivals }: StoreView): Objection[] {
  if (unit === undefined) return [];
  const real = unitOf(query, arrivals.schema);
  if (real === undefined || !contradicts(unit, real) || (real === MetricUnit.COUNT && isCalculated(query))) return [];
  return [
    {
      severity: Severity.ERROR,
      fault: {
        got: `unit "${unit}" for a result in ${real}`,
        expected: 'the unit that the result is in',
        instead: adviceFor(unit, real),
      },
      place: 'in its unit',
    },
  ];
}

/** A number of things times a number may be anything: GPUs times watts of each. */
function isCalculated({ expr }: Query): boolean {
  return [...walk(expr)].some((inner) => inner.kind === 'binary' && [inner.left, inner.right].some(({ kind }) => kind === 'number'));
}

function readable(text: string, variables: QueryUse['variables']): Query | undefined {
  try {
    return readOnce(text, variables);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    return undefined;
  }
}

/** Columns of a table for labels that no query of the panel gives. */
export function columnObjections({ columns, variables }: QueryUse, query: Query, view: StoreView): Objection[] {
  if (columns === undefined) return [];
  const { schema } = view.arrivals;
  const queries = [query, ...columns.beside.map((text) => readable(text, variables))].filter((one) => one !== undefined);
  // one that cannot be read is told by itself
  if (queries.length <= columns.beside.length) return [];
  const results = queries.map((one) => labelsOf(one, schema).result);
  if (results.some(({ open }) => open)) return [];
  const names = [...new Set(results.flatMap(({ labels }) => [...labels.keys()]))].filter((name) => name !== '__name__').sort();
  return columns.names
    .filter((column) => !names.includes(column) && !view.arrivals.leftOut.hadLabel(column))
    .map((column) => {
      const close = nearest(column, names);
      const fault = {
        got: `column "${column}"`,
        expected: names.length === 0 ? 'no label, the result has none' : `a label of the result: ${names.join(', ')}`,
        instead: close === undefined ? 'leave it out, or keep the label in the query' : `write ${close}`,
      };
      const loss = queries.map((one) => lossOfLabel(one, column, view)).find(Boolean);
      return because({ severity: Severity.ERROR, fault, place: 'in its columns' }, loss);
    });
}
