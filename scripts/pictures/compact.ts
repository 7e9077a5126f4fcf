import { short } from './svg';

type Point = readonly [number, number];

/** A point on the way between its neighbours, to less than can be seen, says nothing. */
const VISIBLE = 0.15;

/** The path of a line or an area with the points that matter, each from the one before: half as long. Curves stay as they are. */
export function compactPath(path: string): string {
  if (!/^(?:[ML]-?[\d.]+ -?[\d.]+|Z)+$/.test(path)) return path;
  return path
    .split(/(?=M)/)
    .map((part) => {
      const points = [...part.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]): Point => [Number(x), Number(y)]);
      return lineOf(simplified(points)) + (part.endsWith('Z') ? 'z' : '');
    })
    .join('');
}

/** Leaves out what lies on the line from the last point that was kept to the next one. */
function simplified(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  let between: Point[] = [];
  for (const [index, point] of points.entries()) {
    const [start, next] = [kept.at(-1), points[index + 1]];
    if (start && next && [...between, point].every((each) => distance(each, start, next) < VISIBLE)) between.push(point);
    else {
      kept.push(point);
      between = [];
    }
  }
  return kept;
}

/** How far a point is above or below a line between two others; without end when it is not between them. */
function distance([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  if (x2 === x1 || (x - x1) * (x - x2) > 0) return Number.POSITIVE_INFINITY;
  return Math.abs(y1 + ((y2 - y1) * (x - x1)) / (x2 - x1) - y);
}

/** Steps are counted in tenths from where rounding has led, so that errors do not add up. */
function lineOf(points: readonly Point[]): string {
  const tenths = points.map(([x, y]): Point => [Math.round(x * 10), Math.round(y * 10)]);
  const steps = tenths.map(([x, y], index) => {
    const [x0, y0] = tenths[index - 1] ?? [0, 0];
    const step = `${short((x - x0) / 10)} ${short((y - y0) / 10)}`.replace(/\b0\./g, '.').replace(/ -/g, '-');
    return index === 0 ? `M${step}` : `l${step}`;
  });
  return steps.join('');
}

/** What ECharts writes, without what only its own page needs: ids of data, classes, styles of the pointer, repeated fonts. */
export function compactChart(svg: string): string {
  return (
    svg
      .replace(/<\?xml[^>]*>\s*/, '')
      .replace(/<style[^>]*>.*?<\/style>/gs, '')
      .replace(/ (?:ecmeta_\w+|class|xml:space|baseProfile|version|xmlns(?::xlink)?)="[^"]*"/g, '')
      .replace(/ style="font(?:-size)?: ?(?:normal normal )?([\d.]+)px[^"]*"/g, ' font-size="$1"')
      .replace(/<rect [^>]*fill="none"[^>]*><\/rect>/g, '')
      .replace(/<defs\s*>\s*<\/defs>/g, '')
      .replace(/<(path|rect)([^>]*)><\/\1>/g, '<$1$2/>')
      .replace(/ d="([^"]*)"/g, (_, path: string) => ` d="${compactPath(path)}"`)
      // texts keep their digits
      .replace(/<[^>]+>/g, (tag) => tag.replace(/-?\d+\.\d{2,}/g, (number) => short(Number(number))))
      .replace(/\n+/g, '')
  );
}
