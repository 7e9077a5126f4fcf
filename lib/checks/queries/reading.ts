import { type Query, readQuery } from '../../promql';

/** Queries by their text, for the variables of each dashboard. */
const READ = new WeakMap<readonly string[], Map<string, Query>>();

/**
 * Reads a query of a dashboard, each once: the first query of a table is judged together with those beside it.
 *
 * @throws QuerySyntaxError when Prometheus would refuse it
 */
export function readOnce(text: string, variables: readonly string[] | undefined): Query {
  if (variables === undefined) return readQuery(text);
  let known = READ.get(variables);
  if (known === undefined) {
    known = new Map();
    READ.set(variables, known);
  }
  let query = known.get(text);
  if (query === undefined) {
    query = readQuery(text, variables);
    known.set(text, query);
  }
  return query;
}
