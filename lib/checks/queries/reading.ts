import { type Query, readQuery } from '../../promql';

/** Queries that were read, by the variables of their dashboards and by their text. */
const READ = new Map<string, Map<string, Query>>();

/**
 * Reads a query of a dashboard, each once: the first of a table is judged together with those beside it, and clusters that are rendered
 * together have the same dashboards.
 *
 * @throws QuerySyntaxError when Prometheus would refuse it
 */
export function readOnce(text: string, variables: readonly string[] | undefined): Query {
  if (variables === undefined) return readQuery(text);
  const list = variables.join(' ');
  let known = READ.get(list);
  if (known === undefined) {
    known = new Map();
    READ.set(list, known);
  }
  let query = known.get(text);
  if (query === undefined) {
    query = readQuery(text, variables);
    known.set(text, query);
  }
  return query;
}
