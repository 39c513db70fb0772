import type { LogLine } from '../../../core/engine.ts';
import { linesOf } from '../../lines.ts';

/** How far a log was read: the time of the last line, and how many lines had that time. */
interface Place {
  time: string;
  count: number;
}

/**
 * The lines of a log with timestamps that come after a place. The API counts in whole seconds, so what it gives again is
 * left out here. The shim writes whole lines, so the last one is whole too.
 */
export async function* linesAfter(
  body: AsyncIterable<Buffer>,
  from: string | undefined,
): AsyncGenerator<LogLine> {
  const last = read(from);
  let at: Place = { time: '', count: 0 };
  for await (const line of linesOf(body)) {
    const space = line.indexOf(' ');
    const time = normal(space === -1 ? line : line.slice(0, space));
    if (time === undefined) continue;
    at = time === at.time ? { time, count: at.count + 1 } : { time, count: 1 };
    if (last && (time < last.time || (time === last.time && at.count <= last.count))) continue;
    yield { text: space === -1 ? '' : line.slice(space + 1), next: `${time} ${at.count}` };
  }
}

/** What to ask the API for: everything since the second of the place. */
export const sinceOf = (from: string | undefined): string | undefined =>
  from === undefined ? undefined : `${from.slice(0, 19)}Z`;

function read(from: string | undefined): Place | undefined {
  if (from === undefined) return undefined;
  const [time = '', count = '0'] = from.split(' ');
  return { time, count: Number(count) };
}

/** With nine digits after the second, as texts in the order of time: the API leaves out zeros at the end. */
function normal(time: string): string | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(time);
  return parts ? `${parts[1]}.${(parts[2] ?? '').padEnd(9, '0')}Z` : undefined;
}
