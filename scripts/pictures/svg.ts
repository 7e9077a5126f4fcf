/** A place on the page, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Colours of the page: Grafana's light theme. */
export const INK = '#24292e';
export const MUTED = '#5f666d';
export const LINE = '#dfe0e2';
export const CANVAS = '#f4f5f5';
export const FONT = 'Inter, Helvetica, Arial, sans-serif';

const ESCAPES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as XML has it; what XML cannot have becomes a space. */
export const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names of series may hold anything
  text.replace(/[\u0000-\u001f]/g, ' ').replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

/** A number with no more digits than can be seen. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);

/** Width of a text, about: nothing here knows the reader's fonts. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const character of text) ems += /[ijltfr.,:;|'()[\]{} ]/.test(character) ? 0.34 : /[A-ZMW%@m]/.test(character) ? 0.74 : 0.58;
  return ems * size;
}

/** The beginning of a text that fits, with dots for the rest. */
export function cut(text: string, width: number, size: number): string {
  if (widthOf(text, size) <= width) return text;
  let kept = text;
  while (kept !== '' && widthOf(`${kept}…`, size) > width) kept = kept.slice(0, -1);
  return kept === '' ? '' : `${kept.trimEnd()}…`;
}

/** How a text looks. */
export interface TextStyle {
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** A line of text whose base line is at `y`. */
export function text(x: number, y: number, content: string, { size = 12, colour = INK, bold, anchor = 'start' }: TextStyle = {}): string {
  const attributes = [
    `x="${short(x)}" y="${short(y)}" font-size="${short(size)}" fill="${colour}"`,
    ...(bold ? ['font-weight="600"'] : []),
    ...(anchor === 'start' ? [] : [`text-anchor="${anchor}"`]),
  ];
  return `<text ${attributes.join(' ')}>${escaped(content)}</text>`;
}

/** A filled box. */
export const box = (x: number, y: number, { width, height }: Size, fill: string, more = ''): string =>
  `<rect x="${short(x)}" y="${short(y)}" width="${short(Math.max(0, width))}" height="${short(Math.max(0, height))}" fill="${fill}"${more === '' ? '' : ` ${more}`}/>`;

/** Words in lines that fit. */
export function wrapped(content: string, width: number, size: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of content.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}
