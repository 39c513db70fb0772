import { line, type Mark, words } from './marks.ts';
import { shorten, textWidth } from './measure.ts';
import { colour, font } from './theme.ts';

interface Strip {
  /** Logical pixels needed above the plot. */
  height: number;
  /** Number of events without room for their name. */
  unnamed: number;
  marks(top: number, bottom: number): Mark[];
}

const face = font.small;
const laneHeight = 18;
const lanes = 3;
const gap = 12;
const longest = 190;

interface Event {
  x: number;
  label: string;
}

interface Flag {
  x: number;
  text: string;
  from: number;
  to: number;
  lane: number;
}

/**
 * Names of events above their lines, in up to three lanes, each on the right or the left of its line: the first
 * position where it touches no other name and no other line. An event without such a position keeps its line
 * only.
 */
export function flags(
  events: readonly Event[],
  { left, right }: { left: number; right: number },
): Strip {
  // Names at the right edge must be left of their line, over existing lines, so starting from the right
  // sometimes leaves fewer without a name.
  const [forward, backward] = [place(events, left, right), place(events.toReversed(), left, right)];
  const placed = unnamed(backward) < unnamed(forward) ? backward : forward;
  const used = Math.max(0, ...placed.filter(({ text }) => text).map(({ lane }) => lane + 1));

  return {
    height: used * laneHeight + (used > 0 ? 6 : 0),
    unnamed: unnamed(placed),
    marks: (top, bottom) =>
      placed.flatMap(({ x, text, from, lane }) => {
        const start = top + Math.min(lane, used) * laneHeight - 7;
        const look = { stroke: colour.muted, lineDash: [2, 3], lineWidth: 1.2, z: 7 };
        const own = line(x, start, x, bottom, look);
        return text ? [own, words(text, from, top + lane * laneHeight, face)] : [own];
      }),
  };
}

function place(events: readonly Event[], left: number, right: number): Flag[] {
  const placed: Flag[] = [];
  for (const { x, label } of events) {
    const text = shorten(label, face, longest);
    const wide = textWidth(text, face);
    const places = Array.from({ length: lanes }, (_, lane) =>
      [x + 5, x - 5 - wide].map((from) => ({ x, text, from, to: from + wide, lane })),
    ).flat();
    const free = places.find(
      (place) =>
        text !== '' &&
        place.from >= left &&
        place.to <= right &&
        !placed.some(
          (other) => touches(place, other) || crosses(place, other) || crosses(other, place),
        ),
    );
    placed.push(free ?? { x, text: '', from: x, to: x, lane: lanes });
  }
  return placed;
}

function unnamed(flags: readonly Flag[]): number {
  return flags.filter(({ text }) => text === '').length;
}

function touches(a: Flag, b: Flag): boolean {
  return b.text !== '' && a.lane === b.lane && a.from < b.to + gap && b.from < a.to + gap;
}

/** Lines run from their own lane down to the axis, through every lane below. */
function crosses(drawn: Flag, name: Flag): boolean {
  return name.lane >= drawn.lane && drawn.x > name.from - 4 && drawn.x < name.to + 4;
}
