import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checked, oneLine, Unusable } from '../program.ts';

const Position = z.object({ time: z.iso.datetime(), id: z.string() });
const Cursor = z.object({ asked: Position.optional(), labelled: Position.optional() });

/** The last row of which the endpoint has accepted the question, and the label. */
export type Cursor = z.infer<typeof Cursor>;
type Position = z.infer<typeof Position>;

/** @throws Unusable when the file is there but is no cursor: starting afresh would send twice. */
export async function readCursor(folder: string): Promise<Cursor> {
  const path = file(folder);
  const doing = `reading the replay's position ${path}`;
  try {
    return checked(Cursor, JSON.parse(await readFile(path, 'utf8')), doing);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    if (cause instanceof Unusable) throw cause;
    throw new Unusable(`${doing}: ${oneLine(cause)}; delete it to start afresh`, { cause });
  }
}

/** Renamed into place: a kill leaves the old position or the new one, never half of either. */
export async function writeCursor(folder: string, cursor: Cursor): Promise<void> {
  await mkdir(folder, { recursive: true });
  const partial = `${file(folder)}.partial`;
  await writeFile(partial, `${JSON.stringify(cursor)}\n`);
  await rename(partial, file(folder));
}

/** Whether a row comes later than a position in the order of the replay. */
export function isAfter(row: { time: Date; id: string }, position: Position | undefined): boolean {
  if (!position) return true;
  const time = row.time.toISOString();
  return time > position.time || (time === position.time && row.id > position.id);
}

export function positionOf({ time, id }: { time: Date; id: string }): Position {
  return { time: time.toISOString(), id };
}

const file = (folder: string): string => join(folder, 'flights-replay.json');
