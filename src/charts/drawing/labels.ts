import { type Mark, words } from './marks.ts';
import { shortenMiddle, textWidth } from './measure.ts';
import { colour, font, size } from './theme.ts';

interface Layout {
  /** Logical pixels needed below the axis. */
  height: number;
  marks(axis: number): Mark[];
}

const face = font.body;
const gap = 10;
const slope = (40 * Math.PI) / 180;
const longest = 120;

/**
 * Labels below a row of equal slots, without overlaps: horizontal if they can be shortened, sloped if the slots
 * leave room for a line each, otherwise only every n-th slot. The widths are exact, so no label needs to be
 * measured after it is drawn.
 */
export function layOut(
  labels: readonly string[],
  { left, right }: { left: number; right: number },
): Layout {
  const slot = (right - left) / labels.length;
  const middle = (at: number) => left + (at + 0.5) * slot;
  const widest = Math.max(...labels.map((label) => textWidth(label, face)));
  const room = longest + gap;

  if (widest + gap > slot && slot >= face.size * 2 && slot < room) {
    const texts = labels.map((label, at) =>
      shortenMiddle(label, face, Math.min(longest, (middle(at) - size.pad) / Math.cos(slope))),
    );
    const longestText = Math.max(...texts.map((text) => textWidth(text, face)));
    return {
      height: longestText * Math.sin(slope) + 18,
      marks: (axis) =>
        texts.map((text, at) => ({
          ...words(text, middle(at) + 4, axis + 12, {
            ...face,
            fill: colour.muted,
            align: 'right',
            rotation: slope,
          }),
        })),
    };
  }

  const every = Math.ceil(Math.min(widest + gap, room) / slot);
  return {
    height: 20,
    marks: (axis) =>
      labels.flatMap((label, at) => {
        if (at % every !== 0) return [];
        // Centred in its own space, but never over the card's edge.
        const reach = Math.min(middle(at) - 8, size.width - 8 - middle(at)) * 2;
        const text = shortenMiddle(label, face, Math.min(every * slot - gap, reach));
        return [
          words(text, middle(at), axis + 14, { ...face, fill: colour.muted, align: 'center' }),
        ];
      }),
  };
}
