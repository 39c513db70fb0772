import { box, line, type Mark, words } from './marks.ts';
import { shortenMiddle, textWidth, wrap } from './measure.ts';
import { colour, font, size } from './theme.ts';

interface FrameWords {
  title: string;
  subtitle?: string | undefined;
  note?: string | undefined;
  /** A short figure in the top right corner. */
  badge?: string | undefined;
  height?: number;
}

/** The card with its text, and the rows that remain for the chart between them. */
export interface Frame {
  marks: Mark[];
  top: number;
  bottom: number;
}

export function frame({ title, subtitle, note, badge, height = size.height }: FrameWords): Frame {
  const { pad, width } = size;
  const marks = [
    box(0.5, 0.5, width - 1, height - 1, {
      fill: colour.card,
      stroke: colour.edge,
      r: size.corner,
      z: -9,
    }),
  ];

  let room = width - 2 * pad;
  if (badge) {
    const wide = textWidth(badge, font.strong) + 24;
    marks.push(
      box(width - pad - wide, 18, wide, 26, { fill: colour.stripe, stroke: colour.edge, r: 13 }),
      words(badge, width - pad - wide / 2, 31, { ...font.strong, align: 'center' }),
    );
    room -= wide + 20;
  }

  let top = 31;
  for (const each of wrap(title, font.title, room, 2)) {
    marks.push(words(each, pad, top, font.title));
    top += 24;
  }
  // The badge keeps its row if the title is empty.
  if (badge) top = Math.max(top, 55);
  for (const each of wrap(subtitle ?? '', font.subtitle, width - 2 * pad, 2)) {
    marks.push(words(each, pad, top, { ...font.subtitle, fill: colour.muted }));
    top += 19;
  }

  const notes = wrap(note ?? '', font.small, width - 2 * pad, 2);
  const bottom = height - 18 - notes.length * 16;
  notes.forEach((each, row) => {
    marks.push(words(each, pad, bottom + 8 + row * 16, { ...font.small, fill: colour.muted }));
  });
  return { marks, top: top - 8, bottom };
}

interface Entry {
  name: string;
  swatch: { fill: string; stroke?: string } | { line: string };
}

/** The legend in one row; if it is too narrow, the longest names are shortened first. */
export function legend(entries: readonly Entry[], y: number): Mark[] {
  const gap = 28;
  const sample = 26;
  const room = size.width - 2 * size.pad - gap * (entries.length - 1) - sample * entries.length;
  const share = fairShare(
    entries.map(({ name }) => textWidth(name, font.body)),
    room,
  );
  let x = size.pad;
  return entries.flatMap(({ name, swatch }) => {
    const text = shortenMiddle(name, font.body, share);
    const from = x;
    x += sample + textWidth(text, font.body) + gap;
    return [
      'fill' in swatch
        ? box(from, y - 6, 18, 12, { ...swatch, r: 2 })
        : line(from, y, from + 18, y, { stroke: swatch.line, lineWidth: 2.5 }),
      words(text, from + sample, y, font.body),
    ];
  });
}

/** The width of each so that all fit: short ones leave the room that they do not need. */
function fairShare(widths: readonly number[], room: number): number {
  let left = room;
  let count = widths.length;
  for (const width of widths.toSorted((a, b) => a - b)) {
    if (width > left / count) break;
    left -= width;
    count -= 1;
  }
  return count > 0 ? left / count : room;
}
