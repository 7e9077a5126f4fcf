import { DASHBOARDS } from '../../../lib/dashboards';
import { type Aggregation, type Expr, operandsOf } from '../../../lib/promql';
import { ATTRIBUTIONS, queriesOf } from './overview-support';

/** The aggregation nearest to each selector of GPUs, and the one around that; none where the series are shown as they are. */
function aggregationsOfGpus(expr: Expr, around: readonly Aggregation[] = []): (readonly Aggregation[])[] {
  if (expr.kind === 'selector') {
    const { name = '', matchers } = expr;
    // chosen by their job, they are meant once for each
    const isOfJob = matchers.some(({ label }) => label === 'hpc_job');
    return name.startsWith('DCGM_') && !isOfJob ? [around] : [];
  }
  const inside = expr.kind === 'aggregation' ? [expr, ...around] : around;
  return operandsOf(expr).flatMap((operand) => aggregationsOfGpus(operand, inside));
}

/** Whether a GPU that has a series for each of several jobs weighs no more than another. */
function isOnce([nearest, next]: readonly Aggregation[]): boolean {
  if (nearest === undefined) return true;
  const { name, grouping } = nearest;
  const takesJobsAway = grouping?.by === false && grouping.labels.some((label) => label.name === 'hpc_job');
  const countsDistinct = name === 'count' && grouping?.by === true && next?.name === 'count';
  return takesJobsAway || countsDistinct || name === 'max' || name === 'min';
}

test('no dashboard weighs a GPU twice that jobs share, however GPUs find their job', () => {
  const found = ATTRIBUTIONS.flatMap((attribution) =>
    DASHBOARDS.flatMap((definition) =>
      queriesOf(definition, attribution).flatMap(({ title, query }) =>
        aggregationsOfGpus(query.expr).map((aggregations) => ({ where: `${definition.name} ${attribution}: ${title}`, aggregations })),
      ),
    ),
  );
  expect(found.length).toBeGreaterThan(100);
  expect([...new Set(found.filter(({ aggregations }) => !isOnce(aggregations)).map(({ where }) => where))]).toEqual([]);
});
