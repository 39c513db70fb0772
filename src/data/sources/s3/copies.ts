import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { layOut } from '../../lay-out.ts';

/**
 * As what each object was listed before its bytes were read. One that is written again is listed with another tag or
 * time; one that was written again in between has been read, is read once more, and has the same bytes.
 */
const Copies = z.record(
  z.string(),
  z.object({
    key: z.string(),
    etag: z.string(),
    at: z.number(),
    size: z.number(),
    /** The copy as a file: one that somebody else wrote is none. */
    bytes: z.number(),
    modified: z.number(),
  }),
);

export type Copy = z.output<typeof Copies>[string];

/** Beside the copies; data has no such name. */
const fileIn = (folder: string) => join(folder, '.copies.json');

/** By name. Without its file all are copied again, which changes nothing: data is known by its bytes. */
export async function readCopies(folder: string): Promise<Map<string, Copy>> {
  const text = await readFile(fileIn(folder), 'utf8').catch(() => '{}');
  try {
    return new Map(Object.entries(Copies.parse(JSON.parse(text))));
  } catch {
    return new Map();
  }
}

export const writeCopies = (folder: string, copies: ReadonlyMap<string, Copy>): Promise<void> =>
  layOut(fileIn(folder), Buffer.from(JSON.stringify(Object.fromEntries(copies))));
