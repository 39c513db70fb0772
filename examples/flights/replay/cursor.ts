import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checked, oneLine, Unusable } from '../program.ts';

const Position = z.object({ time: z.iso.datetime(), id: z.string() });
const Positions = z.object({ asked: Position.optional(), labelled: Position.optional() });

/** The last row of which the endpoint has accepted the question, and the label. */
type Positions = z.infer<typeof Positions>;
type Position = z.infer<typeof Position>;

/** Where the replay to one model is, kept in a file. */
export class Cursor {
  readonly #folder: string;
  readonly #file: string;
  #position: Positions;

  constructor(folder: string, file: string, position: Positions) {
    this.#folder = folder;
    this.#file = file;
    this.#position = position;
  }

  get position(): Positions {
    return this.#position;
  }

  /** Renamed into place: a kill leaves the old position or the new one, never half of either. */
  async move(to: Positions): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const partial = `${this.#file}.partial`;
    const position = { ...this.#position, ...to };
    await writeFile(partial, `${JSON.stringify(position)}\n`);
    await rename(partial, this.#file);
    this.#position = position;
  }
}

/** @throws Unusable when the file is there but is no cursor: starting afresh would send twice. */
export async function readCursor(folder: string, model: string): Promise<Cursor> {
  const file = join(folder, `${model}-replay.json`);
  const doing = `reading the replay's position ${file}`;
  try {
    const position = checked(Positions, JSON.parse(await readFile(file, 'utf8')), doing);
    return new Cursor(folder, file, position);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      return new Cursor(folder, file, {});
    if (cause instanceof Unusable) throw cause;
    throw new Unusable(`${doing}: ${oneLine(cause)}; delete it to start afresh`, { cause });
  }
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
