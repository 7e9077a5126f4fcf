export { Economy, KEEP_REMEDY, type SeriesOptions } from './economy';
export { type KeptGroup, STANDARD, THINNED, type ThinnedMetric } from './standard';
