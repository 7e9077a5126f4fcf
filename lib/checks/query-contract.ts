import type { Check, CheckContext, Complaint } from './check';
import { dashboardFiles } from './queries/dashboards';
import { asked, datasources } from './queries/datasources';
import { examine } from './queries/examine';
import { queriesOf } from './queries/panels';
import { type Finding, missingDatasources, told } from './queries/report';
import { type StoreView, viewOf } from './queries/store-view';
import type { QueryUse } from './queries/uses';
import type { Verdict } from './queries/verdict';

/** A panel whose query nothing answers looks like a cluster in which nothing happens. */
export const queryContract: Check = {
  name: 'query-contract',
  proves: 'every query of every dashboard is answered by what arrives in the store that it asks, and is shown as what it is',
  *run(context: CheckContext): Iterable<Complaint> {
    const { dashboards, broken } = dashboardFiles(context.tree);
    for (const { on, message } of broken) yield { on, message };
    if (dashboards.length === 0 || context.collectors.length === 0) return;
    const all = datasources(context.tree);
    const judge = judgeOf(context);
    for (const dashboard of dashboards) {
      const uses = queriesOf(dashboard).map((use) => ({ use, asked: asked(all, dashboard.variables, use.datasource) }));
      const findings: Finding[] = uses.flatMap(({ use, asked: target }) =>
        target.kind === 'store' ? [{ use, ...judge(use, target.datasource) }] : [],
      );
      yield* missingDatasources(uses, all);
      yield* told(findings);
    }
  },
};

/** Judges each query once for each store: dashboards repeat many. */
function judgeOf(context: CheckContext) {
  const views = new Map<string, { readonly view: StoreView; readonly known: Map<string, Verdict> }>();
  return (use: QueryUse, datasource: Parameters<typeof viewOf>[1]): Verdict & { readonly unknown: readonly string[] } => {
    const { view, known } = views.get(datasource?.uid ?? '') ?? { view: viewOf(context, datasource), known: new Map() };
    views.set(datasource?.uid ?? '', { view, known });
    const { on: _, page: __, part: ___, name: ____, datasource: _____, ...judged } = use;
    const key = JSON.stringify(judged);
    const verdict = known.get(key) ?? examine(use, view);
    known.set(key, verdict);
    return { ...verdict, unknown: view.unknown };
  };
}
