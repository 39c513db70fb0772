import { join } from 'node:path';
import type { LogLine } from '../../../core/engine.ts';
import { BEGINNING, linesFrom, type Place } from '../lines-from.ts';

const NAMES = ['out', 'err'] as const;

/**
 * The lines that a program wrote to its two outputs, after a position in both: what it said on one of them since the
 * last look comes before what it said on the other.
 */
export async function* outputFrom(
  dir: string,
  from: string | undefined,
  isOver: boolean,
): AsyncGenerator<LogLine> {
  const places = read(from);
  for (const name of NAMES)
    for await (const { next, ...line } of linesFrom(join(dir, name), places[name], isOver)) {
      places[name] = next;
      yield { ...line, next: `${word(places.out)},${word(places.err)}` };
    }
}

/** `120,7~`: whole lines up to byte 120 of the one; byte 7 of the other, in a line that was cut. */
const word = ({ byte, inside }: Place): string => `${byte}${inside ? '~' : ''}`;

function read(from: string | undefined): Record<(typeof NAMES)[number], Place> {
  const [out = BEGINNING, err = BEGINNING] = (from ?? '')
    .split(',')
    .map((one): Place => ({ byte: Number.parseInt(one, 10) || 0, inside: one.endsWith('~') }));
  return { out, err };
}
