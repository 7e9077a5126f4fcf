import { PEAK_RATES, type PeakRate } from '../workers-stats/peak-rates';

/**
 * What GPUs would reach, all together, if their tensor pipes did full work in every cycle in which they were active, in units of 10^12
 * operations a second. The peak of a model is joined to its GPUs, so that each is read once. Models without a known peak are left out.
 *
 * @param active series of `DCGM_FI_PROF_PIPE_TENSOR_ACTIVE`
 */
export function tensorThroughput(active: string, peakOf: (rate: PeakRate) => number | undefined): string {
  const peaks = PEAK_RATES.flatMap((rate) => {
    const peak = peakOf(rate);
    return peak === undefined ? [] : [{ model: rate.model, peak }];
  });
  const withPeak = peaks.reduce(
    (query, { model, peak }) => `label_replace(${query}, "peak", "${peak}", "modelName", "${model}")`,
    `sum by (modelName) (${active})`,
  );
  const values = [...new Set(peaks.map(({ peak }) => peak))].map((peak) => `label_replace(vector(${peak}), "peak", "${peak}", "", "")`);
  return `sum(${withPeak} * on (peak) group_left () (${values.join(' or ')}))`;
}
