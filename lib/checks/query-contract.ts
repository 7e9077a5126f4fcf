import { kept } from '../common/kept';
import type { Check, CheckContext, Complaint } from './check';
import { type DashboardFile, dashboardFiles, readDashboard } from './queries/dashboards';
import { asked, type Datasource, datasources, PROMETHEUS } from './queries/datasources';
import { examine } from './queries/examine';
import { queriesOf } from './queries/panels';
import { Premises } from './queries/premises';
import { type Finding, missingDatasources, told } from './queries/report';
import { type StoreView, viewOf } from './queries/store-view';
import type { QueryUse } from './queries/uses';

/**
 * Digests of all premises under which a dashboard was found sound: each covers everything that the verdict depends on but the code. Enough for
 * hundreds of clusters.
 */
const SOUND = kept<true>('sound dashboards', 5000);

/** A panel whose query nothing answers looks like a cluster in which nothing happens. */
export const queryContract: Check = {
  name: 'query-contract',
  proves: 'every query of every dashboard is answered by what arrives in the store that it asks, and is shown as what it is',
  *run(context: CheckContext): Iterable<Complaint> {
    const files = dashboardFiles(context.tree);
    if (files.length === 0) return;
    const judge = new Judge(context);
    for (const file of files) {
      const premises = judge.premises.of(file.content);
      if (SOUND.has(premises)) continue;
      const dashboard = readDashboard(file);
      const complaints = typeof dashboard === 'string' ? [{ on: file.on, message: dashboard }] : [...judge.complaints(dashboard)];
      if (complaints.length === 0) SOUND.set(premises, true);
      yield* complaints;
    }
  },
};

/** Judges dashboards by the stores that they ask. */
class Judge {
  readonly premises: Premises;

  private readonly datasources: readonly Datasource[];
  private readonly views: ReadonlyMap<string | undefined, StoreView>;

  constructor(private readonly context: CheckContext) {
    this.datasources = datasources(context.tree);
    const stores = this.datasources.filter(({ type }) => type === PROMETHEUS);
    this.views = new Map(
      stores.length > 0
        ? stores.map((datasource) => [datasource.uid, viewOf(context, datasource)] as const)
        : [[undefined, viewOf(context, undefined)]],
    );
    this.premises = new Premises([...this.views.values()], this.datasources);
  }

  *complaints(dashboard: DashboardFile): Iterable<Complaint> {
    // without a collector nobody knows what arrives
    if (this.context.collectors.length === 0) return;
    const uses = queriesOf(dashboard).map((use) => ({ use, asked: asked(this.datasources, dashboard.variables, use.datasource) }));
    yield* missingDatasources(uses, this.datasources);
    yield* told(uses.flatMap(({ use, asked: target }) => (target.kind === 'store' ? this.finding(use, target.datasource) : [])));
  }

  private finding(use: QueryUse, datasource: Datasource | undefined): Finding[] {
    const view = this.views.get(datasource?.uid);
    if (view === undefined) return [];
    return [{ use, ...examine(use, view), unknown: view.unknown }];
  }
}
