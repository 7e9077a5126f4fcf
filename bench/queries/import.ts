import type { Series } from './series';
import type { Samples } from './values';

/** How much was made. */
export interface Made {
  series: number;
  samples: number;
}

/** Bytes that are sent at once. */
const CHUNK = 1 << 20;

/** Series as lines of the JSON import, many at once; counts them on the way. */
export function* linesOf(all: Iterable<Series>, samples: Samples, made: Made): Generator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for (const series of all) {
    const line = lineOf(series, samples, made);
    for (const part of line) size += part.length;
    parts.push(...line);
    if (size < CHUNK) continue;
    yield Buffer.concat(parts, size);
    parts = [];
    size = 0;
  }
  yield Buffer.concat(parts, size);
}

function lineOf({ labels, shape, intervalS, target, from, to }: Series, samples: Samples, made: Made): readonly Buffer[] {
  const metric = JSON.stringify(labels);
  const always = from === undefined && to === undefined;
  const found = always
    ? { values: samples.values(shape, intervalS, metric), times: samples.times(intervalS, target), count: samples.count(intervalS) }
    : samples.between({ shape, intervalS, seed: metric, target }, from ?? 0, to ?? Number.POSITIVE_INFINITY);
  if (found === undefined) return [];
  made.series++;
  made.samples += found.count;
  return [Buffer.from(`{"metric":${metric},"values":[`), found.values, BETWEEN, found.times, END];
}

const BETWEEN = Buffer.from('],"timestamps":[');
const END = Buffer.from(']}\n');
