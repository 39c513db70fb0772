import { faces } from './fonts.ts';

export interface Font {
  size: number;
  bold?: boolean;
}

/**
 * Width in logical pixels, read from the font that the picture is drawn in. Without a canvas echarts estimates
 * from a table of another font and is up to a quarter too small, which causes overlapping labels. Kerning is
 * ignored: here it only makes text narrower.
 */
export function textWidth(text: string, { size, bold = false }: Font): number {
  const advance = bold ? boldAdvance : regularAdvance;
  let units = 0;
  for (const letter of text) units += advance(letter.codePointAt(0) ?? 0);
  return units * size;
}

/** The text, or as much of it as fits the width, with an ellipsis. */
export function shorten(text: string, face: Font, width: number): string {
  if (textWidth(text, face) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, face) > width) letters.pop();
  return letters.length > 0 ? `${letters.join('').trimEnd()}…` : '';
}

/** Like `shorten`, but leaves out the middle: labels of one axis often differ only at their ends. */
export function shortenMiddle(text: string, face: Font, width: number): string {
  if (textWidth(text, face) <= width) return text;
  const letters = [...text];
  for (let kept = letters.length - 1; kept > 1; kept -= 1) {
    const tail = Math.floor(kept / 2);
    const short = `${letters
      .slice(0, kept - tail)
      .join('')
      .trimEnd()}…${letters.slice(-tail).join('').trimStart()}`;
    if (textWidth(short, face) <= width) return short;
  }
  return shorten(text, face, width);
}

/** The text in at most this many lines of the width, broken between words; the last one is shortened. */
export function wrap(text: string, face: Font, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '' && lines.length < most - 1 && textWidth(rest, face) > width) {
    const words = rest.split(' ');
    let taken = words.length - 1;
    while (taken > 0 && textWidth(words.slice(0, taken).join(' '), face) > width) taken -= 1;
    // A first word that is too long by itself is shortened below.
    if (taken === 0) break;
    lines.push(words.slice(0, taken).join(' '));
    rest = words.slice(taken).join(' ');
  }
  return rest === '' ? lines : [...lines, shorten(rest, face, width)];
}

/** The same measurement for echarts, which passes a CSS font. */
export function measureText(text: string, shorthand = ''): { width: number } {
  const size = Number(/([\d.]+)px/.exec(shorthand)?.[1] ?? 12);
  return { width: textWidth(text, { size, bold: /\bbold\b/.test(shorthand) }) };
}

const regularAdvance = advances(faces.regular);
const boldAdvance = advances(faces.bold);

/**
 * Advance width by code point, in em. Reads the tables head, hhea, hmtx and cmap (format 12) of a
 * TrueType font: https://learn.microsoft.com/typography/opentype/spec/otff
 */
function advances(file: Buffer): (codePoint: number) => number {
  const tables = new Map<string, number>();
  for (let at = 12; at < 12 + file.readUInt16BE(4) * 16; at += 16)
    tables.set(file.toString('latin1', at, at + 4), file.readUInt32BE(at + 8));
  const table = (name: string) => {
    const offset = tables.get(name);
    if (offset === undefined) throw new Error(`reading a font: it has no ${name} table`);
    return offset;
  };

  const em = file.readUInt16BE(table('head') + 18);
  const metrics = file.readUInt16BE(table('hhea') + 34);
  const widths = table('hmtx');
  const groups = fullMap(file, table('cmap'));
  const glyphOf = (codePoint: number): number | undefined => {
    const count = file.readUInt32BE(groups + 12);
    for (let at = groups + 16; at < groups + 16 + count * 12; at += 12) {
      const first = file.readUInt32BE(at);
      if (codePoint >= first && codePoint <= file.readUInt32BE(at + 4))
        return file.readUInt32BE(at + 8) + codePoint - first;
    }
    return undefined;
  };

  const known = new Map<number, number>();
  return (codePoint) => {
    const seen = known.get(codePoint);
    if (seen !== undefined) return seen;
    const glyph = glyphOf(codePoint);
    // Characters missing in the font (ideographs, emoji) count as a full square, their maximum width.
    const width =
      glyph === undefined ? 1 : file.readUInt16BE(widths + Math.min(glyph, metrics - 1) * 4) / em;
    if (known.size < 5000) known.set(codePoint, width);
    return width;
  };
}

function fullMap(file: Buffer, cmap: number): number {
  for (let at = cmap + 4; at < cmap + 4 + file.readUInt16BE(cmap + 2) * 8; at += 8) {
    const offset = cmap + file.readUInt32BE(at + 4);
    if (file.readUInt16BE(offset) === 12) return offset;
  }
  throw new Error('reading a font: it has no full character map');
}
