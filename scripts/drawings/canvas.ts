import { escaped, short, text } from '../pictures/svg';

/** Colours that are read on the card's own white, so that a page may be light or dark. */
export const INK = '#1f2a37';
export const MUTED = '#5b6b7d';
export const GREEN = '#1a7f45';
export const RED = '#b3261e';
export const FRAME = '#8a7cc8';
export const SOURCE = { fill: '#eefaf0', stroke: '#76b98a' };
export const PLACE = { fill: '#eef4ff', stroke: '#7c9fd6' };
export const AWAY = { fill: '#fdecea', stroke: '#d98880' };

/** A picture on a card of its own. */
export function card(width: number, height: number, label: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="${escaped(label)}">
<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="${MUTED}"/></marker></defs>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12" fill="#ffffff" stroke="#d5dae1"/>
${parts.join('\n')}
</svg>
`;
}

/** A box with round corners. */
export function frame(x: number, y: number, width: number, height: number, fill: string, stroke: string): string {
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="8" fill="${fill}" stroke="${stroke}" stroke-width="1.5"/>`;
}

/** A box with a title and lines below it, all in its middle. */
export function titled(
  { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  title: string,
  lines: readonly string[],
  { fill = '#ffffff', stroke = FRAME } = {},
): string {
  const middle = x + width / 2;
  return [
    frame(x, y, width, height, fill, stroke),
    text(middle, y + 22, title, { size: 13, bold: true, colour: INK, anchor: 'middle' }),
    ...lines.map((line, index) => text(middle, y + 42 + index * 17, line, { size: 12, colour: MUTED, anchor: 'middle' })),
  ].join('\n');
}

/** An arrow from one place to another, with words beside its middle. */
export function arrow(x1: number, y1: number, x2: number, y2: number, words = ''): string {
  const line = `<path d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}" fill="none" stroke="${MUTED}" stroke-width="1.5" marker-end="url(#tip)"/>`;
  return words === '' ? line : [line, text((x1 + x2) / 2 + 14, (y1 + y2) / 2 + 4, words, { size: 11, colour: MUTED })].join('\n');
}
