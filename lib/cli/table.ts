/** How wide tables on a terminal are. */
const WIDTH = 150;
/** No column is made narrower than this by others. */
const LEAST = 12;
const GAP = '  ';

/**
 * A table for a terminal, indented. Cells that are too long are wrapped at spaces, so that no line is longer than a wide terminal.
 *
 * @param dim how the head is drawn
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[], dim: (text: string) => string): string {
  const widths = widthsOf([head, ...rows]);
  const [first = '', ...others] = [head, ...rows].map((cells) => line(cells, widths));
  return [dim(first), ...others].join('\n');
}

/** A table in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => `| ${row.map((cell) => cell.replace(/[\\|*_<]/g, (sign) => `\\${sign}`)).join(' | ')} |`;
  return [cells(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(cells)].join('\n');
}

/** Columns as wide as their longest cell, and what is too much taken from the widest. */
function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const room = WIDTH - GAP.length * widths.length;
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= LEAST) break;
    widths[widest] = width - 1;
  }
  return widths;
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const wrapped = cells.map((cell, column) => wrap(cell, widths[column] ?? cell.length));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    `${GAP}${wrapped.map((lines, column) => (lines[row] ?? '').padEnd(widths[column] ?? 0)).join(GAP)}`.trimEnd(),
  ).join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length <= width || last === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
