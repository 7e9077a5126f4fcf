export { Economy, type SeriesOptions } from './economy';
export { type KeptGroup, STANDARD, SUMMED, type SummedMetric, THINNED, type ThinnedMetric } from './standard';
