import type { OfferedFile } from '../core/data.ts';
import type { Sighting } from '../core/ports/arrivals.ts';

/** A program that writes a file seldom pauses for longer. */
const STILL_MS = 10_000;
/** A file that could not be read may have been closed to us: its bytes need not change for that to end. */
const TRY_AGAIN_MS = 10 * 60_000;

interface Look {
  /** Its name, the same for a retry of the job. */
  look: string;
  now: Date;
  /** The file is as the sighting describes it. */
  isSame: boolean;
}

/**
 * Whether a file can be read now. One that may still be written must look alike at two looks, which are at least
 * ten seconds apart; one that could not be read is tried again when it changes, or after ten minutes.
 */
export function isSettled(file: OfferedFile, sighting: Sighting, look: Look): boolean {
  const { unreadable, since } = sighting;
  if (look.isSame && unreadable && look.now.getTime() - unreadable.at.getTime() < TRY_AGAIN_MS)
    // Unless it was tried before it became what it is now.
    return unreadable.at < since && isStill(file, sighting, look);
  return isStill(file, sighting, look);
}

function isStill(file: OfferedFile, sighting: Sighting, { look, now, isSame }: Look): boolean {
  if (file.isWhole) return true;
  return isSame && sighting.look !== look && now.getTime() - sighting.since.getTime() >= STILL_MS;
}
