// In: numbers that were measured. Out: what can be said about them: summaries, quantiles, intervals.
// An interval is always two-sided, at a confidence that the caller names, and holds the measured value.
// Each thing is in its own file under statistics/; this is the table of contents.

export { aucInterval } from './statistics/auc.ts';
export { coverHartBound } from './statistics/cover-hart.ts';
export { normalCdf, normalQuantile, studentCdf, studentQuantile } from './statistics/distributions.ts';
export { differenceInterval, type Interval, mapInterval, shiftInterval } from './statistics/interval.ts';
export { fitLine, type Line } from './statistics/line.ts';
export { meanInterval, rootMeanSquareInterval } from './statistics/mean.ts';
export { type PairedStatistic, pairedBootstrapInterval, pairedInterval } from './statistics/paired.ts';
export { newcombeInterval, wilsonInterval } from './statistics/proportion.ts';
export { repeatedInterval, resampledInterval } from './statistics/resampled.ts';
export { smallestCount, smallestReal } from './statistics/search.ts';
export { mean, median, quantile, standardDeviation, variance } from './statistics/summary.ts';
export { smallestVisibleDifference, smallestVisibleExcess } from './statistics/visible.ts';
