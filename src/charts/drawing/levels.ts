import { number } from '../text.ts';
import { line, type Mark, words } from './marks.ts';
import { shorten } from './measure.ts';
import { colour, font } from './theme.ts';

/** Space on the right of the plot, for the names of its levels. */
export const gutter = 112;

interface Levels {
  last?: number;
  warn?: number;
  alert?: number;
}

interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  y(value: number): number;
}

/** The lines of the thresholds, and in the margin their names and the last value, without overlaps. */
export function levels(known: Levels, { left, right, top, bottom, y }: Plot): Mark[] {
  const apart = 17;
  const strong = { ...font.body, bold: true };
  const shown = (['last', 'warn', 'alert'] as const)
    .flatMap((name) => {
      const value = known[name];
      return value === undefined ? [] : [{ name, value, at: y(value) }];
    })
    .sort((a, b) => a.at - b.at);
  let above = top - apart;
  const down = shown.map((level) => {
    above = Math.max(level.at, above + apart);
    return { ...level, label: above };
  });
  // Moved past the bottom: move back up, each as far as the one below needs.
  let below = bottom + apart;
  const placed = down.toReversed().map((level) => {
    below = Math.min(level.label, below - apart);
    return { ...level, label: below };
  });
  return placed.flatMap(({ name, value, at, label }) => {
    const fill = name === 'last' ? colour.current : colour[name];
    const text = shorten(`${name} ${number(value)}`, strong, gutter - 14);
    const own = words(text, right + 14, label, {
      ...(name === 'last' ? strong : font.body),
      fill,
    });
    const lead = line(right + 2, at, right + 11, label, { stroke: fill, z: 6 });
    if (name === 'last') return [own, lead];
    const lineDash = name === 'warn' ? [8, 5] : [3, 3];
    return [own, lead, line(left, at, right, at, { stroke: fill, lineWidth: 1.5, lineDash, z: 6 })];
  });
}
