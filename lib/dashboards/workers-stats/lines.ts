import { type Query, type SizedPanel, sized, type TimeseriesParts, timeseries } from '../vocabulary';

/** Lines over time, two panels beside each other. */
export const half = (parts: TimeseriesParts): SizedPanel => sized(12, 8, timeseries(parts));

/** Lines over time, three panels beside each other. */
export const third = (parts: TimeseriesParts): SizedPanel => sized(8, 8, timeseries(parts));

/** Queries by their legends. */
export const named = (queries: { readonly [legend: string]: string }): Query[] =>
  Object.entries(queries).map(([legend, expr]) => ({ expr, legend }));
