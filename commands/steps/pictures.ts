import { setTimeout } from 'node:timers/promises';
import type { Picture } from '../../src/core/card.ts';

/** Chat platforms wait three seconds for an answer. */
const PATIENCE_MS = 2_000;

/**
 * The pictures that are drawn in time, in their order. The answer has the same figures as text, so one without a
 * picture is better than none, or a late one.
 */
export async function drawnInTime(
  pictures: readonly Promise<Picture>[],
  patienceMs = PATIENCE_MS,
): Promise<{ pictures?: Picture[] }> {
  const enough = new AbortController();
  const late = setTimeout(patienceMs, undefined, { signal: enough.signal, ref: false });
  const inTime = pictures.map((picture) =>
    Promise.race([picture, late.then(() => undefined)]).catch(() => undefined),
  );
  const drawn = (await Promise.all(inTime)).filter((picture) => picture !== undefined);
  late.catch(() => {});
  enough.abort();
  return drawn.length > 0 ? { pictures: drawn } : {};
}
